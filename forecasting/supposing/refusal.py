"""Why the model cannot speak about a change, with the range that it has seen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.supposing.changes import STOCK_PERIODS, Lever
from forecasting.supposing.seen import Whose
from signals import Scope

if TYPE_CHECKING:
    from forecasting.supposing.seen import Seen

_FOUND_BY: Final = {
    Lever.PRICE: "bring in sales with a price",
    Lever.PROMO: "bring in sales with a promo column",
    Lever.STOCK: "bring in sales with an in_stock column",
}
WHO: Final = {
    Scope.PRODUCT: "this product",
    Scope.CATEGORY: "this category",
    Scope.TOTAL: "the whole shop",
}


class WhyNot(StrEnum):
    """What stands against a change."""

    UNKNOWN = "unknown"
    """Nothing is known of the driver."""
    UNHEARD = "unheard"
    """There are no scored texts."""
    SOLD_OUT = "sold_out"
    """There was no stock of late, so that there is nothing to scale."""
    NO_PROMOTION = "no_promotion"
    """The usual promotion was asked for, and there never was one."""
    STILL = "still"
    """The driver moved nowhere enough to learn from."""
    BEYOND = "beyond"
    """The change leaves the range that was seen."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that the model cannot speak about; in words, in English, as text.

    Parameters
    ----------
    scope
        Of the series asked about.
    now
        Mean of the driver over the periods spoken about, as planned; NaN where it does not matter.
    asked
        The value furthest outside what was seen; NaN where it does not matter.
    seen
        None where no range matters.
    """

    lever: Lever
    scope: Scope
    why: WhyNot
    now: float = np.nan
    asked: float = np.nan
    seen: Seen | None = None

    def __str__(self) -> str:
        match self.why:
            case WhyNot.UNKNOWN:
                found_by = _FOUND_BY[self.lever]
                known = f"nothing is known of the {self.lever} of {self.who}"
                return f"{known}; {found_by}, then run again"
            case WhyNot.UNHEARD:
                return (
                    "no scored reviews or posts are in the data of this run; bring them in and run "
                    "again"
                )
            case WhyNot.SOLD_OUT:
                return (
                    f"{self.who} had no stock in the last {STOCK_PERIODS} periods: nothing to scale"
                )
            case WhyNot.NO_PROMOTION:
                return (
                    "no promotion was ever seen in the shop, so nothing is known of what one goes "
                    "with"
                )
            case WhyNot.STILL:
                return (
                    f"{self._own}, and that of no product moved enough for the model to learn "
                    "from: nothing was seen of what sales do when it changes"
                )
            case WhyNot.BEYOND:
                asked = said_as(self.lever, self.asked)
                return (
                    f"a {self.lever} of {asked} was not seen in training: {self._own}{self._wider}"
                )

    @property
    def who(self) -> str:
        """The series in words."""
        return WHO[self.scope]

    @property
    def _own(self) -> str:
        if self.seen is None:
            return ""
        between = _between(self.lever, self.seen.own_low, self.seen.own_high)
        return f"the {self.lever} of {self.who} has been {between}"

    @property
    def _wider(self) -> str:
        if self.seen is None or self.seen.whose is Whose.OWN:
            return ""
        return (
            f", too steady to learn from; {self.seen.whose}, seen from its level, have been "
            f"{_between(self.lever, self.seen.low, self.seen.high)}"
        )


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


def _between(lever: Lever, low: float, high: float) -> str:
    first, last = said_as(lever, low), said_as(lever, high)
    return f"{first} throughout" if first == last else f"between {first} and {last}"
