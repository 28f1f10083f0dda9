"""The ``groundswell`` command: names, help and exit codes. The work is in ``ui.commands``."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from typing import Annotated

import typer

from ui.commands.alerting import alerting
from ui.commands.ask import ask
from ui.commands.audit import audit
from ui.commands.demo import demo
from ui.commands.doctor import doctor
from ui.commands.explain import explain
from ui.commands.forecast import forecast
from ui.commands.forget import forget
from ui.commands.health import health
from ui.commands.ingest import ingest
from ui.commands.mcp import mcp
from ui.commands.models import models
from ui.commands.permitted import PermittedGroup
from ui.commands.quality import quality
from ui.commands.raw import raw
from ui.commands.replay import replay
from ui.commands.report import report
from ui.commands.run import run
from ui.commands.sentiment import sentiment
from ui.commands.serve import serve
from ui.commands.users import users
from ui.logs import LOG_FORMAT, LogFormat, set_up_log
from ui.secret_words import masked

app = typer.Typer(
    name="groundswell",
    cls=PermittedGroup,
    help="What will sell, why, and what people are saying: forecasts from sales and reviews, "
    "explained, every number proven.",
    epilog="A first look: groundswell demo. Your own data: groundswell ingest FILE, then "
    "groundswell run, then groundswell ask QUESTION.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
app.command()(demo)
app.command()(ingest)
app.command()(quality)
app.command()(run)
app.add_typer(forecast, name="forecast")
app.command()(explain)
app.command()(ask)
app.command()(replay)
app.command()(report)
app.add_typer(alerting, name="alerts")
app.command()(serve)
app.command()(mcp)
app.command()(doctor)
app.command()(forget)
app.command()(health)
app.add_typer(sentiment, name="sentiment")
app.add_typer(models, name="models")
app.add_typer(raw, name="raw")
app.add_typer(users, name="users")
app.add_typer(audit, name="audit")


@app.callback()
def configure(
    verbose: Annotated[
        int,
        typer.Option("--verbose", "-v", count=True, help="Say more on standard error; -vv most."),
    ] = 0,
    log_format: Annotated[
        LogFormat,
        typer.Option(envvar=LOG_FORMAT, help="How the log is written on standard error."),
    ] = LogFormat.TEXT,
) -> None:
    """Set up logging before any command."""
    level = {0: logging.WARNING, 1: logging.INFO}.get(verbose, logging.DEBUG)
    set_up_log(level, log_format)
    os.environ[LOG_FORMAT] = log_format  # for the processes that this one begins


def main() -> None:
    """Run a command; tell a person what went wrong without a traceback."""
    try:
        app()
    except KeyboardInterrupt:
        sys.stderr.write("groundswell: stopped; what was finished is kept, run the command again\n")
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - told here, so that no secret is
        from signals import GroundswellError  # here, so that --help need not wait for pandas

        if not isinstance(error, GroundswellError):
            sys.stderr.write(masked(traceback.format_exc()))
            sys.exit(1)
        sys.stderr.write(f"groundswell: {masked(str(error))}\n")
        sys.exit(error.exit_code)
