"""Inputs of the trees: nothing from after the origin, and neutral twins that are neutral."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from forecasting.grid import cut, grid_of
from forecasting.inputs.drivers import design_of, known_columns
from signals import KEPT_A_WEEK, Col, DriverGroup, Scope


def _design(panel, *, use_text=True):
    return design_of(panel, panel.known, use_text=use_text)


def test_rows_of_an_origin_are_the_same_when_later_periods_are_hidden(panel):
    origin = 60

    seen = _design(panel).rows(origin)
    cut_off = _design(cut(panel, origin, 4)).rows(origin)

    # the regular price is the median of the visible history, so prices may differ by little
    priced = [i for i, name in enumerate(_design(panel).columns) if Col.PRICE in name]
    others = [i for i in range(seen.shape[2]) if i not in priced]
    np.testing.assert_allclose(seen[:, :, others], cut_off[:, :, others])
    np.testing.assert_allclose(seen[:, :, priced], cut_off[:, :, priced], atol=0.05)


def test_what_was_said_is_read_before_the_target_and_never_after_the_origin(panel):
    origin = 60
    later = panel.history[Col.DAY] > grid_of(panel).days[origin]
    shouted = panel.history.assign(mood=panel.history["mood"].where(~later, 99.0))

    said = _design(panel).said(origin)

    np.testing.assert_array_equal(said, _design(replace(panel, history=shouted)).said(origin))
    two_before = said[:, :, _design(panel).said_columns.index("mood 2 before")]
    assert np.abs(two_before[:, :2]).sum() > 0
    last = two_before[:, 1]
    np.testing.assert_allclose(two_before[:, 2], last * KEPT_A_WEEK)  # still to come: it fades
    np.testing.assert_allclose(two_before[:, 3], last * KEPT_A_WEEK**2)


def test_neutral_rows_say_level_sales_no_promotion_and_regular_price(panel):
    design = _design(panel)

    neutral = dict(
        zip(design.columns, np.moveaxis(design.rows(79, neutral=True), 2, 0), strict=True)
    )

    assert (neutral["sales 0 ago"] == 1.0).all()
    assert (neutral["season of the series"] == 1.0).all()
    assert (neutral[Col.PROMO] == 0.0).all()
    np.testing.assert_allclose(neutral[Col.PRICE], 1.0)
    assert neutral["step"][0].tolist() == [1, 2, 3, 4]


def test_every_column_but_step_and_scope_belongs_to_a_group(panel):
    design = _design(panel)

    assert design.groups[:2] == (None, None)
    assert set(design.groups[2:]) == {
        DriverGroup.HISTORY,
        DriverGroup.CALENDAR,
        DriverGroup.PRICE,
    }
    assert len(design.groups) == len(design.columns) == design.rows(79).shape[2]


def test_seasonal_waves_wait_for_three_years_and_festivals_do_not(panel, make_panel):
    assert set(known_columns(panel)) == {"festival", Col.PROMO, Col.PRICE}
    assert set(known_columns(make_panel(periods=160))) == set(panel.known)


def test_a_panel_of_the_total_alone_has_a_design(panel):
    only = panel.history[Col.SCOPE] == Scope.TOTAL
    ahead = panel.future[Col.SERIES_ID] == "total"
    total = replace(panel, history=panel.history[only], future=panel.future[ahead])

    assert np.isfinite(_design(total).rows(79)[:, :, :2]).all()
