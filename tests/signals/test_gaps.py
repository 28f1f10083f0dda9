"""A period without sales says why: nobody bought, nobody reported, closed, out of stock."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from signals import SALES, Col, Gap, Grain, Lake, SeriesRules, build_panel

MONDAY = pd.Timestamp("2025-03-03")
DAYS = pd.date_range(MONDAY, periods=20 * 7)
EVERYTHING = SeriesRules(min_units_per_period=0.0, min_periods=1)
AS_OF = (DAYS[-1] + pd.Timedelta(days=1)).tz_localize("UTC")


def daily_shop(folder, leave_out: np.ndarray, **more: object) -> Lake:
    """A sells 20 a day, B 1 a day; ``leave_out`` says of each day whether nobody reported."""
    lake = Lake(folder)
    days = DAYS[~leave_out]
    with lake.batch() as batch:
        for product, units in (("A", 20.0), ("B", 1.0)):
            batch.add(SALES, rows(product, days, units, **more))
    return lake


def rows(product: str, days: pd.DatetimeIndex, units: float, **more: object) -> pd.DataFrame:
    columns = {
        Col.PRODUCT_ID: product, Col.STORE_ID: "s", Col.DAY: days, Col.UNITS: units,
        Col.AVAILABLE_AT: (days + pd.Timedelta(days=1)).tz_localize("UTC"),
    }  # fmt: skip
    return pd.DataFrame(columns | more)


def gaps(lake: Lake, series: str, grain: Grain = Grain.DAY) -> pd.Series:
    history = build_panel(lake, as_of=AS_OF, horizon=1, grain=grain, rules=EVERYTHING).history
    return history[history[Col.SERIES_ID] == series].set_index(Col.DAY)[Col.GAP]


def test_days_nobody_reported_are_told_from_days_the_shop_is_closed(tmp_path):
    away = pd.date_range("2025-06-10", "2025-06-12")
    holiday = pd.Timestamp("2025-07-04")

    told = gaps(
        daily_shop(tmp_path, (DAYS.dayofweek == 6) | DAYS.isin(away) | (holiday == DAYS)), "total"
    )

    assert (told[away] == Gap.NO_REPORT).all()
    assert told[holiday] == Gap.CLOSED
    later = told["2025-05-05":]
    assert set(later[later.index.dayofweek == 6]) == {Gap.CLOSED.value}
    assert (told[told.index.dayofweek < 5].drop([*away, holiday]) == Gap.NONE).all()


def test_a_week_lacking_two_days_of_reports_is_a_missing_report(tmp_path):
    one, two = pd.Timestamp("2025-06-11"), pd.DatetimeIndex(["2025-06-24", "2025-06-25"])

    told = gaps(daily_shop(tmp_path, DAYS.isin([one, *two])), "product:A", Grain.WEEK)

    assert told["2025-06-09"] == Gap.NONE
    assert told["2025-06-23"] == Gap.NO_REPORT
    assert (told == Gap.NO_REPORT).sum() == 1


def test_a_product_nobody_bought_sold_nothing_while_others_did(tmp_path):
    lake = daily_shop(tmp_path, DAYS[-1] == DAYS)
    with lake.batch() as batch:
        batch.add(SALES, rows("C", DAYS[[0, 10, -1]], 1.0))

    told = gaps(lake, "product:C")

    assert told.value_counts().to_dict() == {Gap.NO_SALE: len(DAYS) - 3, Gap.NONE: 3}
    assert gaps(lake, "product:A").iloc[-1] == Gap.NO_SALE


def test_a_product_last_heard_of_as_out_of_stock_still_is(tmp_path):
    lake = daily_shop(tmp_path, np.zeros(len(DAYS), dtype=bool))
    with lake.batch() as batch:
        batch.add(SALES, rows("C", DAYS[[0, 1, 9]], 1.0))
        batch.add(SALES, rows("C", DAYS[[5]], 0.0, **{Col.IN_STOCK: False}))

    history = build_panel(lake, as_of=AS_OF, horizon=1, grain=Grain.DAY, rules=EVERYTHING).history
    told = history[history[Col.SERIES_ID] == "product:C"].set_index(Col.DAY)

    out = told[told[Col.GAP] == Gap.NO_STOCK]
    assert out.index.tolist() == DAYS[5:9].tolist()
    assert (out[Col.IN_STOCK] == 0).all()
    assert told.loc[DAYS[3], Col.GAP] == Gap.NO_SALE


def test_a_sparse_shop_is_not_suspected_of_missing_reports(tmp_path):
    lake = Lake(tmp_path)
    random = np.random.default_rng(1)
    sold = np.sort(random.choice(len(DAYS), 60, replace=False))
    with lake.batch() as batch:
        batch.add(SALES, rows("A", DAYS[np.unique([*sold, 0, len(DAYS) - 1])], 1.0))

    assert Gap.NO_REPORT not in set(gaps(lake, "total"))


@pytest.mark.parametrize("later_days", [1, 30])
def test_reasons_stay_when_more_becomes_known(tmp_path, later_days):
    away = pd.date_range("2025-06-10", "2025-06-12")
    lake = daily_shop(tmp_path, DAYS.isin(away))
    early = AS_OF - pd.Timedelta(days=later_days)

    then = build_panel(lake, as_of=early, horizon=1, grain=Grain.DAY, rules=EVERYTHING).history
    now = build_panel(lake, as_of=AS_OF, horizon=1, grain=Grain.DAY, rules=EVERYTHING).history

    both = then.merge(now, on=[Col.SERIES_ID, Col.DAY], suffixes=("", "_later"))
    assert len(both) == len(then)
    assert (both[Col.GAP] == both[f"{Col.GAP}_later"]).all()
