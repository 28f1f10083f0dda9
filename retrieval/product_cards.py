"""Cards about products: what each is, since when, and what it costs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd

from retrieval.about import LANGUAGE
from retrieval.passage import Passage, PassageKind, Passages
from signals import PRODUCTS, SALES, Col

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from signals import Lake

_PRICES = (
    f"SELECT {Col.PRODUCT_ID}, max({Col.DAY}) AS {Col.DAY}, "
    f"arg_max({Col.PRICE}, {Col.DAY}) AS {Col.PRICE}, "
    f"arg_max({Col.CURRENCY}, {Col.DAY}) AS {Col.CURRENCY}, "
    f"arg_max({Col.AVAILABLE_AT}, {Col.DAY}) AS {Col.AVAILABLE_AT} "
    f"FROM {SALES.name} WHERE {Col.PRICE} IS NOT NULL GROUP BY {Col.PRODUCT_ID}"
)


def product_cards(lake: Lake, *, as_of: pd.Timestamp) -> Passages:
    """Write a card for every product known at a moment, with its last price known then."""
    prices = lake.sql(_PRICES, as_of=as_of).set_index(Col.PRODUCT_ID)
    last = prices.to_dict("index")
    products = lake.read(PRODUCTS, as_of=as_of).to_dict("records")
    return Passages.of(_card(row, last.get(row[Col.PRODUCT_ID])) for row in products)


def _card(product: Mapping[Hashable, Any], price: Mapping[Hashable, Any] | None) -> Passage:
    product_id = str(product[Col.PRODUCT_ID])
    known = product[Col.AVAILABLE_AT]
    launch = product[Col.LAUNCH_DAY]
    parts = [f"Product {_given(product[Col.NAME]) or product_id} ({product_id})"]
    parts += [
        f"{column}: {product[column]}"
        for column in (Col.CATEGORY, Col.BRAND)
        if _given(product[column])
    ]
    parts += _attributes(_given(product[Col.ATTRIBUTES]))
    if pd.notna(launch):
        parts.append(f"launched on {launch:%Y-%m-%d}")
    if price is not None:
        known = max(known, price[Col.AVAILABLE_AT])
        currency = _given(price[Col.CURRENCY])
        amount = f"{price[Col.PRICE]:,.2f} {currency}".rstrip()
        parts.append(f"last price {amount} on {price[Col.DAY]:%Y-%m-%d}")
    text = "; ".join(parts) + "."
    day = launch if pd.notna(launch) else product[Col.AVAILABLE_AT].tz_localize(None).normalize()
    return Passage(
        passage_id=f"{PassageKind.PRODUCT}:{product_id}",
        kind=PassageKind.PRODUCT,
        text=text,
        lang=LANGUAGE,
        product_id=product_id,
        category=_given(product[Col.CATEGORY]) or None,
        day=day,
        available_at=known,
        source_id=product_id,
        start=0,
        end=len(text),
    )


def _attributes(told: str) -> Iterator[str]:
    """Say attributes one by one; what is no JSON object is said as it is."""
    try:
        found = json.loads(told) if told else {}
    except ValueError:
        found = told
    if isinstance(found, dict):
        yield from (f"{name}: {value}" for name, value in sorted(found.items()))
    else:
        yield f"attributes: {told}"


def _given(value: object) -> str:
    """Give a text that is there, or an empty one."""
    return value.strip() if isinstance(value, str) else ""
