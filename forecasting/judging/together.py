"""How far errors go together: between the steps of a series, and between series."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest

TOGETHER: Final = "errors_together"
"""Entry of `ForecastRun.about`."""
_LEAST_ORIGINS: Final = 2  # one origin shares one shock
_PRIOR: Final = 20.0  # forecasts of a scope that what is usual in all scopes weighs
_MOST: Final = 3.0  # half-widths of the interval by which an error counts at most


@dataclass(frozen=True, slots=True)
class Together:
    """Correlations of errors by scope, in [0, 1]; a scope that is not there was not measured.

    With them the range of a sum follows from the ranges of what is summed. A sum's middle is the
    sum of the middles. If a quantile lies d from the middle at each step of each series, that of
    the sum lies the root of

        (1 - steps) sum(d²) + (steps - series) sum(sum of a series' d)² + series (sum of all d)²

    from its middle: that all errors go together (1) gives the sum of the quantiles, that none do
    (0) the root of the sum of squares.

    Parameters
    ----------
    steps
        Between two steps of one series.
    series
        Between two series of one category at any two steps; at most that of ``steps``, and 0 where
        no category has two series. Series that are unlike go together less.
    """

    steps: Mapping[str, float] = field(default_factory=dict)
    series: Mapping[str, float] = field(default_factory=dict)

    def of_steps(self, scope: str, units: FloatArray, middle: int) -> FloatArray:
        """Sum the steps of one series.

        Parameters
        ----------
        units
            Shape (steps, levels).
        middle
            Place of the middle level.

        Returns
        -------
        FloatArray
            Shape (levels,); sums of quantiles where nothing was measured, which are too wide.
        """
        share = self.steps.get(scope, 1.0)
        away = units - units[:, [middle]]
        squares = (1 - share) * (away**2).sum(axis=0) + share * away.sum(axis=0) ** 2
        return np.asarray(units[:, middle].sum() + np.sign(away.sum(axis=0)) * np.sqrt(squares))

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON."""
        return {"steps": dict(self.steps), "series": dict(self.series)}


def together_from(about: Mapping[str, Any]) -> Together:
    """Read what a run says of itself; nothing said is nothing measured."""
    body = about.get(TOGETHER, {})
    return Together(dict(body.get("steps", {})), dict(body.get("series", {})))


def errors_together(backtest: Backtest, quantiles: FloatArray) -> Together:
    """Measure in a backtest how far errors go together.

    An error counts in half-widths of the interval on its side, so that large and small series and
    near and far steps weigh the same. A scope with few forecasts is drawn to what all scopes show.

    Parameters
    ----------
    quantiles
        The forecast as it is published, none of it learnt from the origin it is for; shape
        (series, origins, horizon, levels).

    Returns
    -------
    Together
        Nothing where there is one origin or one step only.

    References
    ----------
    The variance of a sum of errors that are alike and correlate alike: Cochran (1977), Sampling
    Techniques, chapter 8, with the correlation within and between series. Deviations: moments
    about zero, because a forecast that is off on one side throughout errs together; distances of
    quantiles in place of standard deviations, each side by itself.
    """
    if len(backtest.made_on) < _LEAST_ORIGINS or backtest.actual.shape[2] < len("ab"):
        return Together()
    middle = backtest.levels.index(0.5)
    scores = _scores(backtest.actual, quantiles, middle)
    scopes, categories = np.asarray(backtest.grid.scopes), np.asarray(backtest.grid.categories)
    usual = _within(scores)
    steps, series = {}, {}
    for scope in sorted(set(backtest.grid.scopes)):
        own = scores[scopes == scope]
        paths = int((~np.isnan(own)).any(axis=2).sum())
        weight = paths / (paths + _PRIOR)
        steps[scope] = float(weight * _within(own) + (1 - weight) * usual)
        series[scope] = min(_between(own, categories[scopes == scope]), steps[scope])
    return Together(steps, series)


def _scores(actual: FloatArray, quantiles: FloatArray, middle: int) -> FloatArray:
    """Errors in half-widths, shape of ``actual``; NaN where there is none or no width."""
    point = quantiles[..., middle]
    error = actual - point
    width = np.where(error >= 0, quantiles[..., -1] - point, point - quantiles[..., 0])
    scores = np.divide(error, width, out=np.full_like(error, np.nan), where=width > 0)
    return np.asarray(np.clip(scores, -_MOST, _MOST))


def _within(scores: FloatArray) -> float:
    """Correlation of two steps of one path, pooled; 0 where there are no two."""
    known = ~np.isnan(scores)
    counts, filled = known.sum(axis=2), np.where(known, scores, 0.0)
    squares = (filled**2).sum(axis=2)
    products = (filled.sum(axis=2) ** 2 - squares).sum()
    return _share(products, (counts * (counts - 1)).sum(), squares.sum(), counts.sum())


def _between(scores: FloatArray, categories: np.ndarray[Any, Any]) -> float:
    """Correlation of two series of one category at one origin, pooled; 0 where there are no two."""
    known = ~np.isnan(scores)
    counts, filled = known.sum(axis=2), np.where(known, scores, 0.0)
    sums = filled.sum(axis=2)
    products = pairs = 0.0
    for category in sorted(set(categories)):
        own, many = sums[categories == category], counts[categories == category]
        products += float((own.sum(axis=0) ** 2 - (own**2).sum(axis=0)).sum())
        pairs += float((many.sum(axis=0) ** 2 - (many**2).sum(axis=0)).sum())
    return _share(products, pairs, (filled**2).sum(), counts.sum())


def _share(products: float, pairs: float, squares: float, count: float) -> float:
    """Mean product of a pair for each unit of the mean square, within [0, 1]."""
    if not pairs or not squares:
        return 0.0
    return float(np.clip((products / pairs) / (squares / count), 0.0, 1.0))
