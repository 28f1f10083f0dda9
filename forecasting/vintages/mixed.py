"""Panels between two: some of what differs taken from the new one, the rest from the old one.

Two panels differ in cells (a series, a period, a column) and in how far their history reaches.
Every difference belongs to exactly one `RevisionSource`; a set of sources that are taken as new
gives one mixed panel. Let T be the last period of the old history.

=====================================================  =====================================
what                                                   belongs to
=====================================================  =====================================
whether the history ends at T or where the new ends    new actuals
units, price, promotion and all else recorded of       restated data
periods up to T
price and promotion of periods after T, as planned     driver inputs
or, where the new history holds them, as they were
calendar; past-only columns (sentiment) of every       driver inputs
period
which columns are read, how many periods ahead,        model
vectors of words, aspects, traits and pictures
series that only one panel holds                       new actuals; restated data when the
                                                       history ends where it did
=====================================================  =====================================

Where the chosen panel says nothing of a cell the other one speaks: plans for periods that only the
new run reaches are those of the new run in every mixture. Past-only columns of periods after T stay
as they last were for whoever has not seen the new ones. With no source taken the mixture is the old
panel, with all of them the new one, cell for cell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import pandas as pd

from forecasting.grid import grid_of, horizon_of
from signals import Col, DataError, DriverGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals import Frequency, Panel

_KEY = [Col.SERIES_ID, Col.DAY]


class RevisionSource(StrEnum):
    """Why a forecast changed, in the words shown to users."""

    ACTUALS = "new actuals"
    RESTATED = "restated data"
    DRIVERS = "driver inputs"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Mixer:
    """Two panels of the same measure and grain, ready to be mixed.

    Parameters
    ----------
    old_end, new_end
        First day of the last period of each history.
    old_recorded, new_recorded
        Histories, indexed by series_id and day.
    old_told, new_told
        The same with the periods ahead below them.
    """

    old: Panel
    new: Panel
    frequency: Frequency
    old_end: pd.Timestamp
    new_end: pd.Timestamp
    old_recorded: pd.DataFrame
    new_recorded: pd.DataFrame
    old_told: pd.DataFrame
    new_told: pd.DataFrame

    def mix(self, taken: frozenset[RevisionSource]) -> Panel:
        """Return the panel with some sources as in the new one and the others as in the old one."""
        layout = self.new if RevisionSource.MODEL in taken else self.old
        recent = RevisionSource.ACTUALS in taken
        rows = self._rows(taken)
        end = self.new_end if recent else self.old_end
        newcomers = self.newcomers in taken
        return replace(
            layout,
            history=self._history(rows, layout, taken),
            future=self._future(rows, end, layout, taken),
            made_on=(self.new if recent else self.old).made_on,
            cold=(self.new if newcomers else self.old).cold,
            shelf=(self.new if newcomers else self.old).shelf,
        )

    @property
    def newcomers(self) -> RevisionSource:
        """What series that only one of the panels holds belong to."""
        passed = self.new_end > self.old_end
        return RevisionSource.ACTUALS if passed else RevisionSource.RESTATED

    def _rows(self, taken: frozenset[RevisionSource]) -> pd.MultiIndex:
        """Choose which series and periods the history holds."""
        first = self.new_recorded if RevisionSource.RESTATED in taken else self.old_recorded
        names = {
            panel: set(recorded.index.unique(Col.SERIES_ID))
            for panel, recorded in (("old", self.old_recorded), ("new", self.new_recorded))
        }
        both = names["old"] & names["new"]
        chosen = [_until(_of(first, both), self.old_end)]
        if self.newcomers in taken:
            chosen.append(_until(_of(self.new_recorded, names["new"] - both), self.old_end))
        else:
            chosen.append(_of(self.old_recorded, names["old"] - both))
        if RevisionSource.ACTUALS in taken:
            days = self.new_recorded.index.get_level_values(Col.DAY)
            chosen.append(self.new_recorded[days > self.old_end])
        keys = pd.concat([rows.index.to_frame(index=False) for rows in chosen])
        return pd.MultiIndex.from_frame(keys.sort_values(_KEY, ignore_index=True))

    def _history(
        self, rows: pd.MultiIndex, layout: Panel, taken: frozenset[RevisionSource]
    ) -> pd.DataFrame:
        columns = [name for name in layout.history.columns if name not in {*_KEY, *layout.tables}]
        recorded = (self.old_recorded, self.new_recorded)
        told = (self.old_told, self.new_told)
        heard = recorded
        if RevisionSource.RESTATED in taken:
            recorded = recorded[::-1]
        if RevisionSource.DRIVERS in taken:
            told, heard = told[::-1], heard[::-1]
        values = _pick(rows, columns, *recorded)
        later = rows.get_level_values(Col.DAY) > self.old_end
        known = list(layout.known)
        values.loc[later, known] = _pick(rows[later], known, *told)
        calendar = [*layout.groups.get(DriverGroup.CALENDAR, ())]
        values[calendar] = _pick(rows, calendar, *told)
        past = list(layout.past)
        values[past] = _pick(rows, past, *heard)
        if RevisionSource.DRIVERS not in taken:
            values.loc[later, past] = self._as_last_heard(rows, past)[later]
        values[list(layout.tables)] = self._as_tabled(rows, layout)
        filled = _without_gaps(values, known)
        return filled.reset_index()[list(layout.history.columns)]

    def _as_last_heard(self, rows: pd.MultiIndex, past: Sequence[str]) -> pd.DataFrame:
        """Carry the past-only columns of the old history on; new series keep their own."""
        heard = self.old_recorded.reindex(index=rows, columns=list(past))
        carried = heard.groupby(level=Col.SERIES_ID).ffill()
        return carried.where(carried.notna(), _pick(rows, past, self.new_recorded))

    def _as_tabled(self, rows: pd.MultiIndex, layout: Panel) -> pd.DataFrame:
        """Name rows of the tables of one panel: the last known of a series, 0 where there is none.

        Keys of the other panel would name rows of other tables.
        """
        recorded = self.new_recorded if layout is self.new else self.old_recorded
        keys = recorded.reindex(index=rows, columns=list(layout.tables))
        return keys.groupby(level=Col.SERIES_ID).ffill().fillna(0).astype("int64")

    def _future(
        self,
        rows: pd.MultiIndex,
        end: pd.Timestamp,
        layout: Panel,
        taken: frozenset[RevisionSource],
    ) -> pd.DataFrame:
        steps = range(1, horizon_of(layout) + 1)
        days = self.frequency.ahead(end, len(steps))
        names = rows.unique(Col.SERIES_ID).sort_values()
        ahead = pd.MultiIndex.from_product([names, days], names=_KEY)
        told = (self.old_told, self.new_told)
        columns = [name for name in layout.future.columns if name not in {*_KEY, Col.STEP}]
        values = _pick(ahead, columns, *(told[::-1] if RevisionSource.DRIVERS in taken else told))
        future = _without_gaps(values, list(layout.known)).reset_index()
        future[Col.STEP] = pd.Series([*steps] * len(names), dtype="int64")
        return future[list(layout.future.columns)]


def make_mixer(old: Panel, new: Panel) -> Mixer:
    """Prepare two panels.

    Raises
    ------
    DataError
        When they differ in what they count, in the length of a period or in their scopes, or
        when the old one reaches further.
    """
    before, after = grid_of(old), grid_of(new)
    problems = [
        f"{what}: {was} before, {now} now"
        for what, was, now in (
            ("what is counted", old.measure, new.measure),
            ("length of a period", before.frequency.name, after.frequency.name),
            ("scopes", sorted(set(before.scopes)), sorted(set(after.scopes))),
        )
        if was != now
    ]
    if before.days[-1] > after.days[-1]:
        problems.append(
            f"the older run knew sales up to {before.days[-1]:%Y-%m-%d}, the newer one only up to "
            f"{after.days[-1]:%Y-%m-%d}"
        )
    if problems:
        raise DataError(
            f"the runs cannot be compared: {'; '.join(problems)}; name two runs that agree, the "
            "older one first"
        )
    past = old.history.set_index(_KEY), new.history.set_index(_KEY)
    told = [
        pd.concat([rows, panel.future.drop(columns=Col.STEP).set_index(_KEY)])
        for rows, panel in zip(past, (old, new), strict=True)
    ]
    return Mixer(old, new, before.frequency, before.days[-1], after.days[-1], *past, *told)


def _of(rows: pd.DataFrame, names: set[str]) -> pd.DataFrame:
    return rows[rows.index.get_level_values(Col.SERIES_ID).isin(names)]


def _until(rows: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    return rows[rows.index.get_level_values(Col.DAY) <= day]


def _pick(index: pd.MultiIndex, columns: Sequence[str], *frames: pd.DataFrame) -> pd.DataFrame:
    """Take each row, and each column, from the first frame that holds it."""
    chosen: dict[str, pd.Series] = {}
    for frame in frames[::-1]:
        held = frame.index.get_indexer(index) >= 0
        here = [name for name in columns if name in frame]
        cells = frame[here].reindex(index)
        for name in here:
            chosen[name] = cells[name].where(held, chosen[name]) if name in chosen else cells[name]
    return pd.DataFrame(chosen, index=index, columns=list(columns))


def _without_gaps(values: pd.DataFrame, known: Sequence[str]) -> pd.DataFrame:
    """Give cells of which neither panel speaks the mean of the other series on that day."""
    holes = [name for name in known if values[name].isna().any()]
    for name in holes:
        usual = values.groupby(level=Col.DAY)[name].transform("mean").fillna(values[name].mean())
        values[name] = values[name].fillna(usual)
    return values
