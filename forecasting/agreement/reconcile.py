"""Make product, category and total agree, and say what that moved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.agreement.projection import fuse, generations, project
from forecasting.agreement.tree import hierarchy_of, recently
from forecasting.smoothing import smooth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.agreement.projection import IntArray
    from forecasting.agreement.tree import Hierarchy
    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest

_PRIOR: Final = 8.0  # points that what is usual weighs against a node's own errors
_ALONE: Final = 0.05  # least part of an error that is not shared, for stable weights
_LEAST: Final = 1e-6  # units², so that no sum counts as certain


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Forecasts that agree.

    Parameters
    ----------
    series_ids
        Order of the first axis of the arrays.
    before, units
        Shape (series, horizon, levels). Level 0.5 of ``units`` sums exactly; other levels are no
        sums, because quantiles do not add up.
    rests
        What belongs to a sum and to no series, at level 0.5: units by step, by node name.
    """

    levels: tuple[float, ...]
    series_ids: tuple[str, ...]
    before: FloatArray
    units: FloatArray
    rests: Mapping[str, FloatArray] = field(default_factory=dict)

    def smoothed(self, width: int) -> Reconciled:
        """Average over ``width`` steps; sums, which are of the same steps, still agree."""
        rests = {node: smooth(steps[:, None], width)[:, 0] for node, steps in self.rests.items()}
        return replace(self, units=smooth(self.units, width), rests=rests)

    def to_dict(self) -> dict[str, Any]:
        """Say in JSON which series moved most, and what the remainders are."""
        middle = self.levels.index(0.5)
        was, now = (values[..., middle].sum(axis=1) for values in (self.before, self.units))
        share = np.divide(now - was, was, out=np.zeros_like(was), where=was > 0)
        most = int(np.abs(share).argmax())
        return {
            "moved_most": {
                "series_id": self.series_ids[most],
                "share": round(float(share[most]), 4),
                "units": round(float(now[most] - was[most]), 4),
            },
            "rests": {
                node: [float(units) for units in steps]
                for node, steps in self.rests.items()
                if steps.any()
            },
        }


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """How far each forecast may be moved so that all agree.

    Parameters
    ----------
    levels
        Quantile levels, 0.5 among them.
    variances
        Of the errors of the point forecast, units², by node.
    ratios
        By scope, variance for each unit forecast: for nodes that the backtest did not see.
    reason
        Why nothing was learnt; empty otherwise. Then size and interval tell how unsure a node is.
    """

    levels: tuple[float, ...]
    variances: Mapping[str, float] = field(default_factory=dict)
    ratios: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""

    def apply(self, quantiles: FloatArray, tree: Hierarchy, shares: FloatArray) -> Reconciled:
        """Move level 0.5 onto exact sums, and the other levels with it.

        The levels above 0.5 keep their distance to it in log(1 + units), where they were
        calibrated. Those below keep their ratio to it: what was 0 stays 0, or else weeks without
        a sale would fall out of the interval. So no levels cross.

        Parameters
        ----------
        quantiles
            Shape (series, horizon, levels); a series of NaN takes no part.
        shares
            Of the remainders; see `Hierarchy.shares`.
        """
        middle = self.levels.index(0.5)
        base = tree.with_rests(quantiles[..., middle], shares)
        known = ~np.isnan(base)
        may_move = known | np.isin(np.arange(len(base)), tree.summed)[:, None]
        variance = self._variance(base, quantiles, tree, shares)
        nodes = project(
            np.nan_to_num(base), np.where(may_move, variance[:, None], 0.0), tree.parents
        )
        series = len(quantiles)
        units = _follow(quantiles, np.where(known, nodes, np.nan)[:series], self.levels)
        rests = dict(zip(tree.nodes[series:], nodes[series:], strict=True))
        return Reconciled(self.levels, tree.nodes[:series], quantiles, units, rests)

    def to_dict(self) -> dict[str, Any]:
        return {
            "variances": dict(self.variances),
            "ratios": dict(self.ratios),
            "reason": self.reason,
        }

    def _variance(
        self, base: FloatArray, quantiles: FloatArray, tree: Hierarchy, shares: FloatArray,
    ) -> FloatArray:  # fmt: skip
        """Shape (nodes,). A launch was not tested: its own interval tells how unsure it is."""
        size = np.nan_to_num(base).mean(axis=1)
        usual = size * np.asarray([self.ratios.get(scope, 1.0) for scope in tree.scopes])
        usual[: len(quantiles)] = np.maximum(usual[: len(quantiles)], self._spread(quantiles))
        learnt = np.asarray([self.variances.get(node, np.nan) for node in tree.nodes])
        found = np.maximum(np.where(np.isnan(learnt), usual, learnt), _LEAST)
        found[len(quantiles) :][shares == 0.0] = 0.0  # every product is a series: no remainder
        return np.asarray(found)

    def _spread(self, quantiles: FloatArray) -> FloatArray:
        """Variance that a normal error of the same outermost levels would have, shape (series,)."""
        if len(self.levels) == 1:
            return np.zeros(len(quantiles))
        width = np.nan_to_num(quantiles[..., -1] - quantiles[..., 0]).mean(axis=1)
        low, high = (NormalDist().inv_cdf(self.levels[end]) for end in (0, -1))
        return np.asarray((width / (high - low)) ** 2)


def learn_reconciliation(backtest: Backtest, point: FloatArray) -> Reconciliation:
    """Read the variances off the errors of a backtest.

    Parameters
    ----------
    point
        Level 0.5 of the forecast to be reconciled, shape (series, origins, horizon).

    References
    ----------
    Wickramasuriya, Athanasopoulos and Hyndman (2019), weights by error variances. Deviations: a
    variance is shrunk to what is usual for the size in its scope, because a backtest has few
    points; the variances below a sum are scaled together so that the sum and its children get the
    weights of least error, because errors of siblings go together and medians do not add up.
    """
    if not backtest.made_on:
        return Reconciliation(backtest.levels, reason="no backtest; every node counts by its size")
    grid = backtest.grid
    tree = hierarchy_of(grid.series_ids, grid.scopes, grid.categories)
    shares = [rest_shares(backtest, tree, origin) for origin in range(len(backtest.made_on))]
    base = tree.with_rests(point, np.stack(shares, axis=1))
    actual = np.concatenate([backtest.actual, tree.remainders(backtest.actual)])
    base, actual = (values.reshape(len(tree.nodes), -1) for values in (base, actual))
    known = ~np.isnan(base) & ~np.isnan(actual)
    points = known.sum(axis=1)
    errors = np.where(known, actual - base, 0.0)
    squares = (errors**2).sum(axis=1)
    sizes = np.where(known, base, 0.0).sum(axis=1)
    scopes = np.asarray(tree.scopes)
    ratios = {
        scope: float(squares[scopes == scope].sum() / max(sizes[scopes == scope].sum(), _LEAST))
        for scope in sorted(set(tree.scopes))
    }
    usual = np.asarray([ratios[scope] for scope in tree.scopes]) * sizes / np.maximum(points, 1)
    variance = np.maximum((squares + _PRIOR * usual) / (points + _PRIOR), _LEAST)
    scaled = _scaled(tree, np.where(known, base, 0.0), np.where(known, actual, 0.0), variance)
    seen = {node: float(scaled[row]) for row, node in enumerate(tree.nodes) if points[row]}
    return Reconciliation(backtest.levels, seen, ratios)


def rest_shares(backtest: Backtest, tree: Hierarchy, origin: int) -> FloatArray:
    """Read the shares of the remainders off what was visible at an origin, shape (remainders,)."""
    return tree.shares(recently(backtest.seen(origin).units))


def _scaled(
    tree: Hierarchy, base: FloatArray, actual: FloatArray, variance: FloatArray,
) -> FloatArray:  # fmt: skip
    """Scale what is below each sum by how its own and its children's forecast of it erred."""
    variance = variance.copy()
    ages = generations(tree.parents)
    for depth in reversed(range(len(ages) - 1)):
        fused = fuse(base, np.broadcast_to(variance[:, None], base.shape), tree.parents)
        factor = np.ones(len(variance))
        for parent in np.intersect1d(ages[depth], tree.summed):
            promised = fused.below_variance[parent].mean()
            wanted = _beside(actual[parent] - base[parent], actual[parent] - fused.below[parent])
            factor[parent] = variance[parent] * wanted / promised
        variance *= _inherited(tree, factor, ages[depth + 1 :])
    return variance


def _beside(own: FloatArray, below: FloatArray) -> float:
    """Variance that the children's sum is to have, for each unit of that of the sum's own forecast.

    The two err together, and the weights of least error follow from what each errs alone: Bates
    and Granger (1969), equation 2.
    """
    trust = len(own) / (len(own) + _PRIOR)
    together = trust * float((own * below).mean())
    alone = [
        max(float((e**2).mean()) - together, _ALONE * float((e**2).mean()) + _LEAST)
        for e in (below, own)
    ]
    return alone[0] / alone[1]


def _inherited(tree: Hierarchy, factor: FloatArray, younger: list[IntArray]) -> FloatArray:
    """Hand the factor of a sum down to everything below it."""
    total = np.ones(len(factor))
    for here in younger:
        above = tree.parents[here]
        total[here] = total[above] * factor[above]
    return total


def _follow(quantiles: FloatArray, moved: FloatArray, levels: tuple[float, ...]) -> FloatArray:
    """Move the levels above by the same log(1 + units) as level 0.5, those below in proportion."""
    middle, target = quantiles[..., [levels.index(0.5)]], moved[..., None]
    above = quantiles + (1 + quantiles) * (target - middle) / (1 + middle)
    ratio = np.divide(target, middle, out=np.zeros_like(middle), where=middle > 0)
    places = np.asarray(levels)
    outer = np.where(places < 0.5, quantiles * ratio, np.maximum(above, target))
    return np.where(places == 0.5, target, np.where(places < 0.5, np.minimum(outer, target), outer))
