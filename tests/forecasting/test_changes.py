"""A change of a category is the roll-up of the same change of its products, and touches no more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.supposing.changes import Change, How, Lever, with_future, with_history
from signals import Col, Scope
from signals.demand import roll_up

DAYS = pd.date_range("2024-07-15", periods=2, freq="7D")


def _drivers():
    prices, promos = [9.0, 9.0, 40.0, 44.0, 5.0, 5.0], [0.0, 0.1, 0.0, 0.3, 0.0, 0.0]
    return pd.DataFrame(
        {
            Col.PRODUCT_ID: ["a", "a", "b", "b", "c", "c"],
            Col.DAY: [*DAYS] * 3,
            Col.PRICE: prices,
            Col.PROMO: promos,
        }
    )


def _rolled(drivers):
    categories = pd.Series({"a": "x", "b": "x", "c": "y"})
    rows = roll_up(drivers, categories, pd.Series({"a": 10.0, "b": 40.0, "c": 5.0}), list(Scope))
    steps = rows[Col.DAY].map({day: step for step, day in enumerate(DAYS, start=1)})
    rows = rows.assign(**{Col.STEP: steps})
    return rows.sort_values([Col.SERIES_ID, Col.DAY], ignore_index=True)


@pytest.mark.parametrize(
    ("column", "change"),
    [
        (Col.PRICE, Change(Lever.PRICE, How.BY_SHARE, -0.1)),
        (Col.PROMO, Change(Lever.PROMO, How.TO, 0.2)),
    ],
)
def test_products_changed_then_added_up_are_the_category_changed(panel, column, change):
    drivers = _drivers()
    held = drivers[Col.PRODUCT_ID].isin(["a", "b"])
    moved = drivers.assign(**{column: drivers[column].where(~held, change.become(drivers[column]))})
    future = _rolled(drivers).assign(**dict.fromkeys(set(panel.known) - {column}, 0.0))
    small = replace(panel, future=future)

    found = with_future(small, column, {"product:a", "product:b", "category:x"}, change, np.ones(2))

    expected = _rolled(moved)
    named = expected[Col.SERIES_ID] != str(Scope.TOTAL)
    np.testing.assert_allclose(found.future[column][named], expected[column][named])


def test_only_the_asked_cells_change(panel):
    change = Change(Lever.PROMO, How.TO, 0.2)

    found = with_future(panel, Col.PROMO, {"product:p001"}, change, np.array([0.0, 1.0, 0.5, 0.0]))

    changed = found.future[Col.PROMO] != panel.future[Col.PROMO]
    assert set(panel.future.loc[changed, Col.SERIES_ID]) == {"product:p001"}
    assert set(panel.future.loc[changed, Col.STEP]) <= {2, 3}
    others = [name for name in panel.future.columns if name != Col.PROMO]
    pd.testing.assert_frame_equal(found.future[others], panel.future[others])
    assert found.history is panel.history


def test_sentiment_changes_the_last_periods_of_its_columns_alone(panel):
    change = Change(Lever.SENTIMENT, How.BY, 0.2)

    found = with_history(panel, ["mood"], {"product:p001"}, change, 4)

    gained = found.history["mood"] - panel.history["mood"]
    last = panel.history[Col.DAY] > panel.history[Col.DAY].max() - pd.Timedelta(weeks=4)
    asked = last & (panel.history[Col.SERIES_ID] == "product:p001")
    np.testing.assert_allclose(gained[asked], 0.2)
    assert (gained[~asked] == 0.0).all()
    assert found.history["talk"].equals(panel.history["talk"])
    assert found.future is panel.future
