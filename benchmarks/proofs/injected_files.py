"""Hostile column names and file names, brought in by the page and shown there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofs.corner_shop import Strange, open_shop
from proofs.inert import calls_out
from reporting import Figure

from signals import GroundswellError
from ui.live import Live
from ui.views import held_data, intake
from ui.views.words import words_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from proofs.payloads import Payload
    from proofs.size import Size

_COLUMNS = 20  # hostile ones a file
_LONGEST_NAME = 100


def files_refusing_markup(cases: Sequence[Payload], folder: Path, size: Size) -> Iterator[Figure]:
    """Bring in files whose names and columns are hostile; what the page shows must be inert."""
    live, words = Live(open_shop(folder / "files", Strange())), words_in("en")
    shown = faults = 0
    for first in range(0, size.pick(len(cases), 1), _COLUMNS):
        group = cases[first : first + _COLUMNS]
        name = "".join(char for char in group[0].text if char not in "/\0")[:_LONGEST_NAME]
        path = folder / f"{name.encode()[:_LONGEST_NAME].decode(errors='ignore')}{first}.csv"
        path.write_text(_table(group), encoding="utf-8")
        try:
            found = intake.look_at(live, path, "sales")
            pages = [
                intake.sample(found, words),
                intake.check(live, found, found.column_map, words),
                intake.store(live, found, found.column_map, words, partial=True),
                *map(str, held_data.batches(live, words)[:1]),
            ]
        except GroundswellError as error:
            pages = [str(intake.Markup("{}").format(str(error)))]
        for page in pages:
            shown += 1
            faults += bool(calls_out(str(page), "127.0.0.1"))
    yield Figure("pages of hostile files", shown, "pages", "higher", 1)
    yield Figure("markup from file and column names", faults, "pages", "lower", 0)


def _table(group: Sequence[Payload]) -> str:
    names = [payload.text.replace('"', '""').replace("\n", " ") for payload in group]
    header = ",".join(["product_id", "day", "units", *(f'"{name}"' for name in names)])
    cells = ",".join(f'"{name}"' for name in names)
    rows = [f"P1,2025-12-{day:02d},5,{cells}" for day in range(1, 6)]
    return "\n".join([header, *rows, f"P1,2025-13-40,=1+1,{cells}"]) + "\n"
