"""Cells in which two panels differ: what was restated, what was planned anew, what came true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from signals import Col, DriverGroup, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.vintages.mixed import Mixer

_KEY = [Col.SERIES_ID, Col.DAY]
_LEAST = 1e-9
_COLUMNS = [Col.SERIES_ID, Col.CATEGORY, Col.DAY, Col.COLUMN, Col.BEFORE, Col.AFTER]


def restated(mixer: Mixer) -> pd.DataFrame:
    """Find values of earlier periods that are no longer what they were.

    Returns
    -------
    pandas.DataFrame
        A row a changed cell of the finest scope: series_id, category, day (first of the period),
        column, before, after (NaN where the series had no such period). The largest change comes
        first, measured against the usual size of its column.
    """
    columns = [Col.UNITS, *_plannable(mixer)]
    old, new = (
        frame[frame.index.get_level_values(Col.DAY) <= mixer.old_end]
        for frame in (mixer.old_recorded, mixer.new_recorded)
    )
    return _differences(mixer, old, new, columns)


def replanned(mixer: Mixer) -> pd.DataFrame:
    """Find prices, promotions and the like that the old run expected to be others.

    Of periods that both panels cover after the last one the old run had seen; columns as in
    `restated`.
    """
    old, new = (
        frame[frame.index.get_level_values(Col.DAY) > mixer.old_end]
        for frame in (mixer.old_told, mixer.new_told)
    )
    both = old.index.intersection(new.index)
    return _differences(mixer, old.loc[both], new.loc[both], _plannable(mixer))


def arrived(mixer: Mixer, expected: pd.Series) -> pd.DataFrame:
    """Lay what was sold in the new periods beside what had been forecast for them.

    Parameters
    ----------
    expected
        Middle forecast of the old run, indexed by series_id and day.
    """
    sold = mixer.new_recorded.loc[
        mixer.new_recorded.index.get_level_values(Col.DAY) > mixer.old_end, [Col.UNITS]
    ]
    known = sold.index.intersection(expected.index)
    forecast = expected.loc[known].to_frame(Col.UNITS)
    return _differences(mixer, forecast, sold.loc[known], [Col.UNITS])


def of_series(changes: pd.DataFrame, series_id: str) -> pd.DataFrame:
    """Keep the changes that concern a series: its own, or those of the products it adds up."""
    scope, _, key = series_id.partition(":")
    if scope == Scope.CATEGORY:
        return changes[changes[Col.CATEGORY] == key]
    return changes if scope == Scope.TOTAL else changes[changes[Col.SERIES_ID] == series_id]


def _plannable(mixer: Mixer) -> list[str]:
    """Name the known-ahead columns, without those of the calendar, that both panels have."""
    calendar = {*mixer.new.groups.get(DriverGroup.CALENDAR, ())}
    return [name for name in mixer.new.known if name in mixer.old.known and name not in calendar]


def _differences(
    mixer: Mixer, old: pd.DataFrame, new: pd.DataFrame, columns: Sequence[str]
) -> pd.DataFrame:
    cells = old.index.union(new.index)
    cells = cells[cells.get_level_values(Col.SERIES_ID).isin(_finest(mixer))]
    found = []
    for name in columns:
        before, after = old[name].reindex(cells), new[name].reindex(cells)
        usual = max(float(after.abs().mean()), _LEAST)
        size = (after.fillna(0.0) - before.fillna(0.0)).abs() / usual
        rows = pd.DataFrame({Col.BEFORE: before, Col.AFTER: after, "size": size})
        found.append(rows[size > _LEAST].reset_index().assign(**{Col.COLUMN: name}))
    changes = pd.concat(found, ignore_index=True)
    named = mixer.new.history.drop_duplicates(Col.SERIES_ID).set_index(Col.SERIES_ID)
    changes[Col.CATEGORY] = changes[Col.SERIES_ID].map(named[Col.CATEGORY])
    ranked = changes.sort_values(["size", *_KEY], ascending=[False, True, True])
    return ranked[_COLUMNS].reset_index(drop=True)


def _finest(mixer: Mixer) -> set[str]:
    """Name the series of the finest scope that both panels hold."""
    history = mixer.new.history
    scopes = set(history[Col.SCOPE])
    finest = next(scope for scope in Scope if scope in scopes)
    names = set(history.loc[history[Col.SCOPE] == finest, Col.SERIES_ID])
    return names & set(mixer.old_recorded.index.unique(Col.SERIES_ID))
