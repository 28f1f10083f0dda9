# ruff: noqa: D103 - what a function makes is its name
"""Pollution of how a file is written: delimiters, quotes, line ends, encodings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from proofs.polluted_sales import (
    PRODUCT,
    STORE,
    UNITS,
    Polluted,
    as_text,
    clean,
    pick,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from proofs.polluted_sales import Draft

    Random = np.random.Generator


def delimited(delimiter: str, decimal: str = ".") -> Callable[[Random], Polluted]:
    """Another delimiter."""

    def make(rng: Random) -> Polluted:
        made = clean(rng, decimal=decimal)
        made.delimiter = delimiter
        return as_text(made)

    return make


def comma_and_space(rng: Random) -> Polluted:
    made = clean(rng)
    made.delimiter = ", "
    return as_text(made)


def every_cell_quoted(rng: Random) -> Polluted:
    made = clean(rng)
    made.quote_all = True
    return as_text(made)


def single_quotes(rng: Random) -> Polluted:
    made = clean(rng, decimal=",")
    made.quote_all, made.quote = True, "'"
    return as_text(made)


def _with_note(rng: Random, made: Draft, notes: list[str]) -> None:
    """Add a column that holds remarks, most of them empty."""
    made.header.append("note")
    for line in made.lines:
        line.cells.append("")
    for line, note in zip(pick(rng, made, len(notes)), notes, strict=True):
        line.cells[-1] = note


def delimiters_in_cells(rng: Random) -> Polluted:
    made = clean(rng)
    _with_note(rng, made, ["red, blue; green", "a|b\tc", "1,2,3,4"])
    return as_text(made)


def doubled_quotes(rng: Random) -> Polluted:
    made = clean(rng)
    _with_note(rng, made, ['the 5" one', 'said "no", twice', '""'])
    return as_text(made)


def line_breaks_in_cells(rng: Random) -> Polluted:
    made = clean(rng)
    _with_note(rng, made, ["two\nlines", "three\r\nmore\n\nlines", "sold out\n, then not"])
    return as_text(made)


def backslash_before_quotes(rng: Random) -> Polluted:
    made = clean(rng)
    _with_note(rng, made, ["x"] * 2)
    for line in made.lines:
        if line.cells[-1]:
            line.raw = made.write(line.cells[:-1]) + ',"the 5\\" one, new"'
    return as_text(made)


def quote_in_the_middle(rng: Random) -> Polluted:
    made = clean(rng)
    for line in pick(rng, made, 2):
        line.cells[STORE] += '"x'
        line.raw = ",".join(line.cells)
        line.sale = line.sale and replace(line.sale, store=line.cells[STORE])
    return as_text(made)


def quote_never_closed(rng: Random) -> Polluted:
    made = clean(rng)
    [line] = pick(rng, made)
    line.raw = '"' + ",".join(line.cells)
    return as_text(made)


def quote_never_closed_in_the_last_line(rng: Random) -> Polluted:
    made = clean(rng)
    line = made.lines[-1]
    line.raw = ",".join(line.cells[:-1]) + ',"' + line.cells[-1]
    return as_text(made)


def quote_over_whole_lines(rng: Random) -> Polluted:
    made = clean(rng)
    start = int(rng.integers(2, len(made.lines) - 4))
    first, last = made.lines[start], made.lines[start + int(rng.integers(1, 3))]
    first.raw = ",".join(first.cells[:-1]) + ',"' + first.cells[-1]
    last.raw = ",".join(last.cells) + '"'
    return as_text(made)


def ended(end: str) -> Callable[[Random], Polluted]:
    """Other line ends."""

    def make(rng: Random) -> Polluted:
        made = clean(rng)
        made.end = end
        return as_text(made)

    return make


def mixed_line_ends(rng: Random) -> Polluted:
    made = as_text(clean(rng))
    lines = made.content.split(b"\n")
    ends = rng.choice([b"\n", b"\r\n", b"\r"], size=len(lines))
    content = b"".join(line + end for line, end in zip(lines[:-1], ends, strict=False))
    return replace(made, content=content)


def no_last_line_end(rng: Random) -> Polluted:
    return as_text(clean(rng), last_end=False)


def mark_of_the_end(rng: Random) -> Polluted:
    made = as_text(clean(rng))
    return replace(made, content=made.content + b"\x1a")


def delimiter_told(rng: Random) -> Polluted:
    made = clean(rng, decimal=",")
    made.delimiter = ";"
    made.above.append("sep=;")
    return as_text(made)


def delimiter_at_every_end(rng: Random) -> Polluted:
    made = clean(rng)
    made.header.append("")
    for line in made.lines:
        line.cells.append("")
    return as_text(made)


def delimiter_at_the_end_of_rows(rng: Random) -> Polluted:
    made = clean(rng)
    for line in made.lines:
        line.cells.append("")
    return as_text(made)


def delimiter_at_some_ends(rng: Random) -> Polluted:
    made = clean(rng)
    for line in pick(rng, made, 9):
        line.cells += ["", ""]
    return as_text(made)


def unnamed_first_column(rng: Random) -> Polluted:
    made = clean(rng)
    made.header.insert(0, "")
    for number, line in enumerate(made.lines):
        line.cells.insert(0, str(number))
    return as_text(made)


def spaces_around_cells(rng: Random) -> Polluted:
    made = clean(rng)
    made.header = [f" {name}  " for name in made.header]
    for line in made.lines:
        line.cells = [f"  {cell} " for cell in line.cells]
    return as_text(made)


def encoded(encoding: str) -> Callable[[Random], Polluted]:
    """Another encoding, with letters that show it."""
    chinese = encoding in {"gb18030", "utf-16", "utf-16-le", "utf-8"}
    header = ("商品编号", "门店", "日期", "销量", "单价") if chinese else (
        "produto", "loja", "data", "quantidade", "preço")  # fmt: skip
    stores = {
        "north": "北京朝阳店" if chinese else "São João",
        "south": "上海静安店" if chinese else "Sé",
    }

    def make(rng: Random) -> Polluted:
        made = clean(rng)
        made.header = list(header)
        for line in made.lines:
            line.cells[STORE] = stores[line.cells[STORE]]
            line.sale = line.sale and replace(line.sale, store=line.cells[STORE])
        return as_text(made, encoding)

    return make


def mark_twice(rng: Random) -> Polluted:
    made = as_text(clean(rng), "utf-8-sig")
    return replace(made, content=b"\xef\xbb\xbf" + made.content)


def one_line_in_another_encoding(rng: Random) -> Polluted:
    made = encoded("utf-8")(rng)
    lines = made.content.split(b"\n")
    place = int(rng.integers(5, len(lines) - 5))
    lines[place] = (
        lines[place]
        .decode()
        .replace("北京朝阳店", "Sé")
        .replace("上海静安店", "Sé")
        .encode("cp1252")
    )
    [line] = [line for number, line in made.truth if number == place + 1]
    line.sale, line.must_name = None, True
    return replace(made, content=b"\n".join(lines))


def zero_bytes(rng: Random) -> Polluted:
    made = clean(rng)
    for line in pick(rng, made, 2):
        line.spoil(int(rng.choice([PRODUCT, UNITS])), line.cells[PRODUCT][:1] + "\0" + "1")
    return as_text(made)


DIALECTS: Final = {
    "semicolons": delimited(";"),
    "tabs": delimited("\t"),
    "pipes": delimited("|"),
    "carets": delimited("^"),
    "tildes": delimited("~"),
    "decimal_comma": delimited(";", ","),
    "windows_line_ends": ended("\r\n"),
    "old_mac_line_ends": ended("\r"),
    "utf_8_mark": encoded("utf-8-sig"),
    "utf_16": encoded("utf-16"),
    "utf_16_without_mark": encoded("utf-16-le"),
    "gb_18030": encoded("gb18030"),
    "latin_1": encoded("latin-1"),
} | {
    each.__name__: each
    for each in (
        comma_and_space, every_cell_quoted, single_quotes, delimiters_in_cells, doubled_quotes,
        line_breaks_in_cells, backslash_before_quotes, quote_in_the_middle, quote_never_closed,
        quote_never_closed_in_the_last_line, quote_over_whole_lines, mixed_line_ends,
        no_last_line_end, mark_of_the_end, delimiter_told, delimiter_at_every_end,
        delimiter_at_the_end_of_rows, delimiter_at_some_ends, unnamed_first_column,
        spaces_around_cells, mark_twice, one_line_in_another_encoding, zero_bytes,
    )
}  # fmt: skip
"""Kind of pollution to what makes such a file."""
