"""Shops whose waves of complaints are known: volumes and promotions of the demo world, counted.

Texts come as in the demo world: more at weekends, two and a half times as many in a promotion. Its
usual negative share, 15 %, drifts slowly by a quarter up and down, by itself in each product, and
texts of one day are alike (correlation 0.01). Into three of four products three waves are planted:
seven days with a multiple of the share. Into the others come two rises of volume without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from signals.alerting.counts import Counts
from signals.alerting.statistic import Statistic
from signals.demo.catalogue import build_shelf
from signals.demo.promotions import draw_promotions, promo_by_day
from signals.demo.truth import FIRST_DAY

if TYPE_CHECKING:
    import numpy.typing as npt

    from signals import Confusion

PRODUCTS: Final = 40
DAYS: Final = 365
JUDGED_FROM: Final = 75
WAVE_DAYS: Final = 7
LOUD_DAYS: Final = 5
LOUD_TIMES: Final = 4.0
PROMOTION_TIMES: Final = 2.5
USUAL_SHARE: Final = 0.154
_DRIFT: Final = 0.25
_ALIKE: Final = 0.01
_AFTER: Final = 7


@dataclass(frozen=True, slots=True)
class Made:
    """Counts of one shop, shape (products, days), and what was planted.

    Parameters
    ----------
    waves, loud
        First days of the waves of complaints and of the rises of volume of each product.
    """

    texts: npt.NDArray[np.float64]
    negative: npt.NDArray[np.float64]
    promoted: npt.NDArray[np.int8]
    waves: list[list[int]]
    loud: list[list[int]]

    def shares(self) -> Counts:
        """Negative texts of all."""
        return self._counts(Statistic.SHARE, self.negative, self.texts)

    def volumes(self) -> Counts:
        """Texts a day."""
        return self._counts(Statistic.VOLUME, self.texts, np.ones_like(self.texts))

    def _counts(
        self, statistic: Statistic, events: npt.NDArray[np.float64],
        exposure: npt.NDArray[np.float64],
    ) -> Counts:  # fmt: skip
        pool = np.arange(PRODUCTS) % 3
        days = pd.date_range(FIRST_DAY, periods=DAYS)
        return Counts(statistic, events, exposure, self.promoted, pool, days)


def make_world(seed: int, a_day: float, times: float, confusion: Confusion | None = None) -> Made:
    """Draw a shop.

    Parameters
    ----------
    a_day
        Usual texts a day and product.
    times
        The share in a wave, as a multiple of the usual one.
    confusion
        Misread texts as a model does; None reads them as they were meant.
    """
    rng = np.random.default_rng([seed, round(10 * a_day)])
    promotion = promo_by_day(draw_promotions(build_shelf(1), rng), 60)[:DAYS, :PRODUCTS].T > 0
    time = np.arange(DAYS)
    rate = a_day * (1 + 0.3 * np.isin(time % 7, (5, 6))) * np.where(promotion, PROMOTION_TIMES, 1)
    phase = rng.random((PRODUCTS, 1))
    share = USUAL_SHARE * (1 + _DRIFT * np.sin(2 * np.pi * (time / 300 + phase)))
    waves: list[list[int]] = [[] for _ in range(PRODUCTS)]
    loud: list[list[int]] = [[] for _ in range(PRODUCTS)]
    for product in range(PRODUCTS):
        starts = np.arange(JUDGED_FROM + rng.integers(0, 20), DAYS - 20, 28)
        if product % 4 < 3:
            waves[product] = sorted(rng.choice(starts, 3, replace=False).tolist())
            for start in waves[product]:
                share[product, start : start + WAVE_DAYS] *= times
            continue
        quiet = [s for s in starts if not promotion[product, s - 8 : s + LOUD_DAYS].any()]
        loud[product] = sorted(rng.choice(quiet, min(2, len(quiet)), replace=False).tolist())
        for start in loud[product]:
            rate[product, start : start + LOUD_DAYS] *= LOUD_TIMES
    share = np.clip(share, 0.01, 0.95)
    texts = rng.poisson(rate)
    today = rng.beta(share * (1 / _ALIKE - 1), (1 - share) * (1 / _ALIKE - 1))
    negative = rng.binomial(texts, today)
    if confusion is not None:
        right, wrong = confusion.rates(0)
        negative = rng.binomial(negative, right) + rng.binomial(texts - negative, wrong)
    return Made(texts.astype(float), negative.astype(float), _states(promotion), waves, loud)


def _states(promotion: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    state = np.zeros(promotion.shape, dtype=np.int8)
    for later in range(1, _AFTER + 1):
        state[:, later:][promotion[:, :-later]] = 2
    state[promotion] = 1
    return state
