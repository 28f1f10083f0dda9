"""Arrays over series, step and level as rows of the lake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.contributions import BASELINE
from forecasting.launch import MODEL
from signals import Col, DriverGroup

if TYPE_CHECKING:
    from forecasting.contributions import Attribution
    from forecasting.forecaster import Forecaster
    from forecasting.grid import FloatArray, Grid
    from forecasting.launch import Launches


@dataclass(frozen=True, slots=True)
class RunTable:
    """Lays the arrays of one run out as rows; launches follow the series of the grid."""

    run_id: str
    made_on: pd.Timestamp
    grid: Grid
    levels: tuple[float, ...]
    horizon: int

    def forecasts(
        self, units: FloatArray, forecaster: Forecaster, launches: Launches,
    ) -> pd.DataFrame:  # fmt: skip
        """Give a row a series, step and level of a forecast, shape (series, horizon, levels)."""
        labels = [forecaster.blend.label(names) for names in forecaster.segments.of(self.grid)]
        ids = [*self.grid.series_ids, *launches.series_ids]
        rows = self._rows(ids, units)
        models = [*labels, *([MODEL] * len(launches.series_ids))]
        rows[Col.MODEL] = np.repeat(models, self.horizon * len(self.levels))
        return rows.assign(**{Col.MADE_ON: self.made_on})

    def contributions(
        self, found: Attribution, launches: Launches, moved: tuple[FloatArray, FloatArray],
    ) -> pd.DataFrame:  # fmt: skip
        """Give the same rows a group of drivers; with the baseline they sum to the forecast.

        Parameters
        ----------
        moved
            The units once sums agree, and once smoothed.
        """
        ids = [*self.grid.series_ids, *launches.series_ids]
        flat = np.zeros_like(launches.quantiles)
        agreed, shown = (units[len(self.grid.series_ids) :] for units in moved)
        last = {
            DriverGroup.RECONCILIATION: agreed - launches.quantiles,
            DriverGroup.SMOOTHING: shown - agreed,
        }
        frames = [
            self._rows(ids, np.concatenate([found.baseline, launches.quantiles])).assign(
                **{Col.GROUP: BASELINE},
            ),
        ]
        for group, part in found.parts.items():
            rows = self._rows(ids, np.concatenate([part, last.get(group, flat)]))
            frames.append(rows.assign(**{Col.GROUP: str(group)}))
        return pd.concat(frames, ignore_index=True)

    def _rows(self, ids: list[str], units: FloatArray) -> pd.DataFrame:
        days = self.grid.ahead(self.horizon)
        index = pd.MultiIndex.from_product(
            [ids, range(1, self.horizon + 1), self.levels],
            names=[Col.SERIES_ID, Col.STEP, Col.LEVEL],
        )
        rows = index.to_frame(index=False)
        rows[Col.DAY] = days[rows[Col.STEP] - 1]
        rows[Col.RUN_ID] = self.run_id
        rows[Col.UNITS] = units.ravel()
        return rows
