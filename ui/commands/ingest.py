"""``groundswell ingest``: a file or a public data set into the lake."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals import ColumnMap, Feed, IngestReport, Lake, RawTable
    from ui.settings import Settings

_Kind = TypeVar("_Kind", bound=StrEnum)


def ingest(  # noqa: PLR0913 - one parameter an option
    source: Annotated[
        str,
        typer.Argument(
            help="A file (CSV, Parquet, JSON lines, Excel), or the name of a public layout: "
            "olist, amazon_devices_reviews.",
            metavar="SOURCE",
        ),
    ],
    path: Annotated[
        Path | None,
        typer.Argument(help="Where the files of the layout are.", metavar="[PATH]"),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(help="sales, products, documents, covariates or behaviour; else guessed."),
    ] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--map", help="COLUMN=COLUMN-IN-FILE, such as units=qty. May be repeated."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Take the guessed columns without asking.")
    ] = False,
    available_at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Day (UTC) the rows became known, for a file that corrects an earlier one.",
        ),
    ] = None,
    date_order: Annotated[
        str | None, typer.Option(help="How 3/4/2024 is meant: day-first or month-first.")
    ] = None,
    decimal: Annotated[
        str | None, typer.Option(help="What the file puts before decimals: point or comma.")
    ] = None,
    accept_partial: Annotated[
        bool,
        typer.Option("--accept-partial", help="Keep the good rows however many are bad."),
    ] = False,
    currency: Annotated[
        str | None, typer.Option(help="Currency of the prices, such as EUR.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring sales, products, reviews or other series into the workspace.

    The same file twice, overlapping files and any order give the same tables. Bad rows are set
    aside with the reason (groundswell quality); when 5 % or more are bad, nothing is stored.
    """
    import pandas as pd

    from signals import (
        DataError,
        read_source,
        remember_column_map,
        table_feed,
    )
    from ui.audit import Deed
    from ui.console import out, print_json, print_next
    from ui.demo_shop import refuse_mixture
    from ui.reports import print_report
    from ui.settings import load_settings
    from ui.wiring import make_audit, make_lake_to_fill

    settings = load_settings(home)
    lake = make_lake_to_fill(settings)
    refuse_mixture(lake, settings, source)
    column_map, header = None, []
    if path is not None:
        if any((table, assignments, available_at, date_order, decimal, currency)):
            raise DataError(
                f"{source} is a layout with its own columns; --table, --map, --available-at, "
                "--date-order, --decimal and --currency are for single files"
            )
        feeds, name = read_source(source, path), source
    else:
        raw, column_map = _read(
            settings, source, (table, assignments or [], date_order, decimal), yes=yes
        )
        header, name = list(raw.frame.columns), raw.file
        moment = None if available_at is None else pd.Timestamp(available_at, tz="UTC")
        feeds = [table_feed(raw, column_map, available_at=moment, currency=currency)]
    limit = 1.0 if accept_partial else settings.max_quarantine_share
    with make_audit(settings).noting(Deed.INGEST, name) as told:
        report = _store(lake, feeds, name, limit, as_json=as_json)
        told.append(f"batch {report.batch_id}")
    if column_map is not None:
        remember_column_map(settings.workspace.column_maps, header, column_map)
    if as_json:
        print_json({**report.to_dict(), "stored": True})
        return
    print_report(report.to_dict())
    out.print(f"Stored in {settings.workspace.root} as batch {report.batch_id}.", markup=False)
    more = [f"groundswell quality --batch {report.batch_id}"] if report.quarantined else []
    print_next(*more, "groundswell run")


def _store(
    lake: Lake, feeds: list[Feed], source: str, max_quarantine_share: float, *, as_json: bool
) -> IngestReport:
    """Judge and store; a batch that is refused is reported before the error goes on."""
    import pandas as pd

    from signals import BatchRefused
    from signals import ingest as ingest_feeds
    from ui.console import bars, print_json
    from ui.reports import print_report

    try:
        with bars(quiet=as_json) as progress:
            return ingest_feeds(
                lake,
                feeds,
                source=source,
                now=pd.Timestamp.now(tz="UTC"),
                progress=progress,
                max_quarantine_share=max_quarantine_share,
            )
    except BatchRefused as refused:
        if as_json:
            print_json({**refused.report.to_dict(), "stored": False})
        else:
            print_report(refused.report.to_dict())
        raise


def _read(
    settings: Settings,
    source: str,
    wishes: tuple[str | None, Sequence[str], str | None, str | None],
    *,
    yes: bool,
) -> tuple[RawTable, ColumnMap]:
    """Read a file and agree with the user on what its columns are."""
    from signals import (
        LAYOUTS,
        DataError,
        DateOrder,
        DecimalMark,
        given_column_map,
        guess_column_map,
        read_raw,
        recall_column_map,
        table_named,
    )

    if source in LAYOUTS and not Path(source).exists():
        raise DataError(f"where are the files? groundswell ingest {source} FOLDER")
    kind, assignments, order, decimal = wishes
    wanted = table_named(kind) if kind else None
    raw = read_raw(Path(source))
    known = recall_column_map(settings.workspace.column_maps, list(raw.frame.columns))
    if known is not None and wanted in (None, known.table):
        guess, agreed = known, True
    else:
        guess, agreed = guess_column_map(raw.frame, wanted), yes or bool(assignments)
    column_map = given_column_map(
        guess,
        assignments,
        _one_of(DateOrder, "--date-order", order),
        _one_of(DecimalMark, "--decimal", decimal),
    )
    column_map.check(list(raw.frame.columns))
    _agree(raw, column_map, agreed=agreed)
    return raw, column_map


def _agree(raw: RawTable, column_map: ColumnMap, *, agreed: bool) -> None:
    """Show the map; ask where somebody can answer, else say how to confirm it."""
    from signals import DataError
    from ui.console import err
    from ui.reports import column_map_table

    err.print(column_map_table(raw, column_map))
    if agreed:
        return
    if not sys.stdin.isatty():
        raise DataError(
            f"the columns of {raw.file} are guessed as {column_map.table.name}: "
            f"{', '.join(f'{t}={s}' for t, s in column_map.columns.items())}; "
            "confirm with --yes, or correct with --map COLUMN=COLUMN-IN-FILE (and --table)"
        )
    if not typer.confirm("Is this right?", default=True, err=True):
        raise DataError(
            "nothing was stored; say what is right: --map COLUMN=COLUMN-IN-FILE (and --table)"
        )


def _one_of(kind: type[_Kind], option: str, name: str | None) -> _Kind | None:
    from signals import DataError

    if name is None:
        return None
    if name not in set(kind):
        raise DataError(f"{option} is {name!r}; it should be one of {[*map(str, kind)]}")
    return kind(name)
