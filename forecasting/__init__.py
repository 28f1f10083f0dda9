"""What will happen, and why: experts, backtest, calibrated forecasts, contributions."""

from forecasting.choose import FINAL
from forecasting.contributions import BASELINE
from forecasting.experts.catalogue import EXPERTS, expert_names
from forecasting.experts.expert import Expert, Fitted
from forecasting.forecast import ForecastRun, run_forecast
from forecasting.forecaster import Forecaster
from forecasting.judging.metrics import Metric, score
from forecasting.revision import Revision, SeriesRevision, revision_between
from forecasting.runs import (
    RunInfo,
    accuracy_frame,
    all_runs,
    contribution_frame,
    forecast_frame,
    latest_run,
    load_forecaster,
    repeat_run,
    save_run,
)
from forecasting.settings import ForecastSettings, run_id_of
from forecasting.vintages.mixed import RevisionSource
from forecasting.vintages.run_pair import choose_runs

__all__ = [
    "BASELINE",
    "EXPERTS",
    "FINAL",
    "Expert",
    "Fitted",
    "ForecastRun",
    "ForecastSettings",
    "Forecaster",
    "Metric",
    "Revision",
    "RevisionSource",
    "RunInfo",
    "SeriesRevision",
    "accuracy_frame",
    "all_runs",
    "choose_runs",
    "contribution_frame",
    "expert_names",
    "forecast_frame",
    "latest_run",
    "load_forecaster",
    "repeat_run",
    "revision_between",
    "run_forecast",
    "run_id_of",
    "save_run",
    "score",
]
