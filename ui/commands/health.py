"""``groundswell health``: are data fresh, do forecasts hold, should the models learn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from ui.monitoring.findings import Finding


def health(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Hold what was foretold against what came; exit code 1 when something wants attention."""
    import pandas as pd

    from ui.console import print_json
    from ui.monitoring.findings import findings
    from ui.monitoring.monitor import Monitor
    from ui.settings import load_settings

    seen = Monitor(load_settings(home)).look(pd.Timestamp.now("UTC"))
    found = list(findings(seen))
    healthy = all(each.is_fine for each in found)
    if as_json:
        print_json({"healthy": healthy, "findings": [each.to_dict() for each in found]})
    else:
        _show(found)
    raise typer.Exit(0 if healthy else 1)


def _show(found: list[Finding]) -> None:
    from rich.table import Table
    from rich.text import Text

    from ui.console import out

    table = Table(box=None, show_header=False, pad_edge=False)
    for each in found:
        mark = Text("ok", "green") if each.is_fine else Text("look", "yellow")
        table.add_row(mark, each.name, Text(each.found))
        if each.advice:
            table.add_row("", "", Text(each.advice, "bold"))
    out.print(table)
