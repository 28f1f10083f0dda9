"""``groundswell audit``: who did what, and whether the log is whole."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from ui.audit import Head

audit = typer.Typer(
    help="Who did what, when, to what, through which door; and whether anybody changed that since.",
    no_args_is_help=True,
)


@audit.command("show")
def show(
    limit: Annotated[int, typer.Option(min=1, help="Newest entries to show.")] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the newest entries, the oldest of them first."""
    from rich.markup import escape
    from rich.table import Column, Table

    from ui.console import out, print_json
    from ui.settings import load_settings
    from ui.wiring import make_audit

    entries = make_audit(load_settings(home)).entries(limit)
    if as_json:
        print_json([asdict(entry) for entry in entries])
        return
    table = Table(
        "No.", Column("When (UTC)", no_wrap=True), "Who", "Door", "Did", "To what", "Told"
    )
    for entry in entries:
        cells = (entry.who, entry.door, entry.deed, entry.what, entry.told)
        table.add_row(str(entry.number), entry.at[:16].replace("T", " "), *map(escape, cells))
    out.print(table)


@audit.command("verify")
def verify(
    head: Annotated[
        str | None,
        typer.Option(help="COUNT:HASH that an earlier verify told and you noted elsewhere."),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check every hash of the log; exit code 1 when an entry was changed, moved, added or taken.

    Note the head that this tells somewhere else: it also shows a log that was written anew as a
    whole, or cut off at its end together with the head that is kept beside it.
    """
    from ui.console import out, print_json
    from ui.settings import load_settings
    from ui.wiring import make_audit

    noted = None if head is None else _read(head)
    found = make_audit(load_settings(home)).verify(noted)
    if as_json:
        print_json({"whole": not found.faults, "head": str(found.head), "faults": found.faults})
    else:
        for fault in found.faults:
            out.print(fault, markup=False, highlight=False)
        told = "whole" if not found.faults else f"NOT whole: {len(found.faults)} faults"
        out.print(f"{found.head.count} entries, {told}. Head: {found.head}", markup=False)
    raise typer.Exit(1 if found.faults else 0)


def _read(head: str) -> Head:
    from signals import DataError
    from ui.audit import Head

    try:
        return Head.read(head)
    except ValueError as error:
        raise DataError(str(error)) from error
