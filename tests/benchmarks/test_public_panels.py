"""A public table becomes a panel that holds nothing from after a cut."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from american_weeks import weeks_to_feasts
from public_panels import panel_of

from forecasting.grid import cut, grid_of, horizon_of
from signals import Col, DriverGroup

GROUPS = {DriverGroup.PRICE: (Col.PRICE,)}
WEEKS = pd.date_range("2020-01-06", periods=6, freq="7D")


def table(units: dict[str, list[float | None]]) -> pd.DataFrame:
    """One row a week that is not None; the price is 1, 2, 3 ... by week."""
    rows = [
        (series, "c", WEEKS[week], value, float(week + 1))
        for series, values in units.items()
        for week, value in enumerate(values)
        if value is not None
    ]
    return pd.DataFrame(rows, columns=[Col.SERIES_ID, Col.CATEGORY, Col.DAY, Col.UNITS, Col.PRICE])


def test_a_missing_week_takes_the_week_before_and_is_not_judged():
    public = panel_of(table({"a": [5, None, 9, 7], "b": [None, 1, 2, 3]}), GROUPS)

    grid = grid_of(public.panel)

    np.testing.assert_array_equal(grid.units, [[5, 5, 9, 7], [np.nan, 1, 2, 3]])
    assert public.observed.tolist() == [[True, False, True, True], [False, True, True, True]]


def test_rows_without_units_are_the_future():
    public = panel_of(table({"a": [5, 6, 7, 8, np.nan, np.nan]}), GROUPS)

    assert horizon_of(public.panel) == 2
    assert public.panel.future[Col.PRICE].tolist() == [5.0, 6.0]
    assert Col.UNITS not in public.panel.future


def test_a_series_that_ended_is_not_carried_on():
    public = panel_of(table({"a": [5, 6, 7, 8, np.nan], "b": [1, 2]}), GROUPS)

    assert public.panel.history.groupby(Col.SERIES_ID).size().to_dict() == {"a": 4, "b": 2}
    assert public.observed[1].tolist() == [True, True, False, False]
    assert set(public.panel.future[Col.SERIES_ID]) == {"a"}


@pytest.mark.parametrize("origin", [1, 2])
def test_a_cut_panel_says_nothing_of_what_came_after(origin):
    before = table({"a": [5, None, 9, 7, 3], "b": [4, 1, 2, None, 6]})
    after = before.copy()
    after.loc[after[Col.DAY] > WEEKS[origin], Col.UNITS] *= 100

    cuts = [cut(panel_of(rows, GROUPS).panel, origin, 2) for rows in (before, after)]

    pd.testing.assert_frame_equal(cuts[0].history, cuts[1].history)
    pd.testing.assert_frame_equal(cuts[0].future, cuts[1].future)
    assert cuts[0].history[Col.DAY].max() == WEEKS[origin]
    assert Col.UNITS not in cuts[0].future


def test_a_repeated_week_is_refused():
    rows = table({"a": [5, 6]})

    with pytest.raises(ValueError, match="2 rows repeat a week"):
        panel_of(pd.concat([rows, rows]), GROUPS)


def test_days_that_are_no_weeks_apart_are_refused():
    rows = table({"a": [5, 6]})
    rows.loc[1, Col.DAY] += pd.Timedelta(days=1)

    with pytest.raises(ValueError, match="no whole weeks apart"):
        panel_of(rows, GROUPS)


def test_feasts_are_counted_down_to_and_remembered_for_a_week():
    weeks = pd.date_range("2010-12-04", periods=6, freq="7D")  # 25 December is a Saturday

    found = weeks_to_feasts(weeks)["weeks to Christmas"]

    assert found.tolist() == [3, 2, 1, 0, -1, 4]


def test_easter_moves_with_the_moon():
    weeks = pd.DatetimeIndex(["2011-04-23", "2012-04-07"])  # Easter on 24 April and on 8 April

    assert weeks_to_feasts(weeks)["weeks to Easter"].tolist() == [0, 0]
