"""Whether a change stays within what the model has seen, and what it makes of a driver."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.inputs.design import LEADS
from forecasting.supposing.changes import How, Lever, blend
from forecasting.supposing.seen import Seen, Whose, seen_range, usual_of
from signals import Col, DataError, Scope

if TYPE_CHECKING:
    import pandas as pd

    from forecasting.grid import FloatArray, Grid
    from forecasting.supposing.changes import Change
    from signals import Panel

SAID_PERIODS: Final = max(LEADS)
"""Last visible periods in which a change of sentiment holds: as far as experts look back."""
STOCK_PERIODS: Final = 8
"""Last periods whose stock the level of a forecast rests on."""
COLUMNS: Final = {Lever.PRICE: Col.PRICE, Lever.PROMO: Col.PROMO}
"""Known-ahead column of a lever."""
_FOUND_BY: Final = {
    Lever.PRICE: "bring in sales with a price",
    Lever.PROMO: "bring in sales with a promo column",
    Lever.STOCK: "bring in sales with an in_stock column",
}
_WHO: Final = {
    Scope.PRODUCT: "this product",
    Scope.CATEGORY: "this category",
    Scope.TOTAL: "the whole shop",
}


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

    @property
    def who(self) -> str:
        """The series in words."""
        return _WHO[self.scope]

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


def settle(scene: Scene, change: Change) -> Change | str:
    """Give "as usual" its amount, from the series or from products like it; or say what is missing.

    Raises
    ------
    DataError
        When one price is given for many products.
    """
    if change.lever is Lever.PRICE and change.how is How.TO and scene.scope is not Scope.PRODUCT:
        raise DataError(
            f"{scene.who} holds products of many prices, and {change.amount:g} was given for all; "
            "give a share, such as -10%",
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
        return "no promotion was ever seen in the shop, so nothing is known of what one goes with"
    return replace(change, how=How.TO, amount=float(np.nanmedian(alike)))


def assume(scene: Scene, change: Change) -> Assumption | str:
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
            return f"{scene.who} had no stock in the last {STOCK_PERIODS} periods: nothing to scale"
    else:
        was = scene.grid.column(scene.panel.future, COLUMNS[change.lever], scene.ahead)[scene.row]
    becomes = blend(was, change.become(was), scene.cover)
    found = Assumption(change.lever, scene.ahead, was, becomes, seen)
    return _outside(scene, found) or found


def _missing(scene: Scene, lever: Lever) -> str:
    """Say what the panel would need; empty when it is there."""
    panel = scene.panel
    if lever is Lever.SENTIMENT:
        if panel.polarity:
            return ""
        return "no scored reviews or posts are in the data of this run; bring them in and run again"
    held = panel.history.columns if lever is Lever.STOCK else panel.known
    known = COLUMNS.get(lever, Col.IN_STOCK) in held
    if known and lever is Lever.PRICE:
        known = bool((scene.past(Col.PRICE)[scene.row] > 0).any())
    if known:
        return ""
    return f"nothing is known of the {lever} of {scene.who}; {_FOUND_BY[lever]}, then run again"


def _said(scene: Scene, change: Change) -> Assumption | str:
    """Move every polarity of the last visible periods; the first column stands for all."""
    found = []
    for column in scene.panel.polarity:
        past = scene.past(column)
        was = past[scene.row, -SAID_PERIODS:]
        seen = seen_range(scene.grid, past, scene.row)
        days = scene.grid.days[-SAID_PERIODS:]
        now = Assumption(change.lever, days, was, change.become(was), seen)
        if reason := _outside(scene, now):
            return reason
        found.append(now)
    return found[0]


def _outside(scene: Scene, found: Assumption) -> str:
    """Name the range that a change leaves; empty when it stays inside or changes nothing."""
    changed = found.becomes[found.becomes != found.was]
    changed = changed[~np.isnan(changed)]
    seen = found.seen
    if not len(changed) or seen.holds(changed):
        return ""
    own = (
        f"the {found.lever} of {scene.who} has been {_between(found, seen.own_low, seen.own_high)}"
    )
    if seen.whose is None:
        return (
            f"{own}, and that of no product moved enough for the model to learn from: nothing was "
            "seen of what sales do when it changes"
        )
    low, high = float(changed.min()), float(changed.max())
    asked = said_as(found.lever, low if low < seen.low else high)
    wider = ""
    if seen.whose is not Whose.OWN:
        wider = (
            f", too steady to learn from; {seen.whose}, seen from its level, have been "
            f"{_between(found, seen.low, seen.high)}"
        )
    return f"a {found.lever} of {asked} was not seen in training: {own}{wider}"


def said_as(lever: Lever, value: float) -> str:
    """Write the value of a driver as people do.

    Examples
    --------
    >>> said_as(Lever.PROMO, 0.2), said_as(Lever.PRICE, 9.5), said_as(Lever.SENTIMENT, 0.25)
    ('20 %', '9.50', '+0.25')
    """
    if lever is Lever.PRICE:
        return f"{value:,.2f}"
    return f"{value:+.2f}" if lever is Lever.SENTIMENT else f"{100 * value:.3g} %"


def _between(found: Assumption, low: float, high: float) -> str:
    first, last = said_as(found.lever, low), said_as(found.lever, high)
    return f"{first} throughout" if first == last else f"between {first} and {last}"
