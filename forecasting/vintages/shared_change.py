"""The change of a forecast, shared out among its sources: see `forecasting.revision`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from itertools import permutations
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecasting.forecast import forecast_again
from forecasting.shapley import shares_in_order
from forecasting.vintages.mixed import RevisionSource
from signals import Col, DataError, silent

if TYPE_CHECKING:
    from forecasting.forecaster import Forecaster
    from forecasting.grid import FloatArray
    from forecasting.vintages.mixed import Mixer
    from signals import Panel, Progress

_ORDERS: Final = tuple(
    order
    for order in permutations(RevisionSource)
    if order.index(RevisionSource.ACTUALS) < order.index(RevisionSource.RESTATED)
)
"""A new period is news against what was expected of it, from the past as it was known then."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a run learnt: its forecaster, and from what age on a series is left to it."""

    forecaster: Forecaster
    min_periods: int


@dataclass(frozen=True, slots=True)
class Covered:
    """Series, first days of periods and levels that both runs forecast."""

    series_ids: tuple[str, ...]
    days: pd.DatetimeIndex
    levels: tuple[float, ...]

    def of(self, units: pd.Series) -> FloatArray:
        """Pick from forecasts indexed by series_id, day and level; NaN where there is none."""
        cells = pd.MultiIndex.from_product(
            [self.series_ids, self.days, self.levels], names=units.index.names
        )
        shape = (len(self.series_ids), len(self.days), len(self.levels))
        return units.reindex(cells).to_numpy(dtype=np.float64).reshape(shape)


def covered_by(mixer: Mixer, stored: tuple[pd.Series, ...]) -> Covered:
    """Find what both runs forecast, and what the new model reaches from where the old one stood.

    Parameters
    ----------
    stored
        Forecasts of the old and of the new run, indexed by series_id, day and level.

    Raises
    ------
    DataError
        When that is nothing.
    """
    old, new = (units.index for units in stored)
    reach = mixer.frequency.ahead(mixer.old_end, int(mixer.new.future[Col.STEP].max()))
    days = old.unique(Col.DAY).intersection(new.unique(Col.DAY)).sort_values()
    days = pd.DatetimeIndex(days[days <= reach[-1]])
    names = sorted(set(old.unique(Col.SERIES_ID)) & set(new.unique(Col.SERIES_ID)))
    levels = sorted(set(old.unique(Col.LEVEL)) & set(new.unique(Col.LEVEL)))
    if days.empty or not names:
        raise DataError(
            f"the runs have {len(names)} series and {len(days)} periods in common; to compare them "
            "they need at least one of each: name runs made nearer to each other"
        )
    return Covered(tuple(names), days, tuple(levels))


def attribute_change(
    mixer: Mixer,
    learnt: tuple[Learnt, Learnt],
    covered: Covered,
    *,
    progress: Progress = silent,
) -> tuple[FloatArray, dict[RevisionSource, FloatArray]]:
    """Share the change of a forecast out among its sources.

    Returns
    -------
    tuple
        The old forecast as its model makes it now, and what each source adds; arrays have shape
        (series, days, levels), NaN for a series that some mixture cannot forecast.
    """
    makers = {False: _Maker(learnt[0], covered), True: _Maker(learnt[1], covered)}

    def value(taken: frozenset[RevisionSource]) -> FloatArray:
        return makers[RevisionSource.MODEL in taken].forecast(mixer.mix(taken))

    return shares_in_order(value, _ORDERS, progress=progress, step="revision")


@dataclass(slots=True)
class _Maker:
    """Forecasts panels by one model, equal panels once."""

    learnt: Learnt
    covered: Covered
    made: dict[str, FloatArray] = field(default_factory=dict)

    def forecast(self, panel: Panel) -> FloatArray:
        name = _fingerprint(panel)
        if name not in self.made:
            forecaster = self.learnt.forecaster
            ids, quantiles = forecast_again(panel, forecaster, self.learnt.min_periods)
            ahead = pd.DatetimeIndex(panel.future[Col.DAY].unique()).sort_values()
            index = pd.MultiIndex.from_product(
                [ids, ahead, forecaster.levels], names=[Col.SERIES_ID, Col.DAY, Col.LEVEL]
            )
            self.made[name] = self.covered.of(pd.Series(quantiles.ravel(), index=index))
        return self.made[name]


def _fingerprint(panel: Panel) -> str:
    digest = hashlib.sha256(repr(sorted(panel.cold.items())).encode())
    shelf = () if panel.shelf is None else (panel.shelf.products, panel.shelf.ahead)
    for frame in (panel.history, panel.future, *shelf):
        digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return digest.hexdigest()
