"""Valid files with something wrong in them, seeded: bits, bytes, cuts, copies, hostile pieces."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Final

import numpy as np
from proofs.polluted_sales import as_text, clean
from proofs.pollution_dialects import delimiters_in_cells, encoded, line_breaks_in_cells
from proofs.pollution_formats import (
    json_lines_of_texts,
    parquet,
    parquet_with_gaps,
    plain_json_lines,
    plain_workbook,
    workbook_of_texts,
    workbook_with_total,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEEDS: Final = {
    "csv": (lambda rng: as_text(clean(rng)), delimiters_in_cells, line_breaks_in_cells,
            encoded("utf-16"), encoded("gb18030")),
    "jsonl": (plain_json_lines, json_lines_of_texts),
    "parquet": (parquet(), parquet_with_gaps),
    "xlsx": (plain_workbook, workbook_of_texts, workbook_with_total),
}  # fmt: skip
"""Format to what makes a valid file of it."""

_PIECES: Final = (
    b'"', b"'", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1a", b"\r", b"\n\n", b",,,,", b";", b"\t",
    b"=1+1", b"#", b"-", b"1e999", b"9" * 400, b"[" * 1500, b'{"a":' * 1500, b"\\u0000", b"\\ud800",
    b"\xed\xa0\x80", b"NaN", b"Infinity", b"PAR1", b"PK\3\4", b"\xff\xff\xff\xff", b"\x80" * 9,
    b"\xff\xff\xff\x7f", b"0000-00-00", b"9999-12-31", b"<a><b>", b"&lt;&#0;", b"]]>", b"<!",
)  # fmt: skip
_MOMENT: Final = re.compile(rb"\d{4}-\d{2}-\d{2}T[\d:]+")  # when a workbook was made
_KINDS: Final = 7
_MOST_CHANGES: Final = 6
_WHOLE_SHARE: Final = 0.3  # of workbooks that are changed as packed bytes, not inside


def formats() -> list[str]:
    """Name the formats of which there are valid files."""
    return list(_SEEDS)


def mutated(format_: str, count: int, seed: int) -> Iterator[bytes]:
    """Make mutated files of a format."""
    rng = np.random.default_rng([seed, formats().index(format_)])
    seeds = [make(rng).content for make in _SEEDS[format_] for _ in range(3)]
    unpacked = [_unpack(content) for content in seeds] if format_ == "xlsx" else []
    seeds = [_pack(members) for members in unpacked] or seeds
    for number in range(count):
        if unpacked and rng.random() > _WHOLE_SHARE:
            members = dict(unpacked[number % len(unpacked)])
            name = str(rng.choice(list(members)))
            members[name] = mutate(members[name], rng)
            yield _pack(members)
        else:
            yield mutate(seeds[number % len(seeds)], rng)


def mutate(content: bytes, rng: np.random.Generator) -> bytes:
    """Change a file in one place, or in up to six."""
    data = bytearray(content)
    slight = rng.random() < 0.5  # one byte: most of the file stays what it was
    for _ in range(1 if slight else int(rng.integers(1, _MOST_CHANGES + 1))):
        _change(data, int(rng.integers(2 if slight else _KINDS)), rng)
    return bytes(data) or b"\n"


def _change(data: bytearray, kind: int, rng: np.random.Generator) -> None:
    size = len(data)
    if not size:
        return
    place, other = (int(at) for at in rng.integers(size, size=2))
    length = int(rng.integers(1, 1 + min(64, size)))
    piece = data[other : other + length]
    match kind:
        case 0:
            data[place] ^= 1 << int(rng.integers(8))
        case 1:
            data[place] = int(rng.integers(256))
        case 2:
            del data[place : place + length]
        case 3:
            data[place:place] = piece
        case 4:
            data[place : place + length] = piece
        case 5:
            data[place:place] = _PIECES[int(rng.integers(len(_PIECES)))]
        case _:
            del data[max(place, size - 200) :]


def _unpack(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {
            name: _MOMENT.sub(b"2024-11-01T00:00:00", packed.read(name))
            for name in packed.namelist()
        }


def _pack(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, content in members.items():
            packed.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()
