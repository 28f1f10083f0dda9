"""What will happen, and why: experts, backtest, calibrated forecasts, contributions."""

from forecasting.contributions import BASELINE
from forecasting.experts.catalogue import EXPERTS, expert_names
from forecasting.experts.expert import Expert, Fitted
from forecasting.forecast import ForecastRun, run_forecast
from forecasting.forecaster import Forecaster
from forecasting.judging.metrics import Metric, score
from forecasting.prepare import Fill, Preparation, prepare
from forecasting.runs import (
    RunInfo,
    accuracy_frame,
    contribution_frame,
    forecast_frame,
    latest_run,
    load_forecaster,
    repeat_run,
    save_run,
)
from forecasting.settings import ForecastSettings, run_id_of

__all__ = [
    "BASELINE",
    "EXPERTS",
    "Expert",
    "Fill",
    "Fitted",
    "ForecastRun",
    "ForecastSettings",
    "Forecaster",
    "Metric",
    "Preparation",
    "RunInfo",
    "accuracy_frame",
    "contribution_frame",
    "expert_names",
    "forecast_frame",
    "latest_run",
    "load_forecaster",
    "prepare",
    "repeat_run",
    "run_forecast",
    "run_id_of",
    "save_run",
    "score",
]
