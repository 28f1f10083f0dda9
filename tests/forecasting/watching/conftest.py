"""A shop of three products whose forecasts were written by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from signals import FORECASTS, PRODUCTS, RUNS, SALES, Col, Lake, Measure, SeriesRules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MONDAY = pd.Timestamp("2024-01-01")
LEARNT_WEEKS, HORIZON = 60, 8
DAILY = {"P1": 10.0, "P2": 20.0, "P3": 30.0}


def week(number: int) -> pd.Timestamp:
    """First day of a week, the first being 0."""
    return MONDAY + pd.Timedelta(weeks=number)


def sales(weeks: int, *, rise: float = 1.0) -> pd.DataFrame:
    """Sell the same every day; of P1 ``rise`` times as much once the models have learnt."""
    days = pd.date_range(MONDAY, week(weeks), inclusive="left")
    frames = []
    for product, units in DAILY.items():
        grown = np.where((days >= week(LEARNT_WEEKS)) & (product == "P1"), rise, 1.0)
        frames.append(
            pd.DataFrame({Col.PRODUCT_ID: product, Col.DAY: days, Col.UNITS: units * grown})
        )
    rows = pd.concat(frames, ignore_index=True).assign(
        **{Col.STORE_ID: "web", Col.MEASURE: str(Measure.UNITS_SOLD), Col.PRICE: 5.0}
    )
    known = rows[Col.DAY].dt.tz_localize("UTC") + pd.Timedelta(days=1)
    return rows.assign(**{Col.AVAILABLE_AT: known})


def foretold(run_id: str, made_after: int, times: float = 1.0) -> pd.DataFrame:
    """Forecast as it always was, give or take a tenth."""
    sums = DAILY | {"Kitchen": sum(DAILY.values())}
    names = {f"product:{name}": units for name, units in DAILY.items()}
    names |= {"category:Kitchen": sums["Kitchen"], "total": sums["Kitchen"]}
    made_on = week(made_after) - pd.Timedelta(days=1)
    rows = [
        (run_id, name, made_on, week(made_after + step), step + 1, level, 7 * units * times * width,
         "by hand")
        for name, units in names.items()
        for step in range(HORIZON)
        for level, width in {0.1: 0.9, 0.5: 1.0, 0.9: 1.1}.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=FORECASTS.schema.names)


def run_row(run_id: str, made_after: int, **more: object) -> pd.DataFrame:
    """Record a run."""
    rules = SeriesRules().to_dict()
    panel = {"horizon": HORIZON, "grain": "week", "model_id": None, "rules": rules}
    made_on = week(made_after) - pd.Timedelta(days=1)
    row = {
        Col.RUN_ID: run_id, Col.MADE_ON: made_on, Col.MEASURE: str(Measure.UNITS_SOLD),
        Col.MODEL: "by hand", Col.CONFIG: json.dumps({"panel": panel} | more),
        Col.RECORDED_AT: made_on.tz_localize("UTC") + pd.Timedelta(days=1),
    }  # fmt: skip
    return pd.DataFrame([row])


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Lake]:
    """Make a lake with sales of some weeks and a run after ``LEARNT_WEEKS``."""

    def made(weeks: int, *, rise: float = 1.0, **more: object) -> Lake:
        lake = Lake(tmp_path / "lake")
        products = pd.DataFrame({Col.PRODUCT_ID: list(DAILY), Col.CATEGORY: "Kitchen"})
        products[Col.AVAILABLE_AT] = pd.Timestamp("1970-01-01", tz="UTC")
        with lake.batch() as batch:
            batch.add(PRODUCTS, products)
            batch.add(SALES, sales(weeks, rise=rise))
            batch.add(FORECASTS, foretold("run-a", LEARNT_WEEKS))
            batch.add(RUNS, run_row("run-a", LEARNT_WEEKS, **more))
        return lake

    return made
