"""What was foretold of periods that are over, beside what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecasting.grid import FloatArray, grid_of
from forecasting.launch import MODEL
from forecasting.preparation.prepare import Preparation, observed_units, prepare
from signals import FORECASTS, Col

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals import Lake, Panel

_LONGEST: Final = 52  # periods that are looked back at
_MIDDLE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Told:
    """Forecasts and outcomes on one grid.

    Parameters
    ----------
    days
        First day of each period.
    levels
        Rising, with 0.5 among them.
    told
        Units, shape (series, periods, levels); NaN where nothing was foretold.
    came
        Units, shape (series, periods); NaN where nothing was foretold or observed.
    """

    series_ids: tuple[str, ...]
    days: pd.DatetimeIndex
    levels: tuple[float, ...]
    told: FloatArray
    came: FloatArray


def told_and_came(lake: Lake, panel: Panel, run_ids: Sequence[str]) -> Told | None:
    """Hold the forecasts of runs against the panel; of several for a period the last one made.

    Launches are left out, because they are not calibrated, and so is what was not observed, such
    as a stock-out.

    Parameters
    ----------
    panel
        Of all that is known now.
    run_ids
        Runs of the same measure and length of periods as the panel.

    Returns
    -------
    Told or None
        None when nothing that was foretold is over.
    """
    grid = grid_of(panel)
    days = grid.days[-_LONGEST:]
    rows = lake.read(FORECASTS, where={Col.RUN_ID: list(run_ids)})
    rows = rows[(rows[Col.MODEL] != MODEL) & rows[Col.DAY].isin(days)]
    rows = rows[rows[Col.SERIES_ID].isin(grid.series_ids)]
    rows = rows.sort_values(Col.MADE_ON, kind="stable")
    rows = rows.drop_duplicates([Col.SERIES_ID, Col.DAY, Col.LEVEL], keep="last")
    levels = tuple(sorted(float(level) for level in rows[Col.LEVEL].unique()))
    if rows.empty or _MIDDLE not in levels or len({*levels}) < 3:
        return None
    index = pd.MultiIndex.from_product([grid.series_ids, days, levels])
    keyed = rows.set_index([Col.SERIES_ID, Col.DAY, Col.LEVEL])[Col.UNITS]
    shape = (len(grid.series_ids), len(days), len(levels))
    told = keyed.reindex(index).to_numpy(dtype=np.float64).reshape(shape)
    seen = observed_units(prepare(panel, Preparation()))[:, -len(days) :]
    came = np.where(np.isnan(told).any(axis=-1), np.nan, seen)
    if np.isnan(came).all():
        return None
    return Told(grid.series_ids, days, levels, told, came)
