"""What is counted, and how much chance alone lets it vary: shares of texts, and numbers of texts.

A cell is one series on one day. Its variance is ``plain + rho * excess`` where ``rho`` tells how
alike texts of one day are; cells of one week vary together by ``rho_week`` times the product of
their ``spread``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from signals.alerting.tails import beta_binomial_tail, negative_binomial_tail

if TYPE_CHECKING:
    from signals.alerting.tails import Numbers

_LEAST_SHARE: Final = 1e-3
_LEAST_RHO: Final = 1e-6
_MOST_RHO: Final = 0.9


class Statistic(StrEnum):
    """What of the texts is watched."""

    SHARE = "share"
    VOLUME = "volume"


@dataclass(frozen=True, slots=True)
class Spread:
    """Parts of the variance of cells, each of the shape of the cells."""

    plain: Numbers
    excess: Numbers
    spread: Numbers


def spread_of(statistic: Statistic, exposure: Numbers, expected: Numbers) -> Spread:
    """Take the variance of cells apart.

    Parameters
    ----------
    exposure
        Texts of which events are a share; days, where texts are counted.
    expected
        Events that are usual.
    """
    if statistic is Statistic.VOLUME:
        return Spread(expected, expected**2, expected)
    share = share_of(expected, exposure)
    spread = exposure * np.sqrt(share * (1 - share))
    plain = exposure * share * (1 - share)
    return Spread(plain, plain * np.maximum(exposure - 1, 0), spread)


def share_of(events: Numbers, exposure: Numbers) -> Numbers:
    """Divide, away from 0 and 1 so that logarithms hold."""
    share = events / np.maximum(exposure, 1e-9)
    return np.clip(share, _LEAST_SHARE, 1 - _LEAST_SHARE)


def tail_of(
    statistic: Statistic, events: Numbers, exposure: Numbers, expected: Numbers, variance: Numbers
) -> Numbers:
    """Probability of at least so many events, by the distribution of this mean and variance."""
    parts = spread_of(statistic, exposure, expected)
    rho = (variance - parts.plain) / np.maximum(parts.excess, 1e-9)
    rho = np.clip(rho, _LEAST_RHO, None if statistic is Statistic.VOLUME else _MOST_RHO)
    if statistic is Statistic.VOLUME:
        return negative_binomial_tail(events, expected, 1 / rho)
    return beta_binomial_tail(events, exposure, share_of(expected, exposure), 1 / rho - 1)
