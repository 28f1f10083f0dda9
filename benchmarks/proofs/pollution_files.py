# ruff: noqa: D103 - what a function makes is its name
"""Pollution of whole files: delimiters, quotes, line ends, encodings, what is around the rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from proofs.polluted_sales import (
    DAY,
    PRICE,
    PRODUCT,
    STORE,
    UNITS,
    Line,
    Polluted,
    as_text,
    clean,
    insert,
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
    for line, note in zip(sorted_lines(rng, made, len(notes)), notes, strict=True):
        line.cells[-1] = note


def sorted_lines(rng: Random, made: Draft, count: int) -> list[Line]:
    return pick(rng, made, count)


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


def title_above(rng: Random) -> Polluted:
    made = clean(rng)
    made.above = ["Weekly sales report", "Exported 2024-11-02 08:15"]
    return as_text(made)


def title_and_blank_above(rng: Random) -> Polluted:
    made = clean(rng)
    made.above = ["Sales report,,,,", "Period,2024,,,", "", ",,,,"]
    return as_text(made)


def remarks_above(rng: Random) -> Polluted:
    made = clean(rng)
    made.above = ["# exported by ERP 7.2", "# columns: product, store, day, units, price"]
    return as_text(made)


def header_after_a_hash(rng: Random) -> Polluted:
    made = clean(rng)
    made.header[0] = f"#{made.header[0]}"
    return as_text(made)


def remarks_between(rng: Random) -> Polluted:
    made = clean(rng)
    taken_out = made.write(made.lines[4].cells)
    for text in ("# checked by Ana", f"# {taken_out.replace('-', '-9', 1)}"):
        insert(rng, made, Line([], raw=text))
    return as_text(made)


def blank_lines(rng: Random) -> Polluted:
    made = clean(rng)
    for text in ("", "   ", ",,,,", "\t", ""):
        insert(rng, made, Line([], raw=text))
    made.lines += [Line([], raw=""), Line([], raw="")]
    return as_text(made)


def header_again(rng: Random) -> Polluted:
    made = clean(rng)
    for _ in range(2):
        insert(rng, made, Line(list(made.header)))
    return as_text(made)


def file_twice_in_one(rng: Random) -> Polluted:
    made = clean(rng)
    again = [Line(list(line.cells), line.sale) for line in made.lines]
    made.lines += [Line(["\ufeff" + made.header[0], *made.header[1:]]), *again]
    return as_text(made)


def units_below_the_header(rng: Random) -> Polluted:
    made = clean(rng)
    made.lines.insert(0, Line(["", "", "(yyyy-mm-dd)", "(pcs)", "(EUR)"]))
    return as_text(made)


def header_missing(rng: Random) -> Polluted:
    made = clean(rng)
    made.asks = True
    made.above = [made.write(made.lines[0].cells)]
    made.header = made.lines.pop(1).cells
    return as_text(made)


def header_in_another_order(rng: Random) -> Polluted:
    made = clean(rng)
    order = [int(place) for place in rng.permutation(5)]
    names = tuple(made.header)
    made.header = [made.header[place] for place in order]
    for line in made.lines:
        line.cells = [line.cells[place] for place in order]
    return replace(as_text(made), columns=names)


def header_with_units(rng: Random) -> Polluted:
    made = clean(rng)
    made.header = ["SKU", "Store", "Date (UTC)", "Qty [pcs]", "Unit price (EUR)"]
    return as_text(made)


def header_of_two_lines(rng: Random) -> Polluted:
    made = clean(rng)
    made.header = ["SKU", "Store", "Sale\nDate", "Units\nsold", "Unit\nprice"]
    return as_text(made)


def header_too_short(rng: Random) -> Polluted:
    made = clean(rng)
    made.asks = True
    for number, line in enumerate(made.lines):
        line.cells.insert(0, str(number))
    return as_text(made)


def name_twice(rng: Random) -> Polluted:
    made = clean(rng)
    made.asks = True
    made.header.append(made.header[UNITS])
    for line in made.lines:
        line.cells.append(str(int(rng.integers(1, 60))))
    return as_text(made)


def footer(rng: Random) -> Polluted:
    made = clean(rng)
    made.lines += [Line([], raw=text) for text in ("", "Source: ERP", "Page 1 of 1, all shops")]
    return as_text(made)


def total_below(rng: Random) -> Polluted:
    made = clean(rng)
    total = str(sum(int(line.sale.units) for line in made.lines if line.sale))
    word = str(rng.choice(["Total", "TOTAL:", "Grand total", "合计", "Total geral", "Sum"]))
    day = made.lines[-1].cells[DAY] if rng.random() < 0.5 else ""
    made.lines.append(Line([word, "", day, total, ""]))
    return as_text(made)


def totals_between(rng: Random) -> Polluted:
    made = clean(rng)
    for _ in range(2):
        [line] = pick(rng, made)
        cells = list(line.cells)
        cells[int(rng.choice([PRODUCT, STORE]))] = str(rng.choice(["Subtotal", "Total", "小计"]))
        insert(rng, made, Line(cells))
    return as_text(made)


def cells_too_many(rng: Random) -> Polluted:
    made = clean(rng)
    for line in pick(rng, made, 2):
        line.cells.insert(int(rng.integers(0, 5)), "x7")
    return as_text(made)


def cells_too_few(rng: Random) -> Polluted:
    made = clean(rng)
    for line in pick(rng, made, 2):
        del line.cells[int(rng.integers(0, 5))]
    return as_text(made)


def cell_lost_and_row_filled_up(rng: Random) -> Polluted:
    made = clean(rng)
    [line] = pick(rng, made)
    place = int(rng.integers(0, 5))
    del line.cells[place]
    line.cells.append("")
    line.sale = line.sale and (replace(line.sale, price=None) if place == PRICE else None)
    line.must_name = line.sale is None
    return as_text(made)


def row_pushed_right(rng: Random) -> Polluted:
    made = clean(rng)
    for line in pick(rng, made, 2):
        line.cells = ["", *line.cells[:4]]
        line.sale, line.must_name = None, True
    return as_text(made)


def two_rows_in_one_line(rng: Random) -> Polluted:
    made = clean(rng)
    first, second = pick(rng, made, 2)
    first.raw = made.write([*first.cells, *second.cells])
    made.lines.remove(second)
    return as_text(made)


def row_broken_in_two(rng: Random) -> Polluted:
    made = clean(rng)
    [line] = pick(rng, made)
    line.raw = ",".join(line.cells[:3]) + "\n" + ",".join(line.cells[3:])
    return as_text(made)


def rows_twice(rng: Random) -> Polluted:
    made = clean(rng)
    for line in pick(rng, made, 8):
        insert(rng, made, Line(list(line.cells), line.sale))
    return as_text(made)


def rows_that_contradict(rng: Random) -> Polluted:
    made = clean(rng)
    [line] = pick(rng, made)
    other = Line(list(line.cells), must_name=True)
    other.cells[UNITS] = str(int(line.cells[UNITS]) + 5)
    line.sale, line.must_name = None, True
    insert(rng, made, other)
    return as_text(made)


def another_table_below(rng: Random) -> Polluted:
    made = clean(rng)
    below = ["", "Stock", "product_id,store,stock", "A-1,north,12"]
    made.lines += [Line([], raw=text) for text in below]
    return as_text(made)


def several_at_once(rng: Random) -> Polluted:
    """Draw a layout, an encoding and some of what stands around the rows."""
    decimal, delimiter = (
        str(x) for x in rng.choice([(".", ","), (",", ";"), (".", "\t"), (",", "|")])
    )
    day = str(
        rng.choice(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y年%m月%d日", "%d %b %Y"])
    )
    made = clean(rng, decimal=decimal, day=day, price=str(rng.choice(["{}", "€ {}", "{} BRL"])))
    made.delimiter, made.quote_all = delimiter, bool(rng.random() < 0.3)
    made.end = str(rng.choice(["\n", "\r\n"]))
    if rng.random() < 0.5:
        made.above = ["Report of sales", "", "# all shops"][: int(rng.integers(1, 4))]
    if rng.random() < 0.5:
        insert(rng, made, Line([], raw=""))
        insert(rng, made, Line(list(made.header)))
    if rng.random() < 0.5:
        made.lines.append(Line(["Total", "", "", "1234", ""]))
    if rng.random() < 0.3:
        [line] = pick(rng, made)
        del line.cells[int(rng.integers(0, 5))]
    if rng.random() < 0.3:
        made.header = [f" {name} " for name in made.header]
    chinese = ["gb18030"] * ("日期" in "".join(made.header))
    return as_text(made, str(rng.choice(["utf-8", "utf-8-sig", "utf-16", *chinese])))


FILES: Final = {f"several_at_once_{number}": several_at_once for number in range(1, 9)} | {
    "semicolons": delimited(";"), "tabs": delimited("\t"), "pipes": delimited("|"),
    "carets": delimited("^"), "tildes": delimited("~"), "decimal_comma": delimited(";", ","),
    "windows_line_ends": ended("\r\n"), "old_mac_line_ends": ended("\r"),
    "utf_8_mark": encoded("utf-8-sig"), "utf_16": encoded("utf-16"),
    "utf_16_without_mark": encoded("utf-16-le"), "gb_18030": encoded("gb18030"),
    "latin_1": encoded("latin-1"),
} | {
    each.__name__: each
    for each in (
        comma_and_space, every_cell_quoted, single_quotes, delimiters_in_cells, doubled_quotes,
        line_breaks_in_cells, backslash_before_quotes, quote_in_the_middle, quote_never_closed,
        quote_never_closed_in_the_last_line, quote_over_whole_lines, mixed_line_ends,
        no_last_line_end, mark_of_the_end, delimiter_told, delimiter_at_every_end,
        delimiter_at_the_end_of_rows, delimiter_at_some_ends, unnamed_first_column,
        spaces_around_cells, mark_twice, one_line_in_another_encoding, zero_bytes, title_above,
        title_and_blank_above, remarks_above, header_after_a_hash, remarks_between, blank_lines,
        header_again, file_twice_in_one, units_below_the_header, header_missing,
        header_in_another_order, header_with_units, header_of_two_lines, header_too_short,
        name_twice, footer, total_below, totals_between, cells_too_many, cells_too_few,
        cell_lost_and_row_filled_up, row_pushed_right, two_rows_in_one_line, row_broken_in_two,
        rows_twice, rows_that_contradict, another_table_below,
    )
}  # fmt: skip
"""Kind of pollution to what makes such a file."""
