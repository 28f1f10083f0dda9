"""Parts of a backtest in which a forecast may be better or worse than on the whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from forecasting.inputs.demand_class import Demand, demand_of
from forecasting.preparation.outliers import kinds_of_period

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest
    from forecasting.judging.trial import Rows, Trial
    from signals import Panel

Labels = np.ndarray[Any, np.dtype[np.object_]]
"""Names of segments, broadcastable to (series, origins, horizon)."""
Points = np.ndarray[Any, np.dtype[np.bool_]]
"""Which points are meant, shape (series, origins, horizon)."""

_CYCLES: Final = (0.5, 1.0, 2.0)  # years of weeks and the like that part short from long histories
_KINDS: Final = ("festival", "promotion", "neither")
_THIRDS: Final = ("lowest third", "middle third", "highest third")
Parting: TypeAlias = "tuple[Kind, Sequence[str], Labels]"
"""What parts the points, the names of the parts in order, and the part of each point."""


class Kind(StrEnum):
    """What parts the points."""

    ALL = "all series"
    SCOPE = "scope"
    CATEGORY = "category"
    DEMAND = "demand class"
    VOLUME = "volume"
    HISTORY = "length of history"
    STEP = "step"
    PERIOD = "kind of period"


@dataclass(frozen=True, slots=True)
class Segment:
    """Some points of a backtest."""

    kind: Kind
    name: str
    points: Points


def segments_of(trial: Trial, panel: Panel) -> list[Segment]:
    """Part the points in every way that is known of them; segments without outcomes are left out.

    All but the scopes are parts of the finest scope. Demand class and volume go by the history that
    was visible at the newest origin, length of history by that of each origin. Whether a period had
    a promotion or a festival is told where the panel has such columns.

    Parameters
    ----------
    panel
        The one that was backtested; its history holds the known-ahead columns of all periods.
    """
    tried = trial.backtest
    judged = ~np.isnan(tried.actual)
    found = [Segment(Kind.ALL, str(Kind.ALL), judged)]
    if len(trial.scopes) > 1:
        found += [
            Segment(Kind.SCOPE, scope, judged & _of_series(rows))
            for scope, rows in trial.scopes.items()
        ]
    judged = judged & _of_series(trial.finest)
    partings = (*_by_series(tried, trial.finest), *_by_time(tried), *_by_period(tried, panel))
    for kind, names, labels in partings:
        found += [Segment(kind, name, judged & (labels == name)) for name in names]
    return [segment for segment in found if segment.points.any()]


def origins_in(tried: Backtest) -> list[int]:
    """Place of the last visible period of each origin on the axis of the history."""
    days = tried.grid.days
    return [int(days.searchsorted(day, side="right")) - 1 for day in tried.made_on]


def _by_series(tried: Backtest, finest: Rows) -> Iterator[Parting]:
    """Part the series by what they are."""
    grid = tried.grid
    visible = grid.units[:, : origins_in(tried)[-1] + 1]
    categories = np.asarray(grid.categories, dtype=object)
    if len(set(categories[finest])) > 1:
        yield Kind.CATEGORY, sorted(set(categories[finest]) - {""}), _of_series(categories)
    classes = np.asarray([str(demand_of(row[~np.isnan(row)])) for row in visible], dtype=object)
    yield Kind.DEMAND, [str(demand) for demand in Demand], _of_series(classes)
    if finest.sum() >= len(_THIRDS):
        yield Kind.VOLUME, _THIRDS, _of_series(_volumes(visible, finest))


def _volumes(visible: FloatArray, finest: Rows) -> Labels:
    known = ~np.isnan(visible)
    means = np.where(known, visible, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    ranks = means[finest].argsort(kind="stable").argsort(kind="stable")
    labels = np.full(len(means), "", dtype=object)
    labels[finest] = [_THIRDS[rank * len(_THIRDS) // len(ranks)] for rank in ranks]
    return labels


def _by_time(tried: Backtest) -> Iterator[Parting]:
    """Part the points by how long the history was at the origin, and by the step ahead."""
    frequency = tried.grid.frequency
    edges = [max(int(share * frequency.cycle), place + 1) for place, share in enumerate(_CYCLES)]
    names = [f"under {edges[0]} {frequency.name}s"]
    names += [f"{one} to {other - 1} {frequency.name}s" for one, other in pairwise(edges)]
    names += [f"{edges[-1]} {frequency.name}s and more"]
    known = ~np.isnan(tried.grid.units)
    ages = np.stack([known[:, : origin + 1].sum(axis=1) for origin in origins_in(tried)], axis=1)
    labels = np.asarray(names, dtype=object)[np.searchsorted(edges, ages, side="right")]
    yield Kind.HISTORY, names, labels[:, :, None]
    steps = [str(step + 1) for step in range(tried.actual.shape[2])]
    yield Kind.STEP, steps, np.asarray(steps, dtype=object)[None, None, :]


def _by_period(tried: Backtest, panel: Panel) -> Iterator[Parting]:
    """Part the periods by what was known of them ahead."""
    horizon = tried.actual.shape[2]
    festive, promoted, _ = kinds_of_period(panel, tried.grid)
    if not (festive.any() or promoted.any()):
        return
    labels = np.where(festive, _KINDS[0], np.where(promoted, _KINDS[1], _KINDS[2])).astype(object)
    ahead = [labels[:, place + 1 : place + 1 + horizon] for place in origins_in(tried)]
    yield Kind.PERIOD, _KINDS, np.stack(ahead, axis=1)


def _of_series(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Let one value a series stand for all its points."""
    return values[:, None, None]
