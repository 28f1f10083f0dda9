"""Inputs of the trees, and their neutral twins.

A row is a series, an origin and a step. Sales are measured against the scale of the series at the
origin, so that one model serves large and small series. Each column belongs to one group of
drivers or to none; a group that is not present is replaced by what its neutral twin says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from signals import KEPT_A_WEEK, LATELY_COLUMNS, DriverGroup, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.grid import FloatArray, Grid

LEADS: Final = (1, 2, 3, 4)
"""Periods by which what people say may run ahead of what they buy."""
_SAID_BEFORE: Final = (0, *LEADS)
_LEVEL_PERIODS: Final = 4  # recent periods on which the level of a forecast rests
SCOPE: Final = "scope"
"""Column with the number of the scope, a category and no quantity."""
_SCOPES: Final = tuple(Scope)

Periods = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Block:
    """Named columns over series and periods.

    Parameters
    ----------
    groups
        Driver group of each column.
    data
        Shape (series, periods, columns).
    neutral
        What each column says while its group is absent, shape (series, columns).
    """

    names: tuple[str, ...]
    groups: tuple[DriverGroup, ...]
    data: FloatArray
    neutral: FloatArray

    def take(self, periods: Periods, *, neutral: bool) -> FloatArray:
        """Return the columns at some periods, shape (series, len(periods), columns)."""
        if neutral:
            shape = (len(self.data), len(periods), len(self.names))
            return np.broadcast_to(self.neutral[:, None, :], shape)
        return np.asarray(self.data[:, periods, :])


@dataclass(frozen=True, slots=True)
class Season:
    """How a season ago the target period stood to the level at the origin.

    Parameters
    ----------
    target, level
        Units a season before a period, and the level a season before an origin; shape
        (series, periods + horizon).
    """

    name: str
    target: FloatArray
    level: FloatArray

    def ratio(self, origin: int, ahead: Periods) -> FloatArray:
        """Divide target by level, shape (series, len(ahead)); NaN before the first season."""
        level = self.level[:, origin, None]
        target = self.target[:, ahead]
        unknown = np.full(target.shape, np.nan)
        return np.asarray(np.divide(target, level, out=unknown, where=level > 0))


@dataclass(frozen=True, slots=True)
class Design:
    """Columns of every series and period, still to be joined to rows.

    Parameters
    ----------
    at_origin, at_target
        Read at the origin, or at the forecast period.
    moods
        Past-only columns, as differences from what is usual for the series.
    scale
        Units a target is measured against, shape (series, periods + horizon).
    long_run
        Scale of the series when its recent sales are hidden, shape (series,).
    """

    grid: Grid
    horizon: int
    at_origin: Block
    at_target: Block
    seasons: tuple[Season, ...]
    moods: Block
    scale: FloatArray
    long_run: FloatArray

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of `rows`."""
        seasons = (season.name for season in self.seasons)
        return ("step", SCOPE, *seasons, *self.at_origin.names, *self.at_target.names)

    @property
    def groups(self) -> tuple[DriverGroup | None, ...]:
        """Group of each column; None where a column is no driver."""
        seasons = (DriverGroup.HISTORY,) * len(self.seasons)
        return (None, None, *seasons, *self.at_origin.groups, *self.at_target.groups)

    @property
    def said_columns(self) -> tuple[str, ...]:
        """Names of the columns of `said`."""
        return tuple(
            f"{name} {lead} {when}"
            for when, names in (("before", self.moods.names), ("before the level", self.lasting))
            for lead in _SAID_BEFORE
            for name in names
        )

    @property
    def lasting(self) -> tuple[str, ...]:
        """Names of the moods that remember the weeks before."""
        return tuple(name for name in self.moods.names if name in LATELY_COLUMNS)

    def said(self, origin: int) -> FloatArray:
        """Return how far the mood was from usual some periods before each target.

        What will be said is still to come, and is taken to be what was said last, fading. Beside
        it stands the mood some periods before the sales on which the level of a forecast rests:
        those sales have felt it already.

        Returns
        -------
        ndarray
            Shape (series, horizon, columns).
        """
        steps = np.arange(1, self.horizon + 1)
        empty = np.empty((len(self.grid.series_ids), self.horizon, 0))
        ahead = (self._lead(origin, steps, lead) for lead in _SAID_BEFORE)
        felt = (self._felt(origin, lead) for lead in _SAID_BEFORE)
        return np.concatenate([empty, *ahead, *felt], axis=2)

    def rows(self, origin: int, *, neutral: bool = False) -> FloatArray:
        """Return the inputs at one origin, shape (series, horizon, columns).

        Parameters
        ----------
        origin
            Index of the last visible period.
        neutral
            Whether every group is absent.
        """
        steps = np.arange(1, self.horizon + 1)
        shape = (len(self.grid.series_ids), self.horizon)
        scopes = np.asarray([_SCOPES.index(Scope(s)) for s in self.grid.scopes], dtype=np.float64)
        now = self.at_origin.take(np.array([origin]), neutral=neutral)
        parts = [
            np.broadcast_to(steps[None, :, None], (*shape, 1)),
            np.broadcast_to(scopes[:, None, None], (*shape, 1)),
            self._seasonal(origin, steps, neutral=neutral),
            np.repeat(now, self.horizon, axis=1),
            self.at_target.take(origin + steps, neutral=neutral),
        ]
        return np.concatenate(parts, axis=2)

    def _seasonal(self, origin: int, steps: Periods, *, neutral: bool) -> FloatArray:
        if neutral:
            return np.ones((len(self.grid.series_ids), len(steps), len(self.seasons)))
        ratios = [season.ratio(origin, origin + steps) for season in self.seasons]
        return np.stack(ratios, axis=2)

    def _lead(self, origin: int, steps: Periods, lead: int) -> FloatArray:
        when = origin + steps - lead
        values = self.moods.take(np.clip(when, 0, origin), neutral=False)
        kept = KEPT_A_WEEK ** (self.grid.frequency.days / 7)
        left = np.where(when >= 0, kept ** np.maximum(when - origin, 0), 0.0)
        return np.asarray(np.nan_to_num(values) * left[None, :, None])

    def _felt(self, origin: int, lead: int) -> FloatArray:
        when = np.clip(origin - lead - np.arange(_LEVEL_PERIODS), 0, origin)
        places = [self.moods.names.index(name) for name in self.lasting]
        felt = np.nan_to_num(self.moods.take(when, neutral=False)[:, :, places]).mean(axis=1)
        return np.repeat(felt[:, None, :], self.horizon, axis=1)


def join(blocks: Sequence[Block]) -> Block:
    """Lay blocks over the same series and periods side by side."""
    return Block(
        names=tuple(name for block in blocks for name in block.names),
        groups=tuple(group for block in blocks for group in block.groups),
        data=np.concatenate([block.data for block in blocks], axis=2),
        neutral=np.concatenate([block.neutral for block in blocks], axis=1),
    )
