"""All that is judged side by side: experts, what was made of them, peers, a placebo."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.judging.backtest import ExpertKey, Variant
from signals import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest

SEASONAL_NAIVE: Final = ExpertKey("seasonal naive", Variant.PLAIN)
"""What every forecast has to beat."""
Rows = np.ndarray[tuple[int], np.dtype[np.bool_]]
"""One truth value a series."""


class Role(StrEnum):
    """What a forecaster is to the forecast that is published."""

    FORECAST = "forecast"
    BLEND = "blend"
    EXPERT = "expert"
    PEER = "peer"


@dataclass(frozen=True, slots=True)
class Trial:
    """Forecasts of the same points; every array has shape (series, origins, horizon, levels).

    Parameters
    ----------
    backtest
        The experts that could be chosen, and what happened.
    finals
        What was made of them: blended, calibrated, reconciled.
    published
        Which of ``finals`` users see.
    peers
        Judged beside the others, never part of the forecast.
    placebo
        Experts that read text, taught and asked with the text of other times.
    about
        JSON-able: what was chosen from all origins together.
    """

    backtest: Backtest
    finals: Mapping[ExpertKey, FloatArray]
    published: ExpertKey
    peers: Mapping[ExpertKey, FloatArray]
    placebo: Mapping[ExpertKey, FloatArray] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def everyone(self) -> dict[ExpertKey, tuple[Role, FloatArray]]:
        """All forecasters with their role, the published forecast first."""
        told = {key: (Role.BLEND, values) for key, values in self.finals.items()}
        told[self.published] = (Role.FORECAST, self.finals[self.published])
        ranked = dict(sorted(told.items(), key=lambda item: item[1][0] is Role.BLEND))
        experts = {key: (Role.EXPERT, values) for key, values in self.backtest.quantiles.items()}
        peers = {key: (Role.PEER, values) for key, values in self.peers.items()}
        return ranked | experts | peers

    @property
    def benchmarks(self) -> dict[ExpertKey, FloatArray]:
        """Seasonal naive where it was tried, and the peers."""
        naive = self.backtest.quantiles.get(SEASONAL_NAIVE)
        return ({} if naive is None else {SEASONAL_NAIVE: naive}) | dict(self.peers)

    @property
    def scopes(self) -> dict[str, Rows]:
        """Which series are of a scope, the finest first."""
        scopes = np.asarray(self.backtest.grid.scopes)
        return {str(scope): np.asarray(scopes == scope) for scope in Scope if scope in scopes}

    @property
    def finest(self) -> Rows:
        """The series that add nothing up: counting sums beside their parts would count twice."""
        return next(iter(self.scopes.values()))

    def restored(self, floor: FloatArray, unit: FloatArray) -> Trial:
        """Bring every series back to the unit of its values: times ``unit``, plus ``floor``.

        Parameters
        ----------
        floor, unit
            Shape (series,).
        """
        tried = self.backtest

        def back(quantiles: Mapping[ExpertKey, FloatArray]) -> dict[ExpertKey, FloatArray]:
            times, plus = unit[:, None, None, None], floor[:, None, None, None]
            return {key: values * times + plus for key, values in quantiles.items()}

        units = tried.grid.units * unit[:, None] + floor[:, None]
        return replace(
            self,
            backtest=replace(
                tried,
                grid=replace(tried.grid, units=units),
                actual=tried.actual * unit[:, None, None] + floor[:, None, None],
                quantiles=back(tried.quantiles),
                change=tried.change * unit,
            ),
            finals=back(self.finals),
            peers=back(self.peers),
            placebo=back(self.placebo),
        )
