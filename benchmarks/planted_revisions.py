"""Changes between two runs that are planted in the demo shop, and whether they are named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecasting import RevisionSource
from forecasting.forecast import forecast_again
from forecasting.vintages.mixed import make_mixer
from forecasting.vintages.shared_change import Learnt, attribute_change, covered_by
from signals import COVARIATES, PLANNED_PROMO, SALES, Col, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecasting import Forecaster
    from signals import DemoWorld, Lake, Panel

EACH: Final = 5
"""Products that get each cause."""
_WEEK: Final = pd.Timedelta(days=7)
_TIMES: Final = 3.0
_RESTATED_WEEKS: Final = 4
_DEPTH: Final = 0.4
_MIN_PERIODS: Final = 8
_CAUSES: Final = (RevisionSource.ACTUALS, RevisionSource.RESTATED, RevisionSource.DRIVERS)


def recovered_causes(
    lake: Lake,
    world: DemoWorld,
    old: tuple[Panel, Forecaster],
    end: pd.Timestamp,
    panel_at: Callable[[Lake, pd.Timestamp], Panel],
) -> tuple[bool, ...]:
    """Plant what happens in one week, and say of each product whether its cause came out first.

    Five products sell three times as much in the new week, of five the last four weeks are
    restated to three times as much, and five get a promotion that nobody had planned.

    Parameters
    ----------
    old
        Panel of a week earlier, and what was learnt from it.
    end
        Moment of the new panel.
    """
    panel, forecaster = old
    planted = _plant(lake, world, end)
    new = panel_at(lake, end)
    learnt = Learnt(forecaster, _MIN_PERIODS)
    stored = tuple(_stored(each, forecaster) for each in (panel, new))
    mixer = make_mixer(panel, new)
    covered = covered_by(mixer, stored)
    _, parts = attribute_change(mixer, (learnt, learnt), covered, progress=silent)
    middle = covered.levels.index(0.5)
    size = {source: np.abs(part[..., middle].sum(axis=1)) for source, part in parts.items()}
    named = {
        series: max(size, key=lambda source: float(size[source][row]))
        for row, series in enumerate(covered.series_ids)
    }
    return tuple(named[f"product:{product}"] is cause for product, cause in planted.items())


def _plant(lake: Lake, world: DemoWorld, end: pd.Timestamp) -> dict[str, RevisionSource]:
    """Write the changes into the lake; return the cause of each product that has one."""
    steady = [
        cause.product_id
        for cause in world.truth.causes
        if cause.launch_day is None and cause.stock_out is None and cause.complaint is None
    ]
    planned = world.covariates[world.covariates[Col.DAY] >= end.tz_localize(None)]
    free = [product for product in steady if product not in set(planned[Col.REGION])]
    promoted = (free + [product for product in steady if product not in free])[:EACH]
    others = [product for product in steady if product not in promoted]
    sold, restated = others[:EACH], others[EACH : 2 * EACH]
    last = world.last_day - _WEEK
    day = world.sales[Col.DAY]
    fresh = world.sales[world.sales[Col.PRODUCT_ID].isin(sold) & (day > last)]
    earlier = (day > last - _RESTATED_WEEKS * _WEEK) & (day <= last)
    again = world.sales[world.sales[Col.PRODUCT_ID].isin(restated) & earlier]
    later = end - pd.Timedelta(hours=1)
    with lake.batch() as batch:
        for rows in (fresh, again):
            units = rows[Col.UNITS] * _TIMES
            batch.add(SALES, rows.assign(**{Col.UNITS: units, Col.AVAILABLE_AT: later}))
        batch.add(COVARIATES, _promotion(promoted, end, later))
    groups = zip(_CAUSES, (sold, restated, promoted), strict=True)
    return {product: cause for cause, products in groups for product in products}


def _promotion(products: list[str], end: pd.Timestamp, known: pd.Timestamp) -> pd.DataFrame:
    first = end.tz_localize(None).normalize()
    days = pd.date_range(first + _WEEK, first + 5 * _WEEK - pd.Timedelta(days=1))
    index = pd.MultiIndex.from_product([products, days], names=[Col.REGION, Col.DAY])
    return index.to_frame(index=False).assign(
        **{
            Col.NAME: PLANNED_PROMO,
            Col.VINTAGE: known.tz_localize(None).normalize(),
            Col.VALUE: _DEPTH,
            Col.AVAILABLE_AT: known,
        }
    )


def _stored(panel: Panel, forecaster: Forecaster) -> pd.Series:
    ids, quantiles = forecast_again(panel, forecaster, _MIN_PERIODS)
    ahead = pd.DatetimeIndex(panel.future[Col.DAY].unique()).sort_values()
    index = pd.MultiIndex.from_product(
        [ids, ahead, forecaster.levels], names=[Col.SERIES_ID, Col.DAY, Col.LEVEL]
    )
    return pd.Series(quantiles.ravel(), index=index)
