"""``groundswell forget``: an author out of everything that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from ui.forgetting import Erasure


def forget(
    author: Annotated[str, typer.Argument(help="Name as it stands in the source.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Erase without asking.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase all that an author wrote, and search for it afterwards.

    Documents, scores, vectors and quotes go from every version of the tables and of the search
    index; answers that quoted the author keep their question alone. It cannot be taken back.
    Stopped half-way, run it again. Exit code 1 means that something is left.
    """
    from datetime import UTC, datetime

    from signals import DataError, Lake, find_writings
    from ui.audit import Deed
    from ui.console import bars, err, print_json
    from ui.forgetting import forget_author, search_everywhere
    from ui.settings import load_settings
    from ui.wiring import make_audit

    settings = load_settings(home)
    if not yes:
        writings = find_writings(Lake(settings.workspace.lake), author)
        found = sum(search_everywhere(settings, writings).values())
        question = f"Erase {len(writings.doc_ids):,} documents and {found:,} traces of {author}?"
        if not typer.confirm(question, err=True):
            raise DataError("nothing was erased; --yes erases without asking")
    audit = make_audit(settings)
    with bars(quiet=as_json) as progress, audit.noting(Deed.FORGET, "an author") as told:
        erasure = forget_author(settings, author, now=datetime.now(UTC), progress=progress)
        told.append(f"{sum(erasure.found.values()):,} traces")
    if as_json:
        print_json(erasure.to_dict())
    else:
        _print(erasure)
    if not erasure.is_complete:
        err.print("Something is left; run the command again.", highlight=False)
        raise typer.Exit(1)


def _print(erasure: Erasure) -> None:
    from rich.table import Table

    from ui.console import out

    if not any(erasure.found.values()):
        out.print("Nothing of this author was found. Names are compared letter by letter.")
        return
    table = Table("Where", "Found and erased", "Left")
    for place, found in erasure.found.items():
        table.add_row(place, f"{found:,}", f"{erasure.left[place]:,}")
    out.print(table)
    out.print(
        "Counts are over all versions that were kept. Files that you exported, sent or brought in "
        "are yours to erase: brought in again, they bring the author back.",
        highlight=False,
    )
