"""What a person asks to be otherwise, and the panel in which it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.inputs.design import LEADS
from signals import Col, DataError

if TYPE_CHECKING:
    from collections.abc import Collection

    from forecasting.grid import FloatArray
    from signals import Panel


class Lever(StrEnum):
    """What can be changed."""

    PRICE = "price"
    PROMO = "promotion"
    SENTIMENT = "sentiment"
    STOCK = "stock"


class How(StrEnum):
    """How an amount is meant."""

    TO = "to"
    """It becomes the amount."""
    BY = "by"
    """The amount is added."""
    BY_SHARE = "by share"
    """It grows by that share of what it is: -0.1 takes a tenth away."""
    USUAL = "usual"
    """It becomes what is usual for the series while there is any; no amount."""


SAID_PERIODS: Final = max(LEADS)
"""Last visible periods in which a change of sentiment holds: as far as experts look back."""
STOCK_PERIODS: Final = 8
"""Last periods whose stock the level of a forecast rests on."""
_ALLOWED: Final = {
    Lever.PRICE: (How.TO, How.BY_SHARE),
    Lever.PROMO: (How.TO, How.USUAL),
    Lever.SENTIMENT: (How.BY,),
    Lever.STOCK: (How.TO,),
}
_MEANT: Final = {
    (Lever.PRICE, How.TO): (1e-9, np.inf, "a price above 0"),
    (Lever.PRICE, How.BY_SHARE): (-1 + 1e-9, np.inf, "a change above -100 %"),
    (Lever.PROMO, How.TO): (0.0, 1.0, "a discount share from 0 to 1"),
    (Lever.PROMO, How.USUAL): (0.0, 0.0, "no amount"),
    (Lever.SENTIMENT, How.BY): (-2.0, 2.0, "points of polarity from -2 to 2"),
    (Lever.STOCK, How.TO): (0.0, 1.0, "a share of days with stock from 0 to 1"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is to be otherwise.

    Parameters
    ----------
    amount
        A price in the currency of the shop, a share of the price, a discount share, points of
        polarity, or a share of days with stock, as ``lever`` and ``how`` say.

    Examples
    --------
    >>> Change(Lever.PRICE, How.BY_SHARE, -0.1).become(np.array([20.0])).tolist()
    [18.0]
    """

    lever: Lever
    how: How
    amount: float = 0.0

    def __post_init__(self) -> None:
        if self.how not in _ALLOWED[self.lever]:
            raise ValueError(f"{self.lever} cannot be changed {self.how!r}")
        low, high, expected = _MEANT[self.lever, self.how]
        if not low <= self.amount <= high:
            raise DataError(f"{self.lever} is to change by {self.amount:g}; expected {expected}")

    def become(self, now: FloatArray) -> FloatArray:
        """Give what values become, in their own unit."""
        if self.how is How.BY_SHARE:
            return np.asarray(now * (1 + self.amount))
        return np.asarray(now + self.amount if self.how is How.BY else now * 0 + self.amount)


def with_future(
    panel: Panel, column: str, series_ids: Collection[str], change: Change, cover: FloatArray
) -> Panel:
    """Change a known-ahead column of some series.

    Parameters
    ----------
    cover
        Share of each period ahead in which the change holds, shape (horizon,).
    """
    future = panel.future
    rows = future[Col.SERIES_ID].isin(series_ids).to_numpy()
    values = future[column].to_numpy(dtype=np.float64, copy=True)
    share = cover[future[Col.STEP].to_numpy()[rows] - 1]
    values[rows] = blend(values[rows], change.become(values[rows]), share)
    return replace(panel, future=future.assign(**{column: values}))


def with_history(
    panel: Panel,
    columns: Collection[str],
    series_ids: Collection[str],
    change: Change,
    periods: int,
) -> Panel:
    """Change past-only columns of some series in the last ``periods`` visible periods."""
    history = panel.history
    days = np.unique(history[Col.DAY])[-periods:]
    rows = (history[Col.SERIES_ID].isin(series_ids) & history[Col.DAY].isin(days)).to_numpy()
    moved = {}
    for column in columns:
        moved[column] = history[column].to_numpy(dtype=np.float64, copy=True)
        moved[column][rows] = change.become(moved[column][rows])
    return replace(panel, history=history.assign(**moved))


def blend(now: FloatArray, then: FloatArray, share: FloatArray) -> FloatArray:
    """Mix what is with what would be; exactly the one or the other at a share of 0 or 1."""
    return np.asarray(np.where(share == 1, then, now + share * (then - now)))
