"""What will happen, and why: experts, backtest, calibrated forecasts, contributions."""

from forecasting.choose import FINAL
from forecasting.contributions import BASELINE
from forecasting.experts.catalogue import EXPERTS, expert_names
from forecasting.experts.expert import Expert, Fitted
from forecasting.forecast import ForecastRun, run_forecast
from forecasting.forecaster import Forecaster
from forecasting.judging.backtest import ExpertKey
from forecasting.judging.judgement import Judgement, Score, TextTold, judge
from forecasting.judging.metrics import Metric, score
from forecasting.judging.paired import Paired
from forecasting.judging.segments import Kind, origins_in
from forecasting.judging.trial import SEASONAL_NAIVE, Role, Trial
from forecasting.launch import split_young
from forecasting.preparation.prepare import Fill, Preparation, prepare
from forecasting.revision import Revision, SeriesRevision, revision_between
from forecasting.runs import (
    RunInfo,
    accuracy_frame,
    all_runs,
    contribution_frame,
    forecast_frame,
    holds_forecaster,
    latest_run,
    load_forecaster,
    repeat_run,
    save_run,
)
from forecasting.settings import ForecastSettings, run_id_of
from forecasting.supposing.assume import Assumption, said_as
from forecasting.supposing.changes import Change, How, Lever
from forecasting.supposing.seen import Seen, Whose
from forecasting.supposing.what_if import WhatIf, forecast_what_if
from forecasting.table import COVERAGE, Prepared, TableForecast, forecast_table
from forecasting.trials import TrialRules, try_forecast
from forecasting.vintages.mixed import RevisionSource
from forecasting.vintages.run_pair import choose_runs

__all__ = [
    "BASELINE",
    "COVERAGE",
    "EXPERTS",
    "FINAL",
    "SEASONAL_NAIVE",
    "Assumption",
    "Change",
    "Expert",
    "ExpertKey",
    "Fill",
    "Fitted",
    "ForecastRun",
    "ForecastSettings",
    "Forecaster",
    "How",
    "Judgement",
    "Kind",
    "Lever",
    "Metric",
    "Paired",
    "Preparation",
    "Prepared",
    "Revision",
    "RevisionSource",
    "Role",
    "RunInfo",
    "Score",
    "Seen",
    "SeriesRevision",
    "TableForecast",
    "TextTold",
    "Trial",
    "TrialRules",
    "WhatIf",
    "Whose",
    "accuracy_frame",
    "all_runs",
    "choose_runs",
    "contribution_frame",
    "expert_names",
    "forecast_frame",
    "forecast_table",
    "forecast_what_if",
    "holds_forecaster",
    "judge",
    "latest_run",
    "load_forecaster",
    "origins_in",
    "prepare",
    "repeat_run",
    "revision_between",
    "run_forecast",
    "run_id_of",
    "said_as",
    "save_run",
    "score",
    "split_young",
    "try_forecast",
]
