# ruff: noqa: D103 - what a function makes is its name
"""Pollution of what stands in a file: around the rows, in its header, rows that are no rows."""

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
    import numpy as np

    Random = np.random.Generator


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


LAYOUTS: Final = {f"several_at_once_{number}": several_at_once for number in range(1, 9)} | {
    each.__name__: each
    for each in (
        title_above, title_and_blank_above, remarks_above, header_after_a_hash, remarks_between,
        blank_lines, header_again, file_twice_in_one, units_below_the_header, header_missing,
        header_in_another_order, header_with_units, header_of_two_lines, header_too_short,
        name_twice, footer, total_below, totals_between, cells_too_many, cells_too_few,
        cell_lost_and_row_filled_up, row_pushed_right, two_rows_in_one_line, row_broken_in_two,
        rows_twice, rows_that_contradict, another_table_below,
    )
}  # fmt: skip
"""Kind of pollution to what makes such a file."""
