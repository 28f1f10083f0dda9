"""What is written on disks that are full or closed, and by eight at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from proofs.stored_kinds import digest, passage_of
from proofs.stored_lake import read_lake, store
from proofs.stored_state import read_touched, touch

from retrieval import HashingEncoder, build_index, open_index
from signals import SALES, ColumnMap, current, publish, recall_column_map
from signals import remember_column_map as keep_map

if TYPE_CHECKING:
    from pathlib import Path

    from proofs.full_disk import Writer

_MODEL_BYTES: Final = 100_000
_ROWS: Final = 4_000


def every_writer() -> list[Writer]:
    """List what writes; a small proof takes the first three."""
    return [Batches(), Models(), State(), Index(), Maps()]


@dataclass(frozen=True, slots=True)
class Batches:
    """Batches of rows of three tables in the lake."""

    name: str = "lake"
    reads_without_writing: bool = True

    def write(self, folder: Path, number: int) -> None:
        store(folder / "lake", number, rows=_ROWS)

    def seen(self, folder: Path) -> str:
        return read_lake(folder / "lake")


@dataclass(frozen=True, slots=True)
class Models:
    """Versions of a model, of which the newest serves; eight at once are eight versions."""

    name: str = "models"
    reads_without_writing: bool = True

    def write(self, folder: Path, number: int) -> None:
        def fill(draft: Path) -> None:
            for part in range(3):
                (draft / f"weights-{part}").write_bytes(bytes([number]) * (_MODEL_BYTES + number))

        publish(folder / "models", fill, {"number": number}, keep=3)

    def seen(self, folder: Path) -> str:
        """Say how many versions are kept, and what the newest is; of a crowd any may be last."""
        newest = current(folder / "models")
        sizes = {file.stat().st_size for file in newest.glob("weights-*")}
        alike = len(sizes) == 1
        return f"{len(list((folder / 'models').glob('v*')))} {newest.name} {alike}"


@dataclass(frozen=True, slots=True)
class Index:
    """Versions of the search index, each over all passages so far."""

    name: str = "index"
    reads_without_writing: bool = True

    def write(self, folder: Path, number: int) -> None:
        passages = [passage_of(f"text {number} {row} " * 20) for row in range(40)]
        build_index(passages, HashingEncoder(64), folder / "index")

    def seen(self, folder: Path) -> str:
        opened = open_index(folder / "index", HashingEncoder(64))
        return f"{len(opened.passages)} {current(folder / 'index').name}"


@dataclass(frozen=True, slots=True)
class State:
    """Alerts that people took care of; SQLite needs to write where it reads."""

    name: str = "state"
    reads_without_writing: bool = False

    def write(self, folder: Path, number: int) -> None:
        touch(folder, number)

    def seen(self, folder: Path) -> str:
        return read_touched(folder)


@dataclass(frozen=True, slots=True)
class Maps:
    """Column maps that people confirmed, one for each kind of file."""

    name: str = "column maps"
    reads_without_writing: bool = True

    def write(self, folder: Path, number: int) -> None:
        keep_map(folder / "column-maps.json", _header(number), ColumnMap(SALES, {"units": "n"}))

    def seen(self, folder: Path) -> str:
        found = [recall_column_map(folder / "column-maps.json", _header(n)) for n in range(60)]
        return digest([None if each is None else dict(each.columns) for each in found])


def _header(number: int) -> list[str]:
    return [f"column {number}-{place}" for place in range(20)]
