"""``groundswell forecast``: the newest forecast, and all that is done with forecasts."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import typer

from ui.commands.forecast_backtest import backtest
from ui.commands.forecast_diff import diff
from ui.commands.forecast_show import show
from ui.commands.forecast_table import table
from ui.commands.forecast_tune import tune
from ui.commands.forecast_what_if import what_if
from ui.commands.permitted import PermittedGroup

_USUAL: Final = "show"
_OF_A_FILE: Final = "table"
_ASKS_FOR_A_FILE: Final = "--target"  # only a table has one


class _ShowsByDefault(PermittedGroup):
    """Takes what names no command for a file, or else for the name of a product.

    ``groundswell forecast "Lamp"`` shows a product, ``groundswell forecast sales.csv --target
    units ...`` forecasts a table.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer hides its type
        first = args[0] if args else ""
        completing = ctx.resilient_parsing  # a shell wants to know what could stand here
        if not completing and first not in {*self.commands, "--help"}:
            args = [_OF_A_FILE if _names_a_file(args) else _USUAL, *args]
        return super().parse_args(ctx, args)


def _names_a_file(args: list[str]) -> bool:
    asked = any(arg.partition("=")[0] == _ASKS_FOR_A_FILE for arg in args)
    return asked or (bool(args) and Path(args[0]).is_file())


forecast = typer.Typer(
    cls=_ShowsByDefault,
    help="Show the newest forecast: groundswell forecast [PRODUCT or CATEGORY]; "
    "or forecast a table: groundswell forecast FILE.",
)
forecast.command()(show)
forecast.command()(backtest)
forecast.command()(diff)
forecast.command()(what_if)
forecast.command()(table)
forecast.command()(tune)
