"""What became of the forecasts of stored runs, read from the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecasting.grid import grid_of
from forecasting.launch import MODEL
from forecasting.outcomes import Outcome
from forecasting.preparation.prepare import Preparation, observed_units, prepare
from forecasting.runs import all_runs, forecast_frame
from signals import Col, NotReady

if TYPE_CHECKING:
    from forecasting.runs import RunInfo
    from signals import Lake, Panel

_LATEST: Final = 8  # runs that are looked back at
_GRAIN: Final = "grain"


def outcomes_since(
    lake: Lake, panel: Panel, preparation: Preparation | None = None
) -> tuple[Outcome, ...]:
    """Hold the forecasts of earlier runs against what was sold since, oldest first.

    A run counts when it forecast the same measure by periods of the same length, knew less than
    the panel does, and some of what it forecast has happened; of those made on one day, the one
    recorded last. Launches are left out, because they are not calibrated.

    Parameters
    ----------
    preparation
        How the history is made ready, which tells what was observed; None means as usual.
    """
    units = _observed(panel, preparation or Preparation())
    found = []
    for run in reversed(_earlier(lake, panel)):
        rows = forecast_frame(lake, run.run_id)
        rows = rows[rows[Col.MODEL] != MODEL]
        happened = units.reindex(pd.MultiIndex.from_frame(rows[[Col.SERIES_ID, Col.DAY]]))
        below = (happened.to_numpy() <= rows[Col.UNITS].to_numpy())[happened.notna()]
        levels = rows.loc[happened.notna().to_numpy(), Col.LEVEL]
        if len(levels):
            shares = {
                float(level): float(below[levels == level].mean()) for level in levels.unique()
            }
            found.append(Outcome(run.run_id, shares, points=len(levels) // len(shares)))
    return tuple(found)


def _earlier(lake: Lake, panel: Panel) -> list[RunInfo]:
    """List the runs that can be judged, newest first."""
    try:
        runs = all_runs(lake)
    except NotReady:
        return []
    grain = panel.built_from.get(_GRAIN)
    alike = {
        run.made_on: run
        for run in reversed(runs)
        if run.measure == panel.measure
        and run.made_on < panel.made_on
        and run.config.get("panel", {}).get(_GRAIN) == grain
    }
    return [alike[day] for day in sorted(alike, reverse=True)][:_LATEST]


def _observed(panel: Panel, preparation: Preparation) -> pd.Series:
    """Units by series_id and first day of the period, where they were observed."""
    grid = grid_of(panel)
    seen = np.where(np.isnan(observed_units(prepare(panel, preparation))), np.nan, grid.units)
    index = pd.MultiIndex.from_product([grid.series_ids, grid.days], names=[Col.SERIES_ID, Col.DAY])
    return pd.Series(seen.ravel(), index=index).dropna()
