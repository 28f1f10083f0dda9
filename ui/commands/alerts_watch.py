"""``groundswell alerts watch``: take rows as they come, look for alerts, tell people."""

from __future__ import annotations

import logging
import signal
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands.alerts_log import SinkOption
from ui.commands.alerts_scan import in_a_line, to_json
from ui.options import HomeOption, JsonOption

logger = logging.getLogger(__name__)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from signals import IngestReport
    from ui.alerting.look import Look
    from ui.audit.sql_audit import SqlAudit
    from ui.settings import Settings


def watch(  # noqa: PLR0913 - one parameter an option
    address: Annotated[
        str,
        typer.Argument(
            help="A folder, kafka://HOST:PORT/TOPIC or nats://HOST:PORT/SUBJECT.",
            metavar="SOURCE",
        ),
    ],
    table: Annotated[
        str, typer.Option(help="What messages hold: documents, sales, products, ...")
    ] = "documents",
    assignments: Annotated[
        list[str] | None,
        typer.Option("--map", help="COLUMN=FIELD of messages, such as text=body. Repeatable."),
    ] = None,
    group: Annotated[
        str, typer.Option(help="Name under which a broker remembers what was taken.")
    ] = "groundswell",
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Take guessed columns of files without asking.")
    ] = False,
    every: Annotated[
        float, typer.Option(min=1, help="Least seconds between two looks for alerts.")
    ] = 60.0,
    once: Annotated[
        bool, typer.Option("--once", help="Take what is there, look, and end.")
    ] = False,
    sink: SinkOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Follow a folder, a Kafka topic or a NATS subject, and raise alerts as texts come in.

    Rows pass the same quality gate as with groundswell ingest. What was taken is committed after it
    was written, so nothing is lost or doubled when this is stopped at any moment. End with Ctrl-C.
    """
    from ui.alerting.sources import Wanted, open_source
    from ui.alerting.watch import Pace
    from ui.alerting.watch import watch as follow
    from ui.console import err
    from ui.settings import load_settings
    from ui.wiring import make_audit, make_lake_to_fill, make_state

    settings = load_settings(home)
    look = _look(settings, sink, as_json=as_json)
    wanted = Wanted(address, table, tuple(assignments or ()), group, guess=yes)
    with (
        closing(open_source(settings, make_state(settings), wanted)) as source,
        _until_stopped() as stopped,
    ):
        err.print(f"Watching {source.name}; Ctrl-C ends it.", markup=False)
        follow(
            source,
            make_lake_to_fill(settings),
            look=look,
            pace=Pace(look_every_s=every, once=once),
            told=_teller(make_audit(settings), as_json=as_json),
            stopped=stopped,
        )


def _look(settings: Settings, sink: str | None, *, as_json: bool) -> Callable[[bool], None]:
    """Make what looks for alerts when rows came, and tells what is due also when none did."""
    from signals import Lake, NotReady
    from ui.alerting.look import look
    from ui.alerting.wiring import make_messenger
    from ui.console import print_json, print_text
    from ui.wiring import make_alert_states, make_scorer, make_state

    lake, database = Lake(settings.workspace.lake), make_state(settings)
    messenger, states = make_messenger(settings, database, sink), make_alert_states(settings)
    scorer = make_scorer(settings)
    last: Look | None = None

    def once(changed: bool) -> None:
        nonlocal last
        if last is None or changed:
            try:
                last = look(lake, scorer, states)
            except NotReady as error:
                logger.info("%s", error)
                return
        told = messenger.tell(last.open, states)
        if not (changed or told.sent or told.failed):
            return
        if as_json:
            print_json(to_json(last, told))
        else:
            print_text(in_a_line(last, told))

    return once


def _teller(audit: SqlAudit, *, as_json: bool) -> Callable[[IngestReport], None]:
    from ui.audit import Deed
    from ui.console import print_json, print_text

    def tell(report: IngestReport) -> None:
        audit.note(Deed.INGEST, report.source, f"batch {report.batch_id}")
        if as_json:
            print_json(report.to_dict())
            return
        new = sum(table.new for table in report.tables)
        print_text(
            f"{report.source}: {report.rows_in:,} rows, {new:,} new, {report.quarantined:,} set "
            f"aside (batch {report.batch_id})"
        )

    return tell


@contextmanager
def _until_stopped() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C and SIGTERM end the loop after the batch in hand; a second one ends at once."""
    asked = False

    def stop(number: int, _frame: object) -> None:
        nonlocal asked
        asked = True
        signal.signal(number, before[signal.Signals(number)])

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
