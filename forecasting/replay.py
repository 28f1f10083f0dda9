"""What a run would have said at an earlier day of its panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecasting.forecast import run_forecast
from forecasting.grid import cut, horizon_of
from signals import Col

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.settings import ForecastSettings
    from signals import Panel


def replay_at(panel: Panel, origin: int, settings: ForecastSettings) -> dict[str, npt.NDArray[Any]]:
    """Forecast as when a period had just ended, with what could be learnt by then.

    Parameters
    ----------
    origin
        Index of that period on the axis of the panel.

    Returns
    -------
    dict
        Units of ``forecasts`` and ``contributions`` and values of ``accuracy``, in the order of the
        tables.
    """
    run = run_forecast(cut(panel, origin, horizon_of(panel)), settings)
    return {
        "forecasts": run.forecasts[Col.UNITS].to_numpy(),
        "contributions": run.contributions[Col.UNITS].to_numpy(),
        "accuracy": run.accuracy[Col.VALUE].to_numpy(),
    }
