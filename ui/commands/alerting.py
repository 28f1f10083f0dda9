"""``groundswell alerts``: what people complain about, who looks after it, and who is told."""

from __future__ import annotations

from typing import Any, Final

import typer

from ui.commands.alerts import alerts
from ui.commands.alerts_backtest import backtest
from ui.commands.alerts_log import log, send_test
from ui.commands.alerts_scan import scan
from ui.commands.alerts_state import ack, resolve, snooze
from ui.commands.alerts_watch import watch
from ui.commands.permitted import PermittedGroup

_USUAL: Final = "list"


class _ListsByDefault(PermittedGroup):
    """Lists the open alerts when no command is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer hides its type
        first = args[0] if args else _USUAL
        if not args or (first.startswith("-") and first != "--help"):
            args = [_USUAL, *args]
        return super().parse_args(ctx, args)


alerting = typer.Typer(
    cls=_ListsByDefault,
    help="List the open alerts, or scan for them, watch streams, tell people, take care of them.",
)
alerting.command(name=_USUAL)(alerts)
alerting.command()(scan)
alerting.command()(watch)
alerting.command()(backtest)
alerting.command()(ack)
alerting.command()(snooze)
alerting.command()(resolve)
alerting.command()(log)
alerting.command(name="test")(send_test)
