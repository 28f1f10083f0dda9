"""The forecast as it is and as it would be, in the model, if something were otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecasting.experts.expert import tidy
from forecasting.grid import grid_of, horizon_of
from forecasting.judging.backtest import predict_as
from forecasting.supposing.assume import COLUMNS, Assumption, Scene, assume, settle
from forecasting.supposing.changes import SAID_PERIODS, Lever, with_future, with_history
from forecasting.supposing.notes import Note, NoteKind
from forecasting.supposing.refusal import Refusal
from signals import DataError, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.forecaster import Forecaster
    from forecasting.grid import FloatArray
    from forecasting.supposing.changes import Change
    from signals import Panel

Window = tuple[pd.Timestamp | None, pd.Timestamp | None]
"""First and last day; None is as far as the horizon goes."""
_TOGETHER: Final = 0.9  # correlation from which two drivers cannot be told apart
_MIDDLE: Final = 0.5


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Two forecasts of one series, and what they rest on.

    Parameters
    ----------
    periods
        First day of each period.
    before, after
        Shape (periods, levels), units a period; ``after`` is None where anything was refused.
    refused
        Why the model cannot speak about a change, with the range it has seen.
    assumptions
        What each change makes of its driver; only those not refused.
    sums
        By series_id, ``before`` and ``after`` of the category and the total that hold the series.
    notes
        What has to be known to read the difference.
    """

    series_id: str
    periods: pd.DatetimeIndex
    levels: tuple[float, ...]
    before: FloatArray
    after: FloatArray | None
    refused: tuple[Refusal, ...]
    assumptions: tuple[Assumption, ...] = ()
    sums: Mapping[str, tuple[FloatArray, FloatArray]] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def forecast_what_if(
    forecaster: Forecaster,
    panel: Panel,
    series_id: str,
    changes: Sequence[Change],
    window: Window = (None, None),
) -> WhatIf:
    """Forecast a series as it is and with changes, which hold for nothing else.

    Price and promotion change the known-ahead columns of the periods in ``window``, in proportion
    to the days it covers. A change of a category or of the shop holds for each of its products and
    for its own columns, which are means over products and so change alike. Sentiment is known only
    once it was said: a change holds in the last `SAID_PERIODS` visible periods, for the polarity
    alone. Stock is not learnt but a rule: of a forecast that rests on days with stock, the share
    remains that has stock. What a series gains, the sums that hold it gain too, at every level by
    the difference of its middle forecast; other series stay as they are.

    Parameters
    ----------
    panel
        The one the forecaster learnt from, or a later one with the same columns.
    window
        Days in which the changes hold.

    Raises
    ------
    DataError
        When the series has no forecast, the window lies outside the horizon, or the changes make
        no sense together.
    """
    scene = _scene(panel, series_id, window)
    _check(changes)
    before = forecaster.predict(panel)
    found: list[Assumption] = []
    refused: list[Refusal] = []
    changed, factor = panel, np.ones(len(scene.ahead))
    for asked in changes:
        change = settle(scene, asked)
        if isinstance(change, Refusal):
            refused.append(change)
            continue
        assumption = assume(scene, change)
        if isinstance(assumption, Refusal):
            refused.append(assumption)
            continue
        found.append(assumption)
        if change.lever is Lever.STOCK:
            factor = assumption.becomes / assumption.was
        else:
            changed = _changed(changed, scene, change)
    told = (tuple(refused), tuple(found))
    now = before[scene.row]
    if refused:
        return WhatIf(series_id, scene.ahead, forecaster.levels, now, None, *told)
    then = now if changed is panel else forecaster.predict(changed)[scene.row]
    then = tidy(then * factor[:, None])
    gained = (then - now)[:, [forecaster.levels.index(_MIDDLE)]]
    sums = {
        scene.grid.series_ids[row]: (before[row], np.maximum(before[row] + gained, 0.0))
        for row in _sums_above(scene)
    }
    notes = _notes(forecaster, scene, changed, found)
    return WhatIf(series_id, scene.ahead, forecaster.levels, now, then, *told, sums, notes)


def _scene(panel: Panel, series_id: str, window: Window) -> Scene:
    grid = grid_of(panel)
    if series_id not in grid.series_ids:
        raise DataError(
            f"the model has no forecast of {series_id!r}: it is unknown, or has too little history "
            "to answer to anything; name one of the series that a run learnt from",
        )
    edges = grid.ahead(horizon_of(panel) + 1)
    row = grid.series_ids.index(series_id)
    return Scene(panel, grid, row, edges[:-1], _cover(edges, window))


def _cover(edges: pd.DatetimeIndex, window: Window) -> FloatArray:
    """Share of each period that lies in a window, shape (horizon,); ``edges`` has one more."""
    day = pd.Timedelta(days=1)
    ahead, ends = edges[:-1], edges[1:]
    first, last = window[0] or ahead[0], window[1] or ends[-1] - day
    inside = ends.where(ends <= last + day, last + day) - ahead.where(ahead >= first, first)
    cover = np.clip(np.asarray(inside / (ends - ahead), dtype=np.float64), 0.0, 1.0)
    if not cover.any():
        raise DataError(
            f"{first:%Y-%m-%d} to {last:%Y-%m-%d} holds no day of the forecast, which runs from "
            f"{ahead[0]:%Y-%m-%d} to {ends[-1] - day:%Y-%m-%d}; give days within it",
        )
    return cover


def _check(changes: Sequence[Change]) -> None:
    levers = [change.lever for change in changes]
    twice = sorted({lever for lever in levers if levers.count(lever) > 1})
    if twice:
        raise DataError(f"{', '.join(twice)} is to change in two ways; give one of them")
    if not changes:
        raise DataError("nothing is to change; give a price, a promotion, a sentiment or a stock")


def _changed(panel: Panel, scene: Scene, change: Change) -> Panel:
    """Apply a change to the columns of the series asked about and of the products it holds."""
    ids, own = scene.grid.series_ids, scene.grid.series_ids[scene.row]
    held = {own}
    if scene.scope is Scope.TOTAL:
        held = set(ids)
    elif scene.scope is Scope.CATEGORY:
        category = scene.grid.categories[scene.row]
        held |= {
            name for name, of in zip(ids, scene.grid.categories, strict=True) if of == category
        }
    if change.lever is Lever.SENTIMENT:
        return with_history(panel, panel.polarity, held, change, SAID_PERIODS)
    return with_future(panel, COLUMNS[change.lever], held, change, scene.cover)


def _sums_above(scene: Scene) -> list[int]:
    """Rows of the category and the total that hold the series."""
    category = scene.grid.categories[scene.row]
    return [
        row
        for row, (scope, of) in enumerate(
            zip(scene.grid.scopes, scene.grid.categories, strict=True)
        )
        if (scope == Scope.CATEGORY and scene.scope is Scope.PRODUCT and of == category)
        or (scope == Scope.TOTAL and scene.scope is not Scope.TOTAL)
    ]


def _notes(
    forecaster: Forecaster, scene: Scene, changed: Panel, found: Sequence[Assumption]
) -> tuple[Note, ...]:
    levers = {assumption.lever for assumption in found}
    notes = []
    moved = [one for one in found if not np.array_equal(one.was, one.becomes, equal_nan=True)]
    if {one.lever for one in moved} - {Lever.STOCK}:
        deaf = _deaf_share(forecaster, scene, changed)
        if deaf > 0:
            notes.append(Note(NoteKind.DEAF, deaf))
    if len(levers & {Lever.PRICE, Lever.PROMO}) == 1 and _move_together(scene):
        notes.append(Note(NoteKind.TOGETHER))
    if Lever.SENTIMENT in levers:
        notes.append(Note(NoteKind.PAST_TALK))
    if Lever.STOCK in levers:
        notes.append(Note(NoteKind.STOCK_RULE))
    return tuple(notes)


def _deaf_share(forecaster: Forecaster, scene: Scene, changed: Panel) -> float:
    """Weight of the experts that forecast the same on both panels."""
    weights = forecaster.blend.weights[str(scene.scope)]
    deaf = 0.0
    for key, weight in weights.items():
        fitted = forecaster.fitted[key.name]
        one, other = (predict_as(key.variant, fitted, p)[scene.row] for p in (changed, scene.panel))
        deaf += weight * np.array_equal(one, other)
    return float(deaf)


def _move_together(scene: Scene) -> bool:
    if not set(COLUMNS.values()) <= set(scene.panel.known):
        return False
    price, promo = (scene.past(column)[scene.row] for column in COLUMNS.values())
    both = ~np.isnan(price + promo)
    if not (np.ptp(price[both]) > 0 and np.ptp(promo[both]) > 0):
        return False
    return bool(abs(np.corrcoef(price[both], promo[both])[0, 1]) > _TOGETHER)
