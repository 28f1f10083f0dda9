"""What cards are about: the runs, products and categories they name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from retrieval.passage import Passage, PassageKind
from signals import BRAND, PRODUCTS, RUNS, Col, DataError, Measure, Scope

if TYPE_CHECKING:
    from signals import Lake

LANGUAGE = "en"
"""Of all cards."""


@dataclass(frozen=True, slots=True)
class AboutRun:
    """What every card of a run says of it."""

    run_id: str
    made_on: pd.Timestamp
    unit: str

    @property
    def available_at(self) -> pd.Timestamp:
        """The moment whose data the run saw; later than this it was never informed."""
        return (self.made_on + pd.Timedelta(days=1)).tz_localize("UTC")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a card is about, as it is called and as it is filtered."""

    name: str
    product_id: str | None = None
    category: str | None = None


class Subjects:
    """Names and categories of series."""

    def __init__(self, lake: Lake, as_of: pd.Timestamp) -> None:
        products = lake.read(
            PRODUCTS, as_of=as_of, columns=[Col.PRODUCT_ID, Col.NAME, Col.CATEGORY]
        )
        self._names = products.set_index(Col.PRODUCT_ID)[Col.NAME].dropna().to_dict()
        self._categories = products.set_index(Col.PRODUCT_ID)[Col.CATEGORY].dropna().to_dict()

    def subject(self, series_id: str) -> Subject:
        """Read a series_id, or the id of a product."""
        scope, _, key = series_id.partition(":")
        if scope == Scope.CATEGORY:
            return Subject(f"the category {key}", category=key)
        if scope == BRAND:
            return Subject(f"the brand {key}")
        if scope == Scope.TOTAL or series_id == "all":
            return Subject("all products together")
        product_id = key if scope == Scope.PRODUCT else series_id
        name = self._names.get(product_id)
        return Subject(
            f"{name} ({product_id})" if name else product_id,
            product_id,
            self._categories.get(product_id),
        )


def about_run(lake: Lake, run_id: str) -> AboutRun:
    """Read what cards say of a run.

    Raises
    ------
    DataError
        When the lake holds no such run.
    """
    runs = lake.read(RUNS, where={Col.RUN_ID: run_id})
    if runs.empty:
        raise DataError(f"the lake holds no run {run_id!r}; run: groundswell run")
    row = runs.iloc[0]
    proxy = " (standing in for sales)" if row[Col.MEASURE] == Measure.REVIEW_COUNT else ""
    return AboutRun(run_id, pd.Timestamp(row[Col.MADE_ON]), f"{row[Col.MEASURE]}{proxy}")


def run_card(
    kind: PassageKind, series_id: str, text: str, run: AboutRun, subject: Subject
) -> Passage:
    """Write a card of one series of a run."""
    return Passage(
        passage_id=f"{kind}:{run.run_id}:{series_id}",
        kind=kind,
        text=text,
        lang=LANGUAGE,
        product_id=subject.product_id,
        category=subject.category,
        day=run.made_on,
        available_at=run.available_at,
        source_id=run.run_id,
        start=0,
        end=len(text),
    )
