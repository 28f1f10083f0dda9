"""What will happen, and why: experts, backtest, calibrated forecasts, contributions."""

from forecasting.at_risk import RISK_DAYS, RISK_FORMULA, with_risk
from forecasting.choose import FINAL
from forecasting.contributions import BASELINE
from forecasting.experts.catalogue import EXPERTS, expert_names
from forecasting.experts.expert import Expert, Fitted
from forecasting.forecast import ForecastRun, reads_later_texts, run_forecast
from forecasting.forecaster import Forecaster
from forecasting.judging.backtest import ExpertKey
from forecasting.judging.judgement import Judgement, Score, TextTold, judge
from forecasting.judging.leaks import (
    Leak,
    leaks_into_forecasts,
    leaks_into_panel,
    other_futures,
)
from forecasting.judging.metrics import Metric, score
from forecasting.judging.paired import Paired
from forecasting.judging.segments import Kind, origins_in
from forecasting.judging.text_leads import TextLead, text_leads
from forecasting.judging.together import Together, errors_together, together_from
from forecasting.judging.trial import SEASONAL_NAIVE, Role, Trial
from forecasting.kept_forecaster import holds_forecaster, load_forecaster
from forecasting.launch import split_young
from forecasting.options import NetworkOptions, TreeOptions
from forecasting.outcomes import Outcome
from forecasting.preparation.prepare import Fill, Preparation, prepare
from forecasting.replay import replay_at
from forecasting.revision import Revision, SeriesRevision, revision_between
from forecasting.runs import (
    RunInfo,
    accuracy_frame,
    all_runs,
    contribution_frame,
    forecast_frame,
    latest_run,
    repeat_run,
    run_as_of,
    save_run,
    stored_run,
)
from forecasting.settings import ForecastSettings, run_id_of
from forecasting.supposing.assume import Assumption
from forecasting.supposing.changes import SAID_PERIODS, STOCK_PERIODS, Change, How, Lever
from forecasting.supposing.notes import Note, NoteKind
from forecasting.supposing.refusal import Refusal, WhyNot, said_as
from forecasting.supposing.seen import Seen, Whose
from forecasting.supposing.what_if import WhatIf, forecast_what_if
from forecasting.table import COVERAGE, Prepared, TableForecast, forecast_table
from forecasting.trials import TrialRules, try_forecast
from forecasting.tune import tune_experts
from forecasting.tuned import Tuned, save_tuned, with_tuned
from forecasting.unfinished import Unfinished
from forecasting.update import LastRun, last_run, update_forecast
from forecasting.vintages.mixed import RevisionSource
from forecasting.vintages.outcomes_since import outcomes_since
from forecasting.vintages.run_pair import choose_runs
from forecasting.watching.cusum import shifts, standardised
from forecasting.watching.freshness import Freshness, freshness_of
from forecasting.watching.watch import Covered, InputDrift, Moved, Reason, Watched, watch_run

__all__ = [
    "BASELINE",
    "COVERAGE",
    "EXPERTS",
    "FINAL",
    "RISK_DAYS",
    "RISK_FORMULA",
    "SAID_PERIODS",
    "SEASONAL_NAIVE",
    "STOCK_PERIODS",
    "Assumption",
    "Change",
    "Covered",
    "Expert",
    "ExpertKey",
    "Fill",
    "Fitted",
    "ForecastRun",
    "ForecastSettings",
    "Forecaster",
    "Freshness",
    "How",
    "InputDrift",
    "Judgement",
    "Kind",
    "LastRun",
    "Leak",
    "Lever",
    "Metric",
    "Moved",
    "NetworkOptions",
    "Note",
    "NoteKind",
    "Outcome",
    "Paired",
    "Preparation",
    "Prepared",
    "Reason",
    "Refusal",
    "Revision",
    "RevisionSource",
    "Role",
    "RunInfo",
    "Score",
    "Seen",
    "SeriesRevision",
    "TableForecast",
    "TextLead",
    "TextTold",
    "Together",
    "TreeOptions",
    "Trial",
    "TrialRules",
    "Tuned",
    "Unfinished",
    "Watched",
    "WhatIf",
    "Whose",
    "WhyNot",
    "accuracy_frame",
    "all_runs",
    "choose_runs",
    "contribution_frame",
    "errors_together",
    "expert_names",
    "forecast_frame",
    "forecast_table",
    "forecast_what_if",
    "freshness_of",
    "holds_forecaster",
    "judge",
    "last_run",
    "latest_run",
    "leaks_into_forecasts",
    "leaks_into_panel",
    "load_forecaster",
    "origins_in",
    "other_futures",
    "outcomes_since",
    "prepare",
    "reads_later_texts",
    "repeat_run",
    "replay_at",
    "revision_between",
    "run_as_of",
    "run_forecast",
    "run_id_of",
    "said_as",
    "save_run",
    "save_tuned",
    "score",
    "shifts",
    "split_young",
    "standardised",
    "stored_run",
    "text_leads",
    "together_from",
    "try_forecast",
    "tune_experts",
    "update_forecast",
    "watch_run",
    "with_risk",
    "with_tuned",
]
