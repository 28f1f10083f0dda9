"""``groundswell alerts backtest``: the alerts that past days would have raised."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from rich.table import Table


def backtest(
    days: Annotated[int, typer.Option(min=1, max=1000, help="Past days to judge.")] = 60,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Last day to judge; without it, the last with texts or sales.",
        ),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge alerts over past days of your own data: how many, how soon, and how they went on.

    Each day is looked at with what was known at its end; nothing is stored or sent. An alert whose
    days after it was raised stood out too "went on"; the others may have been chance.
    """
    import pandas as pd

    from signals import Lake, score_documents
    from ui.alerting.backtest import backtest_alerts
    from ui.alerting.look import last_heard
    from ui.console import bars, out, print_json, print_text
    from ui.settings import load_settings
    from ui.wiring import make_scorer

    settings = load_settings(home)
    lake, scorer = Lake(settings.workspace.lake), make_scorer(settings)
    end = last_heard(lake)
    if as_of is not None:
        end = pd.Timestamp(as_of, tz="UTC") + pd.Timedelta(days=1)
    with bars(quiet=as_json) as progress:
        score_documents(lake, scorer, progress=progress)
        made = backtest_alerts(lake, scorer, end=end, days=days, progress=progress).to_dict()
    if as_json:
        print_json(made)
        return
    if made["alerts"]:
        out.print(_table(made["alerts"]))
    print_text(_summary(made))


def _table(alerts: list[dict[str, Any]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table("Raised on", "What", "Kind", "Stood out from", "to", "Delay", "Severity", "Worst")
    for alert in alerts:
        cells = (
            alert["raised_on"],
            alert["name"],
            alert["kind"].replace("_", " "),
            alert["first_day"],
            alert["last_day"],
            f"{alert['delay']} d",
            f"{alert['severity']:.0f}",
            f"{alert['worst']:.0f}",
        )
        table.add_row(*map(Text, cells))
    return table


def _summary(made: dict[str, Any]) -> str:
    told = (
        f"{made['raised']} alerts from {made['start']} to {made['end']} about {made['products']} "
        f"products with texts"
    )
    if not made["raised"]:
        return f"{told}."
    return (
        f"{told}: {made['a_product_year']} a product and year, median delay "
        f"{made['median_delay_days']:g} days; {made['went_on']} of them went on."
    )
