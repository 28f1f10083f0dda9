"""Reviews of Amazon's own devices, 2010 to 2017. There are no sales: reviews a day stand in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pandas as pd

from signals.clean import joined_text
from signals.frames import Col
from signals.intake.feeds import Feed
from signals.intake.readers import read_raw
from signals.intake.values import to_moments
from signals.tables import DOCUMENTS, PRODUCTS, SALES, DocumentKind, Measure

if TYPE_CHECKING:
    from pathlib import Path


def read_amazon_devices(path: Path) -> list[Feed]:
    """Read the reviews; sales are counts of reviews a day, a proxy of demand."""
    raw = read_raw(path / "reviews.parquet" if path.is_dir() else path)
    rows = raw.frame
    product_id = rows["asins"].str.split(",").str[0]
    moment = to_moments(rows["review_ts"])[0]
    documents = pd.DataFrame(
        {
            Col.KIND: DocumentKind.REVIEW.value,
            Col.PRODUCT_ID: product_id,
            Col.BRAND: "Amazon",
            Col.LANG: "en",
            Col.TEXT: joined_text(rows["title"], rows["text"]).where(rows["text"].notna()),
            Col.STARS: rows["rating"],
            Col.EVENT_TIME: moment,
        }
    )
    day = moment.dt.tz_localize(None).dt.normalize()
    dated = pd.DataFrame({"product": product_id, "day": day, "line": raw.lines}).dropna()
    daily = dated.groupby(["product", "day"])["line"].agg(["size", "min"]).reset_index()
    sales = pd.DataFrame(
        {
            Col.PRODUCT_ID: daily["product"],
            Col.STORE_ID: "amazon",
            Col.DAY: daily["day"],
            Col.UNITS: daily["size"],
            Col.MEASURE: Measure.REVIEW_COUNT.value,
        }
    )
    products = _products(rows.assign(product=product_id))
    return [
        Feed(PRODUCTS, products, raw.file),
        Feed(SALES, sales, raw.file, lines=list(daily["min"])),
        Feed(
            table=DOCUMENTS,
            frame=documents,
            file=raw.file,
            lines=list(raw.lines),
            bad_lines=raw.bad_lines,
            also_required=(Col.PRODUCT_ID,),
        ),
    ]


_DEVICES: Final = (
    ("smart speakers", r"\becho\b|voice|virtual assistant", r"\becho\b|\btap\b"),
    ("streaming players", r"streaming|fire tv", r"fire tv"),
    ("chargers and cables", r"power adapters|chargers|usb cables", r"charger|adapter|cable"),
    ("covers and cases", r"\bcovers\b|kindle store,.*accessories$|^cases,", r"cover|case"),
    ("tablets", r"fire tablets|all tablets|kids' tablets", r"tablet|kindle fire"),
    ("e-readers", r"e-readers|ebook readers", r"paperwhite|voyage|oasis|e-reader|keyboard"),
)
"""Category, the words that tell it among the publisher's categories, and in a right name."""


def _products(rows: pd.DataFrame) -> pd.DataFrame:
    """Name each product and its kind; the publisher's names are often those of another product."""
    products = []
    for product_id, group in rows.dropna(subset=["product"]).groupby("product"):
        category, names = _device(group["categories"].iloc[0])
        fitting = group.loc[group["name"].str.contains(names, case=False, na=False), "name"]
        named = fitting.mode().iloc[0] if len(fitting) else f"{category} {product_id}"
        products.append((product_id, _short(named), category, "Amazon"))
    frame = pd.DataFrame(products, columns=[Col.PRODUCT_ID, Col.NAME, Col.CATEGORY, Col.BRAND])
    doubled = frame[Col.NAME].duplicated(keep=False)
    frame.loc[doubled, Col.NAME] += " (" + frame.loc[doubled, Col.PRODUCT_ID] + ")"
    return frame


def _device(categories: str) -> tuple[str, str]:
    for category, told_by, names in _DEVICES:
        if re.search(told_by, categories, re.IGNORECASE):
            return category, names
    return "other devices", r"$^"


def _short(name: str) -> str:
    words = re.split(r",|\s-\s|\(", name.replace("Brand New ", ""))[0].split()
    return " ".join(words[:6])
