"""The Brazilian marketplace Olist: orders, their items, reviews and products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from signals.clean import joined_text
from signals.errors import DataError
from signals.frames import Col
from signals.intake.feeds import Feed
from signals.intake.readers import RawTable, read_raw
from signals.intake.values import to_moments, to_numbers, to_truths
from signals.tables import DOCUMENTS, PRODUCTS, SALES, DocumentKind, Measure

if TYPE_CHECKING:
    from pathlib import Path

UNCATEGORISED: Final = "uncategorised"
_NOT_SOLD: Final = ("canceled", "unavailable")
_BRAZIL: Final = "America/Sao_Paulo"
_FILES: Final = {
    "orders": ("orders.parquet", "orders.csv", "olist_orders_dataset.csv"),
    "order items": ("order_items.parquet", "order_items.csv", "olist_order_items_dataset.csv"),
    "order reviews": (
        "order_reviews.parquet", "order_reviews.csv", "olist_order_reviews_dataset.csv"),
    "products": ("products.parquet", "products.csv", "olist_products_dataset.csv"),
    "category names": ("product_category_name_translation.csv",),
}  # fmt: skip
_UNDATED_ITEMS: Final = "order_items_undated.parquet"


def read_olist(folder: Path) -> list[Feed]:
    """Read the Brazilian marketplace Olist: orders, items, reviews and products.

    Units are item rows of orders that were not cancelled, added up by product and day of purchase
    in local time; ``price`` is their mean. A review belongs to the first item of its order.
    """
    found = {what: _find(folder, what, names) for what, names in _FILES.items()}
    tables = {what: read_raw(file) for what, file in found.items()}
    orders, items = tables["orders"], tables["order items"]
    undated = folder / _UNDATED_ITEMS
    every_item = items.frame
    if undated.is_file():
        every_item = pd.concat([every_item, read_raw(undated).frame], ignore_index=True)
    return [
        _olist_products(tables["products"], tables["category names"].frame),
        _olist_sales(orders.frame, items),
        _olist_reviews(tables["order reviews"], orders.frame, every_item),
    ]


def _find(folder: Path, what: str, names: tuple[str, ...]) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise DataError(f"{folder} has no file of {what}; one of {list(names)} is expected")


def _olist_products(products: RawTable, names: pd.DataFrame) -> Feed:
    english = names.set_index("product_category_name")["product_category_name_english"]
    portuguese = products.frame["product_category_name"]
    category = portuguese.map(english).fillna(portuguese).str.replace("_", " ")
    category = category.fillna(UNCATEGORISED)
    product_id = products.frame["product_id"]
    frame = pd.DataFrame(
        {
            Col.PRODUCT_ID: product_id,
            Col.NAME: category.str.cat(product_id.str[:8], sep=" "),
            Col.CATEGORY: category,
        }
    )
    return Feed(PRODUCTS, frame, products.file, lines=list(products.lines))


def _olist_sales(orders: pd.DataFrame, items: RawTable) -> Feed:
    orders = orders.assign(bought=_local(orders["order_purchase_timestamp"]).dt.normalize())
    known = items.frame.merge(orders, on="order_id", how="left", indicator="order")
    undated = known["order"] == "left_only"
    sampled = _is_sampled(known) | undated
    cancelled = known["order_status"].isin(_NOT_SOLD)
    sold = known.assign(paid=to_numbers(known["price"])[0], line=items.lines)
    sold = sold[sampled & ~undated & ~cancelled]
    daily = sold.groupby(["product_id", "bought"], sort=True).agg(
        units=("paid", "size"), mean=("paid", "mean"), total=("paid", "sum"), line=("line", "min")
    )
    days = daily.reset_index()
    frame = pd.DataFrame(
        {
            Col.PRODUCT_ID: days["product_id"],
            Col.STORE_ID: "olist",
            Col.DAY: days["bought"],
            Col.UNITS: days["units"],
            Col.PRICE: days["mean"].round(4),
            Col.REVENUE: days["total"].round(2),
            Col.CURRENCY: "BRL",
            Col.MEASURE: Measure.UNITS_SOLD.value,
        }
    )
    left_out = {
        "items of orders outside the random sample": int((~sampled).sum()),
        "items of cancelled or unavailable orders": int((sampled & cancelled).sum()),
        "items of orders that are not there": int(undated.sum()),
    }
    left_out = {reason: count for reason, count in left_out.items() if count}
    return Feed(SALES, frame, items.file, lines=list(days["line"]), left_out=left_out)


def _olist_reviews(reviews: RawTable, orders: pd.DataFrame, items: pd.DataFrame) -> Feed:
    by_order = items.sort_values(["order_id", "order_item_id"]).groupby("order_id")["product_id"]
    frame = reviews.frame.assign(
        first=reviews.frame["order_id"].map(by_order.first()),
        several=reviews.frame["order_id"].map(by_order.nunique()) > 1,
        answered=_local(reviews.frame["review_answer_timestamp"]),
        text=joined_text(
            reviews.frame["review_comment_title"], reviews.frame["review_comment_message"]
        ),
    )
    outside = set(orders.loc[~_is_sampled(orders), "order_id"])
    reasons = {
        "reviews of orders outside the random sample": frame["order_id"].isin(outside),
        "reviews without a text": frame["text"].isna(),
        "reviews without an answer time": frame["answered"].isna(),
        "reviews of orders without items": frame["first"].isna(),
    }
    keep, left_out = _keep(frame, reasons)
    kept = frame[keep]
    # Clocks went back one hour in February: the doubled hour is read as the later, standard time.
    moment = (
        kept["answered"]
        .dt.tz_localize(
            _BRAZIL, ambiguous=np.zeros(len(kept), dtype=bool), nonexistent="shift_forward"
        )
        .dt.tz_convert("UTC")
    )
    documents = pd.DataFrame(
        {
            Col.DOC_ID: "olist:" + kept["review_id"] + ":" + kept["order_id"],
            Col.KIND: DocumentKind.REVIEW.value,
            Col.PRODUCT_ID: kept["first"],
            Col.LANG: "pt",
            Col.TEXT: kept["text"],
            Col.STARS: kept["review_score"],
            Col.EVENT_TIME: moment,
            Col.AVAILABLE_AT: moment,
        }
    )
    notes = {"reviews of several products, given to the first": int(kept["several"].sum())}
    return Feed(
        DOCUMENTS,
        documents,
        reviews.file,
        lines=list(reviews.lines[keep]),
        left_out=left_out,
        notes=notes,
    )


def _is_sampled(orders: pd.DataFrame) -> pd.Series[bool]:
    """Tell orders drawn at random; some copies of the data set hold others and mark them."""
    if "random_sample" not in orders:
        return pd.Series(data=True, index=orders.index)
    return to_truths(orders["random_sample"])[0].fillna(value=False).astype(bool)


def _local(values: pd.Series[Any]) -> pd.Series[Any]:
    """Read wall clock times that carry no zone."""
    local: pd.Series[Any] = to_moments(values)[0].dt.tz_localize(None)
    return local


def _keep(
    frame: pd.DataFrame, reasons: dict[str, pd.Series[bool]]
) -> tuple[pd.Series[bool], dict[str, int]]:
    """Count each row left out under its first reason."""
    keep = pd.Series(data=True, index=frame.index)
    counts = {}
    for reason, mask in reasons.items():
        counts[reason] = int((mask & keep).sum())
        keep &= ~mask
    return keep, {reason: count for reason, count in counts.items() if count}
