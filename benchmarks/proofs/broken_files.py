"""Mutated files and bombs against the reader of files from outside.

Valid files of every format are changed in one to six places and read by ``read_raw``: its child
runs the product's own function under the product's own limits, in a fork of a warm interpreter,
and some hundred in a new interpreter each, as users have it. Whatever is read then goes through
column map and quality gate, now and then for mutated files and always for bombs, since a value that
only breaks later breaks the parent.

A file ends **well** as a table, or as a ``DataError`` that names the file. Anything else is counted
against the product, the end of this process included.
"""

from __future__ import annotations

import resource
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
from proofs.bombs import BOMBS
from proofs.fork_server import ForkedReaders
from proofs.mutations import formats, mutated
from reporting import Figure

from signals import DataError, guess_column_map, read_raw, table_feed
from signals.intake.gate import judge
from signals.intake.readers import run_reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofs.size import Size

    from signals.intake.readers import Run

NOW: Final = pd.Timestamp("2025-06-01", tz="UTC")
_SEED: Final = 20241102
_EVERY: Final = 20  # of so many mutated files that are read, one goes through the gate
_MIB: Final = 1 << 20
_SMALL_BOMBS: Final = ("one_text_many_times.parquet", "nothing_but_quotes.csv", "deep_lists.jsonl",
                       "entities_of_entities.xlsx")  # fmt: skip


@dataclass(slots=True)
class Tally:
    """How reading ended, so often."""

    read: int = 0
    refused: int = 0
    ended_badly: int = 0

    @property
    def files(self) -> int:
        return self.read + self.refused + self.ended_badly


def prove(size: Size) -> Iterator[Figure]:
    """Read mutated files of every format, then bombs."""
    count, fresh = size.pick(10_000, 20), size.pick(50, 1)
    with tempfile.TemporaryDirectory() as folder, ForkedReaders() as run:
        bad = Tally()
        for format_ in formats():
            tally = Tally()
            path = Path(folder) / f"sales.{format_}"
            for number, content in enumerate(mutated(format_, count, _SEED)):
                path.write_bytes(content)
                read(path, tally, run, judged=number % _EVERY == 0)
            for content in mutated(format_, fresh, _SEED + 1):
                path.write_bytes(content)
                read(path, bad, run_reader, judged=False)
            bad.ended_badly += tally.ended_badly
            yield Figure(f"mutated {format_} files", tally.files, "files", "higher", count)
            print(f"{format_}: {tally.read} read, {tally.refused} refused")
        yield Figure("files in new interpreters", bad.files - bad.ended_badly, "files", "higher")
        yield Figure("mutated files that ended badly", bad.ended_badly, "files", "lower", 0)
        yield from _limits(run, "mutated file")
    with tempfile.TemporaryDirectory() as folder, ForkedReaders() as run:
        yield from _bombs(Path(folder), run, list(BOMBS) if count > 1000 else list(_SMALL_BOMBS))


def _bombs(folder: Path, run: ForkedReaders, names: list[str]) -> Iterator[Figure]:
    tally = Tally()
    for name in names:
        path = folder / name
        BOMBS[name](path)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        read(path, tally, run, judged=True)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        print(f"{name}: {path.stat().st_size / _MIB:.2f} MiB; this process grew {grown >> 10} MiB")
        path.unlink()
    yield Figure("bombs", tally.files, "files", "higher", len(names))
    yield Figure("bombs that ended badly", tally.ended_badly, "files", "lower", 0)
    yield from _limits(run, "bomb")


def _limits(run: ForkedReaders, what: str) -> Iterator[Figure]:
    yield Figure(f"peak memory of a reader, {what}", run.peak_bytes / _MIB, "MiB", "lower", 512)
    yield Figure(f"longest reading, {what}", run.longest_s, "s", "lower", 30)


def read(path: Path, tally: Tally, run: Run, *, judged: bool) -> None:
    """Read a file as the product does and count how that ends."""
    try:
        raw = read_raw(path, run=run)
    except DataError as error:
        if path.name in str(error):
            tally.refused += 1
        else:
            tally.ended_badly += 1
            print(f"{path.name}: refused without its name: {error}")
        return
    except Exception as error:  # noqa: BLE001 - what a user would meet is what is counted
        tally.ended_badly += 1
        print(f"{path.name}: {type(error).__name__}: {str(error)[:300]}")
        return
    try:
        if judged:
            judge(table_feed(raw, guess_column_map(raw.frame)), NOW)
    except DataError:
        tally.read += 1
    except Exception as error:  # noqa: BLE001 - as above
        tally.ended_badly += 1
        print(f"{path.name}: after reading: {type(error).__name__}: {str(error)[:300]}")
    else:
        tally.read += 1
