"""``groundswell run``: score, forecast, alerts, index."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from ui.options import HomeOption, JsonOption


def run(
    home: HomeOption = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Use only what was known at the start of this day (UTC); default: all there is.",
        ),
    ] = None,
    horizon: Annotated[int | None, typer.Option(help="Periods to forecast.")] = None,
    experts: Annotated[
        str | None,
        typer.Option(help="Experts that forecast, such as autoets,lightgbm; README lists them."),
    ] = None,
    update: Annotated[
        bool,
        typer.Option("--update", help="Go on from the last run: its choice, its models."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Score new texts, forecast, look for alerts, and index what was found.

    Repeating it is cheap: texts are scored once, and an unchanged forecast is kept. A run that was
    killed goes on where it was. With --update, new data are taken into the models of the last run
    in a fraction of the time; what its backtest chose stands.
    """
    import pandas as pd

    from ui.console import bars, out, print_json, print_next
    from ui.pipeline import run_pipeline
    from ui.settings import load_settings

    settings = load_settings(home, horizon=horizon, experts=experts)
    moment = None if as_of is None else pd.Timestamp(as_of, tz="UTC")
    with bars(quiet=as_json) as progress:
        report = run_pipeline(
            settings,
            now=pd.Timestamp.now("UTC"),
            as_of=moment,
            update=update,
            progress=progress,
        )
    if as_json:
        print_json(report.to_dict())
        return
    out.print(
        f"\nRun [bold]{report.run_id}[/bold] with data up to {report.made_on}: "
        f"{report.series} series forecast, {report.documents_scored:,} texts scored, "
        f"{report.new_alerts} new alerts, {report.passages:,} passages indexed.",
    )
    for note in report.notes:
        out.print(note, markup=False)
    print_next(
        "groundswell forecast",
        'groundswell ask "Which categories will grow most in the next four weeks, and why?"',
        "groundswell alerts",
        "groundswell serve",
    )
