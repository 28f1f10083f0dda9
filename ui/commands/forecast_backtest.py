"""``groundswell forecast backtest``: how good forecasts of this shop would have been, and where."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from ui.options import HomeOption, JsonOption


def backtest(  # noqa: PLR0913 - one parameter an option
    home: HomeOption = None,
    origins: Annotated[int | None, typer.Option(help="Rolling origins, at most.")] = None,
    every: Annotated[int | None, typer.Option(min=1, help="Periods between two origins.")] = None,
    horizon: Annotated[int | None, typer.Option(help="Periods to forecast.")] = None,
    grain: Annotated[
        Literal["week", "day"] | None, typer.Option(help="Length of a period.")
    ] = None,
    experts: Annotated[str | None, typer.Option(help="Experts by name.")] = None,
    peers: Annotated[
        str, typer.Option(help="Experts that are judged beside them and never chosen.")
    ] = "seasonal naive",
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Use only what was known when this day began."),
    ] = None,
    placebo: Annotated[
        bool, typer.Option(help="Teach experts that read text once more, with text of other times.")
    ] = True,
    later_texts: Annotated[
        bool,
        typer.Option(
            "--later-texts",
            help="Use sentiment though its model learnt from texts after the first origin.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the report; else backtest in the workspace."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Forecast the past as if it were not known, and write a report: report.html, report.json.

    Every expert, the published forecast and its peers, in segments; the forecast against the best
    expert and a season ago; what text added, beside a placebo. Nothing is stored in the lake.
    """
    import pandas as pd

    from forecasting import TrialRules
    from ui.backtest_page import write_report
    from ui.backtest_words import print_trial
    from ui.backtest_workspace import Asked, tell_of_workspace
    from ui.console import bars, print_json
    from ui.settings import load_settings

    settings = load_settings(
        home, origins=origins, horizon=horizon, grain=grain, experts=experts,
        later_texts=later_texts or None,
    )  # fmt: skip
    names = tuple(name for name in peers.split(",") if name.strip())
    rules = TrialRules(names, placebo)
    moment = None if as_of is None else pd.Timestamp(as_of, tz="UTC")
    with bars(quiet=as_json) as progress:
        told = tell_of_workspace(settings, Asked(rules, every, moment), progress)
    page, _ = write_report(told, out or settings.home / "backtest")
    if as_json:
        print_json(told)
        return
    print_trial(told, page)
