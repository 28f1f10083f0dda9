"""Whether a change stays within what the model has seen, and what it makes of a driver."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.supposing.changes import SAID_PERIODS, STOCK_PERIODS, How, Lever, blend
from forecasting.supposing.refusal import WHO, Refusal, WhyNot
from forecasting.supposing.seen import Seen, Whose, seen_range, usual_of
from signals import Col, DataError, Scope

if TYPE_CHECKING:
    import pandas as pd

    from forecasting.grid import FloatArray, Grid
    from forecasting.supposing.changes import Change
    from signals import Panel

COLUMNS: Final = {Lever.PRICE: Col.PRICE, Lever.PROMO: Col.PROMO}
"""Known-ahead column of a lever."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The series asked about, and when its changes hold.

    Parameters
    ----------
    row
        Of the series in ``grid``.
    ahead
        First day of each period of the horizon.
    cover
        Share of each of these periods in which a change holds, shape (horizon,).
    """

    panel: Panel
    grid: Grid
    row: int
    ahead: pd.DatetimeIndex
    cover: FloatArray

    @property
    def scope(self) -> Scope:
        """Scope of the series."""
        return Scope(self.grid.scopes[self.row])

    def past(self, column: str) -> FloatArray:
        """One column of the history, shape (series, periods)."""
        return self.grid.column(self.panel.history, column, self.grid.days)


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a change makes of a driver.

    Parameters
    ----------
    days
        First days of the periods spoken about: of the horizon, or the last ones for sentiment.
    was, becomes
        Shape (periods,): a price (for sums of products its level, 1 where nothing ever changed),
        a discount share, a polarity, or a share of days with stock.
    """

    lever: Lever
    days: pd.DatetimeIndex
    was: FloatArray
    becomes: FloatArray
    seen: Seen


def settle(scene: Scene, change: Change) -> Change | Refusal:
    """Give "as usual" its amount, from the series or from products like it; or say what is missing.

    Raises
    ------
    DataError
        When one price is given for many products.
    """
    if change.lever is Lever.PRICE and change.how is How.TO and scene.scope is not Scope.PRODUCT:
        raise DataError(
            f"{WHO[scene.scope]} holds products of many prices, and {change.amount:g} was given "
            "for all; give a share, such as -10%",
        )
    if change.how is not How.USUAL:
        return change
    if missing := _missing(scene, change.lever):
        return missing
    values = scene.past(COLUMNS[change.lever])
    depths = usual_of(np.where(values > 0, values, np.nan))
    seen = seen_range(scene.grid, values, scene.row)
    products = np.asarray(scene.grid.scopes) == Scope.PRODUCT
    alike = depths[[scene.row]]
    if np.isnan(alike).all():
        inside = np.asarray(scene.grid.categories) == scene.grid.categories[scene.row]
        alike = depths[products & inside] if seen.whose is Whose.CATEGORY else depths[products]
    if np.isnan(alike).all():
        return Refusal(change.lever, scene.scope, WhyNot.NO_PROMOTION)
    return replace(change, how=How.TO, amount=float(np.nanmedian(alike)))


def assume(scene: Scene, change: Change) -> Assumption | Refusal:
    """Say what a change makes of its driver, or why the model cannot speak about it."""
    if missing := _missing(scene, change.lever):
        return missing
    if change.lever is Lever.SENTIMENT:
        return _said(scene, change)
    past = scene.past(COLUMNS.get(change.lever, Col.IN_STOCK))
    seen = seen_range(scene.grid, past, scene.row, by_ratio=change.lever is Lever.PRICE)
    if change.lever is Lever.STOCK:
        was = np.full(len(scene.ahead), np.nanmean(past[scene.row, -STOCK_PERIODS:]))
        if not was.any():
            return Refusal(change.lever, scene.scope, WhyNot.SOLD_OUT)
    else:
        was = scene.grid.column(scene.panel.future, COLUMNS[change.lever], scene.ahead)[scene.row]
    becomes = blend(was, change.become(was), scene.cover)
    found = Assumption(change.lever, scene.ahead, was, becomes, seen)
    return _outside(scene, found) or found


def _missing(scene: Scene, lever: Lever) -> Refusal | None:
    """Refuse what the panel has nothing about; None when it has."""
    panel = scene.panel
    if lever is Lever.SENTIMENT:
        return None if panel.polarity else Refusal(lever, scene.scope, WhyNot.UNHEARD)
    held = panel.history.columns if lever is Lever.STOCK else panel.known
    known = COLUMNS.get(lever, Col.IN_STOCK) in held
    if known and lever is Lever.PRICE:
        known = bool((scene.past(Col.PRICE)[scene.row] > 0).any())
    return None if known else Refusal(lever, scene.scope, WhyNot.UNKNOWN)


def _said(scene: Scene, change: Change) -> Assumption | Refusal:
    """Move every polarity of the last visible periods; the first column stands for all."""
    found = []
    for column in scene.panel.polarity:
        past = scene.past(column)
        was = past[scene.row, -SAID_PERIODS:]
        seen = seen_range(scene.grid, past, scene.row)
        days = scene.grid.days[-SAID_PERIODS:]
        now = Assumption(change.lever, days, was, change.become(was), seen)
        if refused := _outside(scene, now):
            return refused
        found.append(now)
    return found[0]


def _outside(scene: Scene, found: Assumption) -> Refusal | None:
    """Refuse what leaves the range that was seen; None when it stays inside or changes nothing."""
    changed = found.becomes[found.becomes != found.was]
    changed = changed[~np.isnan(changed)]
    seen = found.seen
    if not len(changed) or seen.holds(changed):
        return None
    low, high = float(changed.min()), float(changed.max())
    return Refusal(
        found.lever,
        scene.scope,
        WhyNot.STILL if seen.whose is None else WhyNot.BEYOND,
        now=float(np.nanmean(found.was)),
        asked=low if low < seen.low else high,
        seen=seen,
    )
