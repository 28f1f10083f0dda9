"""The panel as arrays: one row a series, one column a period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecasting.once import OncePerTable
from signals import Col, DataError, DriverGroup, ModelError, frequency_between

if TYPE_CHECKING:
    from signals import Frequency, Panel

FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
"""Numbers in double precision, of any shape."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Units of every series on one axis of periods.

    Parameters
    ----------
    series_ids
        Sorted; the order of the first axis everywhere in this package.
    days
        First day of each period of the history.
    units
        Shape (series, periods); NaN before a series begins, 0 where it sold nothing or where more
        came back than was sold: a forecast is of demand, which is never below 0.
    frequency
        Length of a period.
    """

    series_ids: tuple[str, ...]
    scopes: tuple[str, ...]
    categories: tuple[str, ...]
    days: pd.DatetimeIndex
    units: FloatArray
    frequency: Frequency

    @property
    def ages(self) -> FloatArray:
        """Periods of history each series has, shape (series,)."""
        return np.asarray((~np.isnan(self.units)).sum(axis=1), dtype=np.float64)

    @property
    def groups(self) -> tuple[str, ...]:
        """Category of each series within its scope."""
        pairs = zip(self.scopes, self.categories, strict=True)
        return tuple(f"{scope}: {category}" for scope, category in pairs)

    @property
    def season(self) -> int:
        """Periods after which the pattern repeats: a year of weeks, a week of days."""
        return self.frequency.season

    def until(self, day: pd.Timestamp) -> Grid:
        """Keep what was visible on a day; series that had not begun stay, as NaN."""
        visible = int(self.days.searchsorted(day, side="right"))
        return replace(self, days=self.days[:visible], units=self.units[:, :visible])

    def ahead(self, horizon: int) -> pd.DatetimeIndex:
        """First days of the periods that follow the history."""
        return self.frequency.ahead(self.days[-1], horizon)

    def column(self, frame: pd.DataFrame, name: str, days: pd.DatetimeIndex) -> FloatArray:
        """Spread one column of a long frame over series and ``days``, NaN where it has no row."""
        rows = pd.Index(self.series_ids).get_indexer(pd.Index(frame[Col.SERIES_ID].astype(str)))
        columns = days.get_indexer(pd.DatetimeIndex(frame[Col.DAY]))
        inside = (rows >= 0) & (columns >= 0)
        wide = np.full((len(self.series_ids), len(days)), np.nan)
        wide[rows[inside], columns[inside]] = frame[name].to_numpy(dtype=np.float64)[inside]
        return wide


_once: Final[OncePerTable[Grid]] = OncePerTable()


def grid_of(panel: Panel) -> Grid:
    """Lay the history of a panel out as arrays.

    Raises
    ------
    DataError
        When the panel has fewer than two periods or no series at all.
    """
    how = panel.frequency
    return _once.of(panel.history, how, lambda: _laid_out(panel.history, how))


def _laid_out(history: pd.DataFrame, named: Frequency | None) -> Grid:
    found = history[Col.DAY].unique()
    if len(found) < 2:
        raise DataError(
            f"the history has {len(found)} complete period(s); a forecast needs at least 2: "
            "ingest earlier sales",
        )
    periods = pd.DatetimeIndex(found).sort_values()
    frequency = named or _between(periods)
    days = frequency.axis(periods[0], periods[-1])
    described = history.drop_duplicates(Col.SERIES_ID).sort_values(Col.SERIES_ID)
    grid = Grid(
        series_ids=tuple(described[Col.SERIES_ID].astype(str)),
        scopes=tuple(described[Col.SCOPE].astype(str)),
        categories=tuple(described[Col.CATEGORY].fillna("").astype(str)),
        days=days,
        units=np.empty((0, 0)),
        frequency=frequency,
    )
    units = grid.column(history, Col.UNITS, days)
    started = np.maximum.accumulate(~np.isnan(units), axis=1)
    sold = np.maximum(np.nan_to_num(units), 0.0)
    return replace(grid, units=np.where(started, sold, np.nan))


def horizon_of(panel: Panel) -> int:
    """Periods ahead that the future of a panel covers."""
    return int(panel.future[Col.STEP].max())


def cut(panel: Panel, origin: int, horizon: int) -> Panel:
    """Return the panel as it was when its period number ``origin`` had just ended.

    The known-ahead columns of the periods that follow become its future. They are taken from the
    history, so a plan counts as kept: the backtest knows promotions as they were, not as planned.

    Parameters
    ----------
    origin
        Index on the axis of periods; the last one that is visible.

    Raises
    ------
    ModelError
        When the sentiment of the panel comes from a model that learnt from later texts.
    """
    grid, history = grid_of(panel), panel.history
    days = grid.days
    made_on = grid.frequency.last_day(days[origin])
    if knows_later_texts(panel, made_on):
        raise ModelError(
            f"a forecast made on {made_on:%Y-%m-%d} may not use sentiment of a model that learnt "
            f"from texts up to {panel.text_cut_off:%Y-%m-%d}: leave sentiment out (build the panel "
            "without model_id), take a model trained on earlier texts, or set later_texts, which "
            "the run records"
        )
    ahead = days[origin + 1 : origin + 1 + horizon]
    future = history.loc[
        history[Col.DAY].isin(ahead),
        [Col.SERIES_ID, Col.DAY, *panel.known],
    ]
    visible = history[history[Col.DAY] <= days[origin]]
    future = future[future[Col.SERIES_ID].isin(visible[Col.SERIES_ID].unique())]
    steps = future[Col.DAY].map({day: step for step, day in enumerate(ahead, start=1)})
    future = future.assign(**{Col.STEP: steps.astype(np.int64)})
    return replace(
        panel,
        history=visible.reset_index(drop=True),
        future=future.reset_index(drop=True),
        made_on=made_on,
    )


def knows_later_texts(panel: Panel, made_on: pd.Timestamp) -> bool:
    """Tell whether the sentiment of a panel comes from a model trained on texts after a day."""
    heard = bool(panel.groups.get(DriverGroup.SENTIMENT))
    return heard and panel.text_cut_off is not None and made_on < panel.text_cut_off


def _between(days: pd.DatetimeIndex) -> Frequency:
    frequency = frequency_between(days)
    if frequency is None:
        gap = int(np.diff(days.to_numpy()).min() / np.timedelta64(1, "D"))
        raise DataError(
            f"periods of the history are {gap} days apart; expected 1 (days) or 7 (weeks): "
            "build the panel with grain day or week, or name its frequency",
        )
    return frequency


def trailing_sum(values: FloatArray, width: int) -> FloatArray:
    """Sum of the last ``width`` columns up to each, fewer at the start."""
    sums = np.cumsum(values, axis=1)
    sums[:, width:] = sums[:, width:] - sums[:, :-width].copy()
    return sums
