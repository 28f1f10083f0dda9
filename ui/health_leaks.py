"""What ``groundswell doctor --leaks`` does: forecast past days again, with another future."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from forecasting import leaks_into_forecasts, leaks_into_panel, other_futures, replay_at
from signals import Col, GroundswellError, Lake
from ui.health import Check, State
from ui.run_inputs import forecast_settings, last_known, read_panel
from ui.wiring import make_scorer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasting import Leak
    from signals import Panel
    from ui.settings import Settings

_BACK_WEEKS: Final = (26, 9)
_ORIGINS: Final = 2  # of the backtest inside each forecast: enough to weigh and calibrate by
_SHOWN: Final = 3
_ADVICE: Final = "forecasts and accuracy of this shop are too good to be true; please report this"


def check_leaks(settings: Settings) -> Iterator[Check]:
    """Ask whether panels and forecasts of two past days depend on what became known later."""
    lake = Lake(settings.workspace.lake)
    try:
        later = last_known(lake)
        scorer = make_scorer(settings)

        def build(lake: Lake, as_of: pd.Timestamp) -> Panel:
            return read_panel(settings, lake, scorer, as_of)

        moments = [later - pd.Timedelta(weeks=weeks) for weeks in _BACK_WEEKS]
        with tempfile.TemporaryDirectory() as folder:
            others = other_futures(lake, moments, Path(folder))
            found = leaks_into_panel(build, lake, others, later)
        yield _check("leaks: columns", moments, found)
        panel = build(lake, later)
        wanted = replace(forecast_settings(settings), origins=_ORIGINS)
        origin = len(panel.history[Col.DAY].unique()) - _BACK_WEEKS[1]
        found = leaks_into_forecasts(
            lambda panel, origin: replay_at(panel, origin, wanted), panel, [origin]
        )
        yield _check("leaks: forecast", moments[1:], found)
    except GroundswellError as error:
        yield Check("leaks", State.WARN, f"not looked for: {error}")


def _check(name: str, moments: list[pd.Timestamp], leaks: list[Leak]) -> Check:
    days = " and ".join(f"{moment:%Y-%m-%d}" for moment in moments)
    if not leaks:
        found = f"the same to the last bit as of {days} with another future"
        return Check(name, State.OK, found)
    told = "; ".join(str(leak) for leak in leaks[:_SHOWN])
    return Check(name, State.FAIL, f"{len(leaks)} found: {told}", _ADVICE)
