# ruff: noqa: D103 - what a function makes is its name
"""Pollution that only workbooks, JSON lines or Parquet can have."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from proofs.polluted_sales import DAY, PRICE, PRODUCT, UNITS, Line, Polluted, clean, insert, pick

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pyarrow as pa
    from proofs.polluted_sales import Draft

    Random = np.random.Generator


def workbook(
    made: Draft, rows: list[list[Any]] | None = None, above: int = 0, left: int = 0
) -> Polluted:
    """Write a draft as a workbook; ``rows`` are its cells with their types."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for _ in range(above):
        sheet.append([None] * left + ["Sales of the year"])
    sheet.append([None] * left + made.header)
    for row in rows or [typed(line) for line in made.lines]:
        sheet.append([None] * left + row)
    book.create_sheet("About").append(["made by", "ERP"])
    packed = io.BytesIO()
    book.save(packed)
    truth = [(above + 2 + place, line) for place, line in enumerate(made.lines)]
    return Polluted(packed.getvalue(), "xlsx", truth, tuple(made.header), made.asks)


def typed(line: Line) -> list[Any]:
    """Give the cells of a line as a workbook has them: days and numbers."""
    if line.sale is None or line.must_name:
        return [cell or None for cell in line.cells]
    sale = line.sale
    return [sale.product, sale.store, datetime.combine(sale.day, time()), sale.units, sale.price]


def plain_workbook(rng: Random) -> Polluted:
    return workbook(clean(rng))


def workbook_of_texts(rng: Random) -> Polluted:
    made = clean(rng)
    return workbook(made, [list(line.cells) for line in made.lines])


def workbook_with_titles(rng: Random) -> Polluted:
    return workbook(clean(rng), above=int(rng.integers(1, 4)), left=1)


def workbook_with_total(rng: Random) -> Polluted:
    made = clean(rng)
    made.lines.append(Line(["Total", "", "", f"=SUM(D2:D{len(made.lines) + 1})", ""]))
    return workbook(made)


def workbook_with_errors(rng: Random) -> Polluted:
    made = clean(rng)
    for line, cell in zip(pick(rng, made, 3), ("#REF!", "=D2*2", "#N/A"), strict=True):
        line.spoil(UNITS, cell)
    return workbook(made)


def workbook_of_serial_days(rng: Random) -> Polluted:
    made = clean(rng)
    rows = [typed(line) for line in made.lines]
    for row in rows:
        row[DAY] = row[DAY].toordinal() - 693594
    return workbook(made, rows)


def workbook_with_headers_again(rng: Random) -> Polluted:
    made = clean(rng)
    insert(rng, made, Line(list(made.header)))
    return workbook(made)


def workbook_with_blank_rows(rng: Random) -> Polluted:
    made = clean(rng)
    for _ in range(3):
        insert(rng, made, Line([""] * 5))
    return workbook(made)


def workbook_of_merged_names(rng: Random) -> Polluted:
    """As products named once: merged cells leave blanks."""
    made = clean(rng)
    made.asks = True
    rows = [typed(line) for line in made.lines]
    for row, above in zip(rows[:0:-1], rows[-2::-1], strict=True):
        if row[PRODUCT] == above[PRODUCT]:
            row[PRODUCT] = None
    return workbook(made, rows)


def json_lines(made: Draft, rows: list[str] | None = None, start: str = "") -> Polluted:
    """Write a draft as JSON lines; ``rows`` are the lines themselves."""
    texts = rows or [record(made, line) for line in made.lines]
    truth = [(1 + place, line) for place, line in enumerate(made.lines)]
    content = (start + "\n".join(texts) + "\n").encode()
    return Polluted(content, "jsonl", truth, tuple(made.header), made.asks)


def record(made: Draft, line: Line) -> str:
    """Write a line as an object."""
    if line.raw is not None:
        return line.raw
    cells = typed(line)
    if line.sale is not None and not line.must_name:
        cells[DAY] = f"{line.sale.day}"
    return json.dumps(dict(zip(made.header, cells, strict=True)), ensure_ascii=False)


def plain_json_lines(rng: Random) -> Polluted:
    return json_lines(clean(rng))


def json_lines_of_texts(rng: Random) -> Polluted:
    made = clean(rng)
    texts = [json.dumps(dict(zip(made.header, x.cells, strict=True))) for x in made.lines]
    return json_lines(made, texts, "\ufeff")


def json_lines_in_any_order(rng: Random) -> Polluted:
    made = clean(rng)
    texts = []
    for line in made.lines:
        pairs = list(json.loads(record(made, line)).items())
        texts.append(json.dumps(dict(pairs[int(n)] for n in rng.permutation(5))))
    return json_lines(made, texts)


def json_lines_broken(rng: Random) -> Polluted:
    made = clean(rng)
    first, second, third = pick(rng, made, 3)
    first.raw = record(made, first)[:-4]
    second.raw = record(made, second).replace('"', "'")
    third.raw = "[1, 2, 3]"
    third.sale, third.must_name = None, True
    return json_lines(made)


def json_lines_with_a_name_twice(rng: Random) -> Polluted:
    made = clean(rng)
    for line in pick(rng, made, 2):
        line.raw = record(made, line)[:-1] + f', "{made.header[UNITS]}": 777}}'
        line.sale, line.must_name = None, True
    return json_lines(made)


def json_lines_with_blanks(rng: Random) -> Polluted:
    made = clean(rng)
    for text in ("", "   "):
        insert(rng, made, Line([], raw=text))
    return json_lines(made)


def json_lines_not_finite(rng: Random) -> Polluted:
    made = clean(rng)
    for line, cell in zip(pick(rng, made, 2), ("NaN", "1e999"), strict=True):
        value = json.loads(record(made, line))
        value[made.header[UNITS]] = "?"
        line.raw = json.dumps(value, ensure_ascii=False).replace('"?"', cell)
        line.sale, line.must_name = None, True
    return json_lines(made)


def parquet(**types: Callable[[], pa.DataType]) -> Callable[[Random], Polluted]:
    """Parquet with other types than the usual."""

    def make(rng: Random) -> Polluted:
        import pyarrow as pa
        import pyarrow.parquet as pq

        made = clean(rng)
        rows = [typed(line) for line in made.lines]
        columns = {}
        for place, name in enumerate(made.header):
            cells = [row[place] for row in rows]
            kind = types.get(("product", "store", "day", "units", "price")[place])
            if kind is None or not pa.types.is_decimal(kind()):
                column = pa.array(cells)
            else:
                column = pa.array([Decimal(str(cell)) for cell in cells])
            columns[name] = column if kind is None else _cast(column, kind())
        packed = io.BytesIO()
        pq.write_table(pa.table(columns), packed)
        truth = [(1 + place, line) for place, line in enumerate(made.lines)]
        return Polluted(packed.getvalue(), "parquet", truth, tuple(made.header), made.asks)

    return make


def _cast(column: pa.Array, kind: pa.DataType) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(kind) and pa.types.is_timestamp(column.type):
        return pc.strftime(column, "%Y-%m-%d")
    if pa.types.is_dictionary(kind):
        return column.dictionary_encode()
    if pa.types.is_timestamp(kind) and kind.tz:
        return pc.assume_timezone(column.cast(pa.timestamp("us")), kind.tz)
    return column.cast(kind)


def parquet_with_gaps(rng: Random) -> Polluted:
    import pyarrow as pa
    import pyarrow.parquet as pq

    made = clean(rng)
    for line in pick(rng, made, 9):
        line.sale = line.sale and replace(line.sale, price=None)
    rows = [typed(line) for line in made.lines]
    for line in pick(rng, made, 2):
        rows[made.lines.index(line)][UNITS] = float(rng.choice([-3.0, float("inf")]))
        line.sale, line.must_name = None, True
    columns = {name: [row[place] for row in rows] for place, name in enumerate(made.header)}
    columns[made.header[PRICE]] = pa.array(columns[made.header[PRICE]], pa.float64())
    packed = io.BytesIO()
    pq.write_table(pa.table(columns), packed)
    truth = [(1 + place, line) for place, line in enumerate(made.lines)]
    return Polluted(packed.getvalue(), "parquet", truth, tuple(made.header), made.asks)


def _formats() -> dict[str, Callable[[Random], Polluted]]:
    import pyarrow as pa

    names = partial(pa.dictionary, pa.int32(), pa.string())
    return {
        "parquet_of_texts": parquet(day=pa.string, units=pa.string, price=pa.string),
        "parquet_of_decimals": parquet(price=lambda: pa.decimal128(12, 2), units=pa.int32),
        "parquet_of_days": parquet(day=pa.date32, product=names),
        "parquet_of_zones": parquet(day=lambda: pa.timestamp("us", tz="Asia/Shanghai")),
    }  # fmt: skip


FORMATS: Final = _formats() | {
    each.__name__: each
    for each in (
        plain_workbook, workbook_of_texts, workbook_with_titles, workbook_with_total,
        workbook_with_errors, workbook_of_serial_days, workbook_with_headers_again,
        workbook_with_blank_rows, workbook_of_merged_names, plain_json_lines, json_lines_of_texts,
        json_lines_in_any_order, json_lines_broken, json_lines_with_a_name_twice,
        json_lines_with_blanks, json_lines_not_finite, parquet_with_gaps,
    )
}  # fmt: skip
"""Kind of pollution to what makes such a file."""
