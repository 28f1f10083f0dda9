"""What has hardly been sold is forecast as others like it began; the weight of that fades."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.agreement.tree import recently
from forecasting.grid import grid_of, horizon_of
from forecasting.launching.model import KNOWN, learn_launches
from forecasting.launching.stage import stage_of
from signals import Col, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.grid import FloatArray
    from forecasting.launching.model import LaunchModel
    from forecasting.launching.stage import Places
    from signals import Panel

MODEL: Final = "launches like it"
_FEW: Final = 3  # products to compare with below which nothing is forecast
_TOO_FEW: Final = f"too little history, and under {_FEW} products to compare it with"
_NAMED: Final = 3  # products named as most alike
_SOME: Final = 0.02  # share from which one is named
_AT_ONCE: Final = 256  # series forecast at a time, to keep memory small


@dataclass(frozen=True, slots=True)
class Resemblance:
    """What the forecast of a product with little history rests on.

    Parameters
    ----------
    share
        Of the forecast that is made so; 1 for a launch, falling once a product is of age.
    own
        Share of its level that its own sales tell; the level of others like it tells the rest.
    launches
        Launches most like it, whose curve it follows, with their shares.
    products
        Products most like it, whose level it takes, with their shares.
    """

    share: float
    own: float
    launches: Mapping[str, float]
    products: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Fading:
    """Series that came of age lately, still drawn towards their forecast as a launch.

    Parameters
    ----------
    shares
        What the forecast as a launch counts, by series, shape (series,).
    quantiles
        Shape (series, horizon, levels).
    """

    series_ids: tuple[str, ...]
    shares: FloatArray
    quantiles: FloatArray

    def among(self, series_ids: Sequence[str], horizon: int) -> tuple[FloatArray, FloatArray]:
        """Spread over the series of a panel: shares, shape (series, 1, 1), and quantiles.

        Both are 0 where nothing fades.
        """
        shares = np.zeros((len(series_ids), 1, 1))
        quantiles = np.zeros((len(series_ids), horizon, self.quantiles.shape[2]))
        places = {series: place for place, series in enumerate(series_ids)}
        held = [row for row, series in enumerate(self.series_ids) if series in places]
        rows = [places[self.series_ids[row]] for row in held]
        shares[rows, 0, 0] = self.shares[held]
        quantiles[rows] = _over(self.quantiles, horizon)[held]
        return shares, quantiles


@dataclass(frozen=True, slots=True)
class Launches:
    """Forecasts of young series, and those for which none can be made.

    Parameters
    ----------
    quantiles
        Shape (series, horizon, levels); 0 in periods before the launch.
    left_out
        Reason by series_id.
    scopes, categories
        By series.
    recent
        Units each has sold in the last `RECENT` periods, shape (series,).
    fading
        Series that are no launches any more, and are not yet forecast by the experts alone.
    alike
        By series_id, fading ones included.
    """

    series_ids: tuple[str, ...]
    quantiles: FloatArray
    left_out: Mapping[str, str]
    scopes: tuple[str, ...]
    categories: tuple[str, ...]
    recent: FloatArray
    fading: Fading
    alike: Mapping[str, Resemblance] = field(default_factory=dict)

    def without(self, series_ids: Sequence[str]) -> Launches:
        """Leave out series that have come of age."""
        kept = [row for row, series in enumerate(self.series_ids) if series not in series_ids]
        return replace(
            self,
            series_ids=tuple(self.series_ids[row] for row in kept),
            quantiles=self.quantiles[kept],
            scopes=tuple(self.scopes[row] for row in kept),
            categories=tuple(self.categories[row] for row in kept),
            recent=self.recent[kept],
        )

    def over(self, horizon: int) -> FloatArray:
        """Forecast ``horizon`` periods; past those of the run, the last one repeats."""
        return _over(self.quantiles, horizon)

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON, for `launches_from`."""
        fading = {
            "series_ids": self.fading.series_ids,
            "shares": self.fading.shares.tolist(),
            "quantiles": self.fading.quantiles.tolist(),
            "shape": self.fading.quantiles.shape,
        }
        return {
            "series_ids": self.series_ids,
            "left_out": dict(self.left_out),
            "scopes": self.scopes,
            "categories": self.categories,
            "quantiles": self.quantiles.tolist(),
            "shape": self.quantiles.shape,
            "recent": self.recent.tolist(),
            "fading": fading,
            "alike": {series: asdict(found) for series, found in self.alike.items()},
        }


def launches_from(body: Mapping[str, Any]) -> Launches:
    """Read what `Launches.to_dict` wrote."""
    fading = body["fading"]
    return Launches(
        tuple(body["series_ids"]),
        _array(body),
        body["left_out"],
        tuple(body["scopes"]),
        tuple(body["categories"]),
        np.asarray(body["recent"], dtype=np.float64),
        Fading(tuple(fading["series_ids"]), np.asarray(fading["shares"]), _array(fading)),
        {series: Resemblance(**found) for series, found in body["alike"].items()},
    )


def split_young(panel: Panel, min_periods: int) -> tuple[Panel, dict[str, str]]:
    """Take series with under ``min_periods`` of history out of a panel.

    Returns
    -------
    tuple
        The panel of the others, and series_id to category of the young ones, cold ones included.
    """
    grid = grid_of(panel)
    young = {
        series: category
        for series, category, age in zip(grid.series_ids, grid.categories, grid.ages, strict=True)
        if age < min_periods
    }
    old = ~panel.history[Col.SERIES_ID].isin(list(young))
    ahead = ~panel.future[Col.SERIES_ID].isin(list(young))
    kept = replace(panel, history=panel.history[old], future=panel.future[ahead])
    return kept, dict(panel.cold) | young


def growing(panel: Panel, min_periods: int) -> dict[str, float]:
    """Find launches that came of age lately, and what their forecast as a launch still counts.

    It counts nearly all when a product comes of age and nothing once it is twice as old, so that
    the forecast does not jump.
    """
    grid = grid_of(panel)
    chosen = {
        series: (2 * min_periods - age) / (min_periods + 1)
        for series, scope, age in zip(grid.series_ids, grid.scopes, grid.ages, strict=True)
        if scope == Scope.PRODUCT and min_periods <= age < min(2 * min_periods, len(grid.days))
    }
    return {series: float(share) for series, share in chosen.items()}


def forecast_launches(
    panel: Panel,
    young: Mapping[str, str],
    levels: Sequence[float],
    fading: Mapping[str, float] | None = None,
) -> Launches:
    """Forecast young series by products like them; see `LaunchModel`.

    The level is that of products like it, by category, brand, price, attributes and words of the
    name, and more and more its own. It nears it as launches like it did. What calendar, price
    and promotion do to others, they do to it.

    Parameters
    ----------
    young
        series_id to category.
    fading
        series_id to what the forecast as a launch counts, as `growing` found them.
    """
    fading = dict(fading or {})
    grid, horizon = grid_of(panel), horizon_of(panel)
    ids = [*sorted(young), *sorted(fading)]
    stage = stage_of(panel, young)
    seen = stage.products & ((~np.isnan(stage.units)).sum(axis=1) >= KNOWN)
    places = {series: place for place, series in enumerate(stage.series_ids)}
    found = [series for series in ids if seen.sum() - seen[places[series]] >= _FEW]
    quantiles, alike = np.empty((0, horizon, len(levels))), {}
    if found:
        model = learn_launches(panel, stage, levels)
        rows = np.asarray([places[series] for series in found])
        parts = [rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE)]
        answers = [_forecast(model, part) for part in parts]
        quantiles = np.concatenate([units for units, _ in answers])
        told = [each for _, several in answers for each in several]
        alike = {
            series: replace(each, share=fading.get(series, 1.0))
            for series, each in zip(found, told, strict=True)
        }
    kept = [series for series in found if series in young]
    older = tuple(found[len(kept) :])
    at = {series: row for row, series in enumerate(grid.series_ids)}
    sold = recently(grid.units)
    return Launches(
        tuple(kept),
        quantiles[: len(kept)],
        {series: _TOO_FEW for series in sorted(young) if series not in kept},
        tuple(grid.scopes[at[s]] if s in at else str(Scope.PRODUCT) for s in kept),
        tuple(young[series] for series in kept),
        np.asarray([sold[at[series]] if series in at else 0.0 for series in kept]),
        Fading(older, np.asarray([fading[s] for s in older]), quantiles[len(kept) :]),
        alike,
    )


def _forecast(model: LaunchModel, rows: Places) -> tuple[FloatArray, list[Resemblance]]:
    weights = model.weights(rows)
    quantiles, guess = model.forecast(rows, weights)
    names = model.stage.series_ids
    began = [names[row] for row in model.beginnings.rows]
    told = [
        Resemblance(1.0, round(float(own), 4), _most(launches, began), _most(products, names))
        for own, launches, products in zip(guess.own, model.launches(weights), weights, strict=True)
    ]
    return quantiles, told


def _most(shares: FloatArray, names: Sequence[str]) -> dict[str, float]:
    """Name those with the largest shares, the largest first."""
    order = np.argsort(-shares, kind="stable")[:_NAMED]
    return {names[row]: round(float(shares[row]), 4) for row in order if shares[row] >= _SOME}


def _over(quantiles: FloatArray, horizon: int) -> FloatArray:
    steps = np.minimum(np.arange(horizon), quantiles.shape[1] - 1)
    return quantiles[:, steps]


def _array(body: Mapping[str, Any]) -> FloatArray:
    return np.asarray(body["quantiles"], dtype=np.float64).reshape(body["shape"])
