"""``groundswell forecast``: the newest forecast, and all that is done with forecasts."""

from __future__ import annotations

from typing import Any, Final

import typer
from typer.core import TyperGroup

from ui.commands.forecast_diff import diff
from ui.commands.forecast_show import show
from ui.commands.forecast_what_if import what_if

_USUAL: Final = "show"


class _ShowsByDefault(TyperGroup):
    """Takes what names no command for the name of a product: ``groundswell forecast "Lamp"``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer hides its type
        first = args[0] if args else ""
        if first not in {*self.commands, "--help"}:
            args = [_USUAL, *args]
        return super().parse_args(ctx, args)


forecast = typer.Typer(
    cls=_ShowsByDefault,
    help="Show the newest forecast: groundswell forecast [PRODUCT or CATEGORY].",
)
forecast.command()(show)
forecast.command()(diff)
forecast.command()(what_if)
