"""The level of a product from others like it and, as they come in, from its own sales."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from forecasting.grid import FloatArray

_BLOCK: Final = 4  # periods whose sum tells how far a level wanders
_USUAL: Final = 4.0  # products that the usual spread weighs against that of the most alike
_LEAST_SPREAD: Final = 0.05  # variance of log levels
_FAR: Final = 5.0  # times the expected units that a period counts at most
_LEAST: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Noise:
    """How far sales of a period, and the mean of some, lie from what level and curve say.

    Parameters
    ----------
    period
        Squared relative error of one period beyond that of counting.
    lasting
        The same of a mean of periods, times their number: neighbouring periods err alike.
    """

    period: float
    lasting: float


@dataclass(frozen=True, slots=True)
class Guess:
    """What is believed of some levels.

    Parameters
    ----------
    levels
        Units a period, shape (rows,).
    spreads
        Variance of the log level, shape (rows,).
    own
        Share of the belief that rests on own sales, shape (rows,).
    """

    levels: FloatArray
    spreads: FloatArray
    own: FloatArray


def noise_of(units: FloatArray, expected: FloatArray) -> Noise:
    """Measure how sales scatter around what is expected.

    Parameters
    ----------
    units, expected
        Shape (products, periods); NaN where not observed.
    """
    blocks = units.shape[1] // _BLOCK * _BLOCK
    shape = (len(units), -1, _BLOCK)
    several = [values[:, :blocks].reshape(shape).sum(axis=2) for values in (units, expected)]
    return Noise(_scatter(units, expected), _BLOCK * _scatter(*several))


def _scatter(units: FloatArray, expected: FloatArray) -> float:
    known = ~np.isnan(units) & (expected >= 1.0)
    if not known.any():
        return 1.0
    ratio = np.minimum(units[known] / expected[known], _FAR)
    return float(np.clip(((ratio - 1) ** 2 - 1 / expected[known]).mean(), 0.01, 4.0))


def from_others(weights: FloatArray, logs: FloatArray, usual: float) -> Guess:
    """Guess levels from those of others.

    Parameters
    ----------
    weights
        Of each product for each row, shape (rows, N).
    logs
        Log levels of the products, NaN for those that do not count; shape (N,).
    usual
        Squared error of such guesses.
    """
    known = ~np.isnan(logs)
    weights = weights * known
    weights = weights / np.maximum(weights.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    middle = weights @ np.nan_to_num(logs)
    apart = np.where(known, np.nan_to_num(logs) - middle[:, None], 0.0)
    several = 1 / np.maximum((weights**2).sum(axis=1), np.finfo(float).tiny)
    spread = (weights * apart**2).sum(axis=1) * (several + 1) + _USUAL * usual
    spread /= several + _USUAL
    return Guess(np.exp(middle), np.maximum(spread, _LEAST_SPREAD), np.zeros(len(middle)))


def with_own(guess: Guess, sold: FloatArray, expected: FloatArray, noise: Noise) -> Guess:
    """Correct levels by what was sold.

    Parameters
    ----------
    sold, expected
        Own units so far, and those that a level of 1 would have sold; shape (rows,).

    References
    ----------
    Credibility (Buhlmann 1967): a gamma belief about the level, Poisson sales that scatter more
    than counts do.
    """
    sure = 1.0 / np.expm1(guess.spreads)
    about = (sold + guess.levels) / (expected + 1.0)
    counts = 1.0 + noise.lasting * about
    seen, believed = expected / counts, sure / np.maximum(guess.levels, _LEAST)
    own = seen / (seen + believed)
    levels = (sold / counts + sure) / (seen + believed)
    return Guess(levels, guess.spreads * (1 - own), own)


def spread_of(middle: FloatArray, spreads: FloatArray, noise: Noise) -> FloatArray:
    """Give the standard deviation of log(1 + units) around a forecast.

    Parameters
    ----------
    middle
        Units, shape (rows, periods).
    spreads
        Variance of the log level, shape (rows,).
    """
    far = spreads[:, None] + np.log1p(noise.period)
    return np.asarray(np.sqrt(middle + far * middle**2) / (1.0 + middle))
