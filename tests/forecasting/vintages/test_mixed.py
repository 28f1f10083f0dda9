"""Panels between two runs: every difference belongs to one source."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting import RevisionSource
from forecasting.vintages.changed_cells import arrived, of_series, replanned, restated
from forecasting.vintages.mixed import make_mixer
from signals import WORDS_KEY, Col, DataError, Measure

ACTUALS, RESTATED, DRIVERS, MODEL = RevisionSource
SERIES = "product:p003"


@pytest.fixture(scope="module")
def new(make_panel):
    return make_panel(products=6, periods=60, horizon=4)


@pytest.fixture(scope="module")
def old(make_panel):
    """The same shop a week earlier: its last week is still ahead, and planned as it came."""
    return make_panel(products=6, periods=59, horizon=5)


def changed(panel, series, steps_back, **values):
    """Write other values into the last rows of one series."""
    history = panel.history.copy()
    rows = history.index[history[Col.SERIES_ID] == series][-steps_back:]
    history.loc[rows, list(values)] = list(values.values())
    return replace(panel, history=history)


def planned(panel, series, step, **values):
    future = panel.future.copy()
    row = (future[Col.SERIES_ID] == series) & (future[Col.STEP] == step)
    future.loc[row, list(values)] = list(values.values())
    return replace(panel, future=future)


def cell(frame, series, day, column):
    found = frame[(frame[Col.SERIES_ID] == series) & (frame[Col.DAY] == day)]
    return found[column].item()


def test_keys_name_rows_of_the_tables_they_stand_beside(old, new):
    few, many = (
        panel.with_table(WORDS_KEY, np.full((len(panel.history), 2), value), rows)
        for panel, value, rows in (
            (old, 1.0, np.where(old.history[Col.SERIES_ID] == SERIES, 0, -1)),
            (new, 2.0, np.arange(len(new.history))),
        )
    )
    mixer = make_mixer(few, many)

    for taken in ({ACTUALS}, {DRIVERS, ACTUALS}, {MODEL}, {RESTATED, MODEL}):
        mixed = mixer.mix(frozenset(taken))

        keys = mixed.history[WORDS_KEY].to_numpy()
        said = mixed.tables[WORDS_KEY][keys]
        spoken = (
            np.ones(len(keys), dtype=bool)
            if MODEL in taken
            else (mixed.history[Col.SERIES_ID] == SERIES).to_numpy()
        )
        assert (said[spoken] == (2.0 if MODEL in taken else 1.0)).all()
        assert not said[~spoken].any()


def test_with_nothing_taken_it_is_the_old_panel_and_with_everything_the_new_one(old, new):
    mixer = make_mixer(old, changed(planned(new, SERIES, 2, promo=0.5), SERIES, 3, units=1.0))

    for taken, panel in ((frozenset(), old), (frozenset(RevisionSource), mixer.new)):
        mixed = mixer.mix(taken)

        pd.testing.assert_frame_equal(mixed.history, panel.history)
        pd.testing.assert_frame_equal(mixed.future, panel.future)
        assert mixed.made_on == panel.made_on


def test_new_actuals_lengthen_the_history_and_restate_nothing(old, new):
    mixer = make_mixer(old, changed(new, SERIES, 3, units=1.0))
    days = sorted(new.history[Col.DAY].unique())

    mixed = mixer.mix(frozenset({ACTUALS}))

    assert cell(mixed.history, SERIES, days[-1], Col.UNITS) == 1.0
    assert cell(mixed.history, SERIES, days[-2], Col.UNITS) != 1.0
    assert mixed.future[Col.DAY].min() == days[-1] + pd.Timedelta(days=7)
    assert mixed.future[Col.STEP].max() == 5


def test_restated_data_are_values_of_earlier_periods(old, new):
    mixer = make_mixer(old, changed(new, SERIES, 3, units=1.0))

    mixed = mixer.mix(frozenset({RESTATED}))

    assert mixed.history[Col.DAY].max() == old.history[Col.DAY].max()
    assert mixed.history[mixed.history[Col.SERIES_ID] == SERIES][Col.UNITS].tail(2).eq(1.0).all()
    pd.testing.assert_frame_equal(mixed.future, old.future)


def test_a_promotion_that_came_unplanned_is_a_driver_in_history_and_future_alike(old, new):
    last = new.history[Col.DAY].max()
    mixer = make_mixer(old, changed(new, SERIES, 1, promo=0.4))
    expected = cell(old.future, SERIES, last, Col.PROMO)

    ahead = mixer.mix(frozenset({DRIVERS}))
    unknown = mixer.mix(frozenset({ACTUALS}))
    seen = mixer.mix(frozenset({ACTUALS, DRIVERS}))

    assert cell(ahead.future, SERIES, last, Col.PROMO) == 0.4
    assert cell(unknown.history, SERIES, last, Col.PROMO) == expected
    assert cell(seen.history, SERIES, last, Col.PROMO) == 0.4


def test_the_mood_of_new_periods_stays_as_last_heard_without_the_drivers(old, new):
    last = new.history[Col.DAY].max()
    mixer = make_mixer(old, changed(new, SERIES, 1, mood=-9.0))
    before = cell(old.history, SERIES, last - pd.Timedelta(days=7), "mood")

    assert cell(mixer.mix(frozenset({ACTUALS})).history, SERIES, last, "mood") == before
    assert cell(mixer.mix(frozenset({ACTUALS, DRIVERS})).history, SERIES, last, "mood") == -9.0


def test_a_series_that_enters_comes_with_the_new_actuals(old, new):
    without = ~old.history[Col.SERIES_ID].eq(SERIES), ~old.future[Col.SERIES_ID].eq(SERIES)
    earlier = replace(
        old,
        history=old.history[without[0]].reset_index(drop=True),
        future=old.future[without[1]].reset_index(drop=True),
        cold={SERIES: "c0"},
    )
    mixer = make_mixer(earlier, new)

    for taken in (frozenset(), frozenset({RESTATED, DRIVERS, MODEL})):
        assert SERIES not in set(mixer.mix(taken).history[Col.SERIES_ID])
        assert SERIES in mixer.mix(taken).cold
    entered = mixer.mix(frozenset({ACTUALS}))
    assert SERIES in set(entered.history[Col.SERIES_ID])
    assert not entered.cold
    assert entered.future[list(new.known)].notna().all(axis=None)


def test_a_column_that_only_the_new_run_reads_comes_with_the_model(old, new):
    fewer = replace(
        old,
        history=old.history.drop(columns="mood"),
        past=("talk",),
        polarity=(),
        groups={g: tuple(c for c in columns if c != "mood") for g, columns in old.groups.items()},
    )
    mixer = make_mixer(fewer, new)

    assert "mood" not in mixer.mix(frozenset({ACTUALS, RESTATED, DRIVERS})).history
    assert mixer.mix(frozenset({MODEL})).history["mood"].notna().all()


def test_changed_cells_are_named_largest_first(old, new):
    mixer = make_mixer(old, changed(planned(new, SERIES, 2, promo=0.5), SERIES, 3, units=1_000.0))
    expected = pd.Series(
        [7.0],
        index=pd.MultiIndex.from_tuples(
            [(SERIES, new.history[Col.DAY].max())], names=[Col.SERIES_ID, Col.DAY]
        ),
    )

    corrected, plans, known = restated(mixer), replanned(mixer), arrived(mixer, expected)

    assert corrected[Col.SERIES_ID].tolist() == [SERIES, SERIES]
    assert corrected[Col.AFTER].tolist() == [1_000.0, 1_000.0]
    assert plans[[Col.COLUMN, Col.AFTER]].iloc[0].tolist() == [Col.PROMO, 0.5]
    assert known[[Col.BEFORE, Col.AFTER]].iloc[0].tolist() == [7.0, 1_000.0]
    assert len(of_series(corrected, "total")) == len(of_series(corrected, "category:c0")) == 2
    assert of_series(corrected, "category:c1").empty
    assert of_series(corrected, "product:p001").empty


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda panel: replace(panel, measure=Measure.REVIEW_COUNT), "what is counted"),
        (
            lambda panel: replace(
                panel, history=panel.history[panel.history[Col.SERIES_ID] == "total"]
            ),
            "scopes",
        ),
    ],
)
def test_runs_that_count_different_things_are_not_compared(old, new, spoil, why):
    with pytest.raises(DataError, match=f"cannot be compared: {why}"):
        make_mixer(old, spoil(new))


def test_the_older_run_comes_first(old, new):
    with pytest.raises(DataError, match=r"the older run knew sales up to .* older one first"):
        make_mixer(new, old)
