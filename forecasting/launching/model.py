"""Level, curve and influences together: what a product with little history will sell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.experts.expert import tidy
from forecasting.launching.alike import learn_counts, traits_of, weights_of
from forecasting.launching.beginnings import AGES, beginnings_of
from forecasting.launching.influences import influences_of
from forecasting.launching.levels import Guess, Noise, from_others, noise_of, spread_of, with_own

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.grid import FloatArray
    from forecasting.launching.alike import Traits
    from forecasting.launching.beginnings import Beginnings
    from forecasting.launching.stage import Mask, Places, Stage
    from signals import Panel

KNOWN: Final = 4
"""Periods of history from which the level of a product can be told."""
_OWN: Final = (0, 1, 2, 4, 7)  # periods of own sales after which a launch is forecast again
_LAUNCHES: Final = 12  # launches that are enough to judge by; below, all products are
_MOST: Final = 200  # products that are judged by
_NORMAL: Final = 20  # errors of a normal distribution counted among those seen
_SEED: Final = 1
_LEAST: Final = np.finfo(float).tiny


@dataclass(frozen=True, slots=True)
class LaunchModel:
    """What a stage teaches about products with little history.

    Parameters
    ----------
    influences
        Shape (N, T + H).
    counts
        What each trait counts.
    logs
        Log level of each product that can be compared with, else NaN; shape (N,).
    usual
        Squared error of a log level that is told by other products.
    tails
        Errors of log(1 + units) over their standard deviation at each level, without and with own
        sales, shape (2, levels).
    """

    stage: Stage
    influences: FloatArray
    beginnings: Beginnings
    traits: Traits
    counts: Mapping[str, float]
    logs: FloatArray
    usual: float
    noise: Noise
    tails: FloatArray

    def weights(self, rows: Places) -> FloatArray:
        """Weigh all products by how like some series they are; rows sum to 1, shape (rows, N)."""
        weights = weights_of(self.traits.likeness(rows), self.counts) * ~np.isnan(self.logs)
        weights[np.arange(len(rows)), rows] = 0.0
        return _shares(weights)

    def launches(self, weights: FloatArray) -> FloatArray:
        """Keep the launches alone; rows sum to 1, shape (rows, launches)."""
        return _shares(weights[:, self.beginnings.rows])

    def exposed(self, rows: Places, weights: FloatArray) -> FloatArray:
        """Units of a level of 1, as `_exposed`, by the curves of the launches most alike."""
        curves = self.beginnings.curves(self.launches(weights))
        return _exposed(self.stage, rows, self.influences, curves)

    def guess(self, rows: Places, weights: FloatArray, exposed: FloatArray, own: Mask) -> Guess:
        """Guess the levels of some series.

        Parameters
        ----------
        own
            Which periods count as its own history, shape (rows, T).
        """
        units = self.stage.units[rows]
        own = own & ~np.isnan(units)
        sold = np.where(own, units, 0.0).sum(axis=1)
        expected = np.where(own, exposed[:, : self.stage.periods], 0.0).sum(axis=1)
        return with_own(from_others(weights, self.logs, self.usual), sold, expected, self.noise)

    def forecast(self, rows: Places, weights: FloatArray) -> tuple[FloatArray, Guess]:
        """Forecast some series over the periods to come.

        Returns
        -------
        tuple
            Quantiles, shape (rows, H, levels), and the levels that they rest on.
        """
        exposed = self.exposed(rows, weights)
        guess = self.guess(rows, weights, exposed, np.ones((len(rows), self.stage.periods), bool))
        ahead = exposed[:, self.stage.periods :]
        middle = guess.levels[:, None] * ahead
        spread = spread_of(middle, guess.spreads, self.noise)
        tails = self.tails[(guess.own > 0).astype(np.int64)]
        logs = np.log1p(middle)[..., None] + spread[..., None] * tails[:, None]
        return tidy(np.expm1(logs) * (ahead > 0)[..., None]), guess


def learn_launches(panel: Panel, stage: Stage, levels: Sequence[float]) -> LaunchModel:
    """Learn from all products of a stage; those with little history teach what they can."""
    random = np.random.default_rng(_SEED)
    influences = influences_of(stage)
    beginnings = beginnings_of(stage, influences)
    everybody = np.arange(len(influences))
    common = np.broadcast_to(beginnings.curve, (len(everybody), AGES))
    exposed = _exposed(stage, everybody, influences, common)
    past = np.where(np.isnan(stage.units), np.nan, exposed[:, : stage.periods])
    enough = stage.products & ((past > 0).sum(axis=1) >= KNOWN)
    means = (np.nansum(stage.units, axis=1) + 0.5) / (np.nansum(past, axis=1) + 0.5)
    logs = np.where(enough, np.log(means), np.nan)
    traits = traits_of(panel, stage)
    counts, usual = learn_counts(traits, logs, random)
    noise = noise_of(stage.units[enough], (means[:, None] * past)[enough])
    draft = LaunchModel(
        stage, influences, beginnings, traits, counts, logs, usual, noise,
        tails=np.zeros((2, len(levels))),
    )  # fmt: skip
    return replace(draft, tails=_tails(draft, levels, random))


def _exposed(
    stage: Stage, rows: Places, influences: FloatArray, curves: FloatArray,
) -> FloatArray:  # fmt: skip
    """Units of a level of 1: influences by curve, 0 before the launch; shape (rows, T + H)."""
    ages = stage.ages[rows]
    curve = np.take_along_axis(curves, np.clip(ages, 0, AGES - 1), axis=1)
    old = (ages >= AGES) | (stage.products & ~stage.launched)[rows, None]
    share = np.where(ages == 0, stage.first_share[rows, None], 1.0) * (ages >= 0)
    return np.asarray(influences[rows] * np.where(old, 1.0, curve) * share)


def _shares(weights: FloatArray) -> FloatArray:
    return np.asarray(weights / np.maximum(weights.sum(axis=1, keepdims=True), _LEAST))


def _tails(model: LaunchModel, levels: Sequence[float], random: np.random.Generator) -> FloatArray:
    """Forecast each launch from the others, after none and some periods, and read off the errors.

    With few launches, products that were always there are taken as if they began somewhere.

    References
    ----------
    Leave-one-out conformal quantiles of standardised errors (Lei et al. 2018). Deviations: errors
    count by the root of the units, because forecasts are judged in units, and some normal errors
    are among them, so that a few launches do not decide alone.
    """
    stage = model.stage
    horizon = len(stage.calendar) - stage.periods
    told = ~np.isnan(model.logs)
    launches = np.flatnonzero(told & stage.launched)
    taken = launches if len(launches) >= _LAUNCHES else np.flatnonzero(told)
    rows = np.sort(random.permutation(taken)[:_MOST])
    somewhere = random.integers(0, max(stage.periods - 2, 1), len(rows))
    begins = np.where(stage.launched[rows], stage.begins[rows], somewhere)
    weights = model.weights(rows)
    exposed = model.exposed(rows, weights)
    since = np.arange(stage.periods) - begins[:, None]
    tails = np.empty((2, len(levels)))
    for kind, counted in enumerate((_OWN[:1], _OWN[1:])):
        found = []
        for own in counted:
            guess = model.guess(rows, weights, exposed, (since >= 0) & (since < own))
            judged = (since >= own) & (since < own + horizon)
            found.append(_misses(model, rows, guess, exposed[:, : stage.periods], judged))
        misses, sizes = (np.concatenate(parts) for parts in zip(*found, strict=True))
        tails[kind] = _quantiles(misses, sizes, levels)
    return tails


def _misses(
    model: LaunchModel, rows: Places, guess: Guess, exposed: FloatArray, judged: Mask,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """Standardised errors of log(1 + units) in the cells that are judged, and what counts there."""
    middle = guess.levels[:, None] * exposed
    miss = np.log1p(model.stage.units[rows]) - np.log1p(middle)
    judged = judged & ~np.isnan(miss) & (middle > 0)
    spread = spread_of(middle, guess.spreads, model.noise)
    return (miss / spread)[judged], np.sqrt(middle[judged])


def _quantiles(misses: FloatArray, counts: FloatArray, levels: Sequence[float]) -> FloatArray:
    """Weighted quantiles of errors, some normal ones among them."""
    places = (np.arange(_NORMAL) + 0.5) / _NORMAL
    values = np.append(misses, [NormalDist().inv_cdf(place) for place in places])
    counts = np.append(counts, np.full(_NORMAL, counts.mean() if len(counts) else 1.0))
    order = np.argsort(values, kind="stable")
    passed = np.cumsum(counts[order]) - counts[order] / 2
    return np.asarray(np.interp(levels, passed / counts.sum(), values[order]))
