"""The backtest of a workspace: its panel, its settings, its names."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from agent import read_catalogue
from forecasting import TrialRules, try_forecast
from signals import Lake, score_documents
from ui.backtest_told import Tried, told_of_trial
from ui.run_inputs import forecast_settings, last_known, read_panel
from ui.wiring import make_scorer

if TYPE_CHECKING:
    import pandas as pd

    from signals import Progress
    from ui.settings import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """What a backtest is asked for beside the settings; None takes what is usual.

    Parameters
    ----------
    every
        Periods between two origins.
    as_of
        Use only what was known then.
    """

    rules: TrialRules
    every: int | None = None
    as_of: pd.Timestamp | None = None


def tell_of_workspace(settings: Settings, asked: Asked, progress: Progress) -> dict[str, Any]:
    """Backtest what the workspace holds; texts that are not scored yet are scored first.

    Raises
    ------
    DataError
        When the history leaves no origin.
    ModelError
        When the sentiment model learnt from texts written after the first one; see `later_texts`.
    """
    lake = Lake(settings.workspace.lake)
    as_of = last_known(lake) if asked.as_of is None else asked.as_of
    scorer = make_scorer(settings)
    score_documents(lake, scorer, progress=progress)
    panel = read_panel(settings, lake, scorer, as_of)
    wanted = forecast_settings(settings)
    if asked.every is not None:
        wanted = replace(wanted, every=asked.every)
    trial = try_forecast(panel, wanted, asked.rules, progress=progress)
    about = {
        "data_up_to": f"{panel.made_on:%Y-%m-%d}",
        "settings": asdict(wanted),
        "panel": dict(panel.built_from),
    }
    names = {entity.series_id: entity.name for entity in read_catalogue(lake, as_of)}
    return told_of_trial(Tried(trial, panel, names, str(panel.measure), about, wanted.seed))
