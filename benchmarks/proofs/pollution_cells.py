# ruff: noqa: D103 - what a function makes is its name
"""Pollution of cells: numbers, days and names as people write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from proofs.polluted_sales import DAY, PRICE, PRODUCT, STORE, UNITS, Polluted, as_text, clean, pick

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from proofs.polluted_sales import Draft

    Random = np.random.Generator

_DIGITS: Final = str.maketrans("0123456789", "０１２３４５６７８９")


def laid_out(delimiter: str = ",", **layout: str) -> Callable[[Random], Polluted]:
    """All cells of a column in another layout."""

    def make(rng: Random) -> Polluted:
        made = clean(rng, **layout)
        made.delimiter = delimiter
        return as_text(made)

    return make


def thousands(group: str, decimal: str, delimiter: str) -> Callable[[Random], Polluted]:
    """Large numbers with groups of thousands."""

    def make(rng: Random) -> Polluted:
        made = clean(rng)
        sales = [line.sale for line in made.lines if line.sale]
        large = [
            replace(s, units=s.units * 97, price=round((s.price or 0) * (1 + 40 * (n % 2)), 2))
            for n, s in enumerate(sales)
        ]
        made.lines = _again(made, large, group=group, decimal=decimal)
        made.delimiter = delimiter
        return as_text(made)

    return make


def _again(made: Draft, sales: list, **layout: str) -> list:  # type: ignore[type-arg]
    from proofs.polluted_sales import draft

    return draft(made.header, sales, **layout).lines


def whole_thousands_without_prices(rng: Random) -> Polluted:
    """Points between thousands, and no other column that tells what a point is."""
    made = clean(rng)
    made.asks = True
    made.header = made.header[:4]
    for number, line in enumerate(made.lines):
        units = 1000.0 + 37 * number if number % 3 == 0 else 100.0 + number
        line.sale = line.sale and replace(line.sale, units=units, price=None)
        line.cells = [*line.cells[:3], f"{units:,.0f}".replace(",", ".")]
    polluted = as_text(made)
    return replace(polluted, columns=(*polluted.columns, ""))


def spoilt(place: int, *cells: str, count: int = 2) -> Callable[[Random], Polluted]:
    """Spoil some cells, so that nobody can tell what was meant."""

    def make(rng: Random) -> Polluted:
        made = clean(rng)
        for line in pick(rng, made, count):
            line.spoil(place, str(rng.choice(cells)))
        return as_text(made)

    return make


def changed(
    place: int, form: Callable[[str], str], count: int = 12
) -> Callable[[Random], Polluted]:
    """Write some cells in another way that can be read in one way only."""

    def make(rng: Random) -> Polluted:
        made = clean(rng)
        for line in pick(rng, made, count):
            line.cells[place] = form(line.cells[place])
        return as_text(made)

    return make


def prices_absent(rng: Random) -> Polluted:
    made = clean(rng)
    for line in pick(rng, made, 12):
        line.cells[PRICE] = str(rng.choice(["", "-", "N/A", "NULL", "nan", "#N/A"]))
        line.sale = line.sale and replace(line.sale, price=None)
    return as_text(made)


def leading_zeros(rng: Random) -> Polluted:
    made = clean(rng)
    for line in made.lines:
        line.cells[PRODUCT] = f"00{line.cells[PRODUCT].split('-')[1]}"
        line.sale = line.sale and replace(line.sale, product=line.cells[PRODUCT])
    return as_text(made)


def ids_like_other_things(rng: Random) -> Polluted:
    """Names of products that some readers take for numbers, days or nothing."""
    made = clean(rng)
    names = ["1E5", "NA", "TRUE", "2024-01", "0x1F", "None", "1.0", "03/04"]
    ids = sorted({line.cells[PRODUCT] for line in made.lines})
    other = dict(zip(ids, rng.permutation(names).tolist(), strict=False))
    for line in made.lines:
        line.cells[PRODUCT] = other[line.cells[PRODUCT]]
        empty = line.cells[PRODUCT] in {"NA", "None"}
        line.sale = line.sale and replace(line.sale, product=line.cells[PRODUCT])
        line.must_name = empty
    made.asks = bool({"NA", "None"} & set(other.values()))
    return as_text(made)


def two_currencies(rng: Random) -> Polluted:
    made = clean(rng, price="€{}")
    for line in pick(rng, made, 2):
        line.spoil(PRICE, line.cells[PRICE].replace("€", "$"))
    return as_text(made)


def decimal_comma_unquoted(rng: Random) -> Polluted:
    """Decimal commas between commas: which comma is which, nobody can tell."""
    made = clean(rng, decimal=",")
    made.asks = True
    for line in made.lines:
        line.raw = ",".join(line.cells)
    return as_text(made)


def days_told_once(month_first: bool) -> Callable[[Random], Polluted]:
    """Slashes, and the order told by the days after the twelfth."""
    return laid_out(day="%m/%d/%Y" if month_first else "%d/%m/%Y")


def days_that_nothing_tells(rng: Random) -> Polluted:
    made = clean(rng)
    made.asks = True
    for number, line in enumerate(made.lines):
        if line.sale:
            day = line.sale.day.replace(year=2020 + number % 4, day=line.sale.day.day % 12 + 1)
            sale = replace(line.sale, day=day, product=f"{line.sale.product}-{number}")
            line.sale, line.cells[DAY] = sale, f"{day:%d/%m/%Y}"
            line.cells[PRODUCT] = sale.product
    return as_text(made)


def slip_of_the_other_order(rng: Random) -> Polluted:
    made = clean(rng, day="%d/%m/%Y")
    late = [line for line in made.lines if line.sale and line.sale.day.day > 12]
    line = late[int(rng.integers(len(late)))]
    line.cells[DAY] = f"{line.sale.day:%m/%d/%Y}" if line.sale else ""
    return as_text(made)


def days_in_two_layouts(rng: Random) -> Polluted:
    made = clean(rng)
    for line in pick(rng, made, 20):
        if line.sale:
            line.cells[DAY] = f"{line.sale.day:%d %B %Y}"
    return as_text(made)


def days_as_excel_counts(rng: Random) -> Polluted:
    made = clean(rng)
    for line in made.lines:
        if line.sale:
            line.cells[DAY] = str((line.sale.day.toordinal()) - 693594)
    return as_text(made)


def days_ahead(rng: Random) -> Polluted:
    made = clean(rng)
    for line in pick(rng, made, 2):
        if line.sale:
            line.spoil(DAY, f"{line.sale.day + timedelta(days=365 * 200):%Y-%m-%d}")
    return as_text(made)


def years_of_two_digits(rng: Random) -> Polluted:
    """31/05/24 may be of 1931 or 2024, and 05/06/07 of three years."""
    made = clean(rng, day="%d/%m/%y")
    made.asks = True
    return as_text(made)


def products_named_once(rng: Random) -> Polluted:
    """Only the first row of a group names its product: a blank below may as well be a loss."""
    made = clean(rng)
    made.asks = True
    before = ""
    for line in made.lines:
        same, before = line.cells[PRODUCT] == before, line.cells[PRODUCT]
        if same:
            line.cells[PRODUCT] = ""
    return as_text(made)


def _full_width(cell: str) -> str:
    return cell.translate(_DIGITS).replace(".", "．")


CELLS: Final = {
    "days_with_slashes": laid_out(day="%Y/%m/%d"), "days_day_first": days_told_once(False),
    "days_month_first": days_told_once(True), "days_with_points": laid_out(day="%d.%m.%Y"),
    "days_chinese": laid_out(day="%Y年%m月%d日"), "days_compact": laid_out(day="%Y%m%d"),
    "days_named": laid_out(day="%d %b %Y"), "days_with_weekday": laid_out(day="%a %d %B %Y"),
    "days_american": laid_out(day="%B %d, %Y"), "days_with_time": laid_out(day="%Y-%m-%d 00:00:00"),
    "days_with_zone": laid_out(day="%Y-%m-%dT23:30:00+08:00"),
    "thousands_comma": thousands(",", ".", ","), "thousands_point": thousands(".", ",", ";"),
    "thousands_space": thousands(" ", ",", ";"),
    "thousands_narrow_space": thousands("\u202f", ".", ","),
    "thousands_apostrophe": thousands("'", ".", ";"),
    "decimal_comma_quoted": laid_out(decimal=","),
    "currency_signs": laid_out(price="${}"),
    "currency_reais": laid_out(";", price="R$ {}", decimal=","),
    "currency_yuan": laid_out(price="{}元"), "currency_codes": laid_out(price="{} EUR"),
    "currency_codes_before": laid_out(price="USD {}"),
    "units_in_cells": changed(UNITS, lambda cell: f"{cell} pcs"),
    "units_in_chinese": changed(UNITS, lambda cell: f"{cell}件"),
    "units_of_two_kinds": spoilt(UNITS, "2 boxes", "1 dozen", "0.5 kg"),
    "text_marks": changed(UNITS, lambda cell: f"'{cell}"),
    "full_width_digits": changed(UNITS, _full_width),
    "full_width_prices": changed(PRICE, _full_width),
    "zero_width_in_numbers": changed(UNITS, lambda cell: f"\u200b{cell}\u200d"),
    "zero_width_in_names": changed(PRODUCT, lambda cell: f"{cell[:2]}\u200b{cell[2:]}"),
    "zero_width_in_days": changed(DAY, lambda cell: f"\ufeff{cell}\u200e"),
    "no_break_spaces": changed(PRICE, lambda cell: f"\u00a0{cell}\u00a0"),
    "notes_beside_numbers": spoilt(UNITS, "12\u00b9", "7\u00b2", "③"),
    "exponents": changed(UNITS, lambda cell: f"{float(cell):.6E}"),
    "zeros_behind": changed(UNITS, lambda cell: f"{cell}.000000"),
    "negatives_in_brackets": spoilt(UNITS, "(3)", "(12)"), "negatives_behind": spoilt(UNITS, "3-"),
    "negatives_in_unicode": spoilt(UNITS, "−3"),
    "words_for_numbers": spoilt(UNITS, "three", "ca. 5"),
    "excel_errors": spoilt(UNITS, "#REF!", "#DIV/0!", "#VALUE!"),
    "formulas": spoilt(UNITS, "=D2+1"),
    "units_absent": spoilt(UNITS, "", "-", "N/A", "?", "missing"),
    "units_not_finite": spoilt(UNITS, "inf", "1e999", "NaN"), "ranges": spoilt(UNITS, "3-5", "3 4"),
    "two_decimal_marks": spoilt(PRICE, "1,23,45", "1.2.3", "12,3.4"),
    "other_decimal_mark": spoilt(PRICE, '12,5', "3,45"),
    "days_impossible": spoilt(DAY, "2024-02-30", "2023-02-29", "2024-13-01"),
    "days_of_nothing": spoilt(DAY, "0000-00-00", "1900-01-00", "1899-12-30"),
    "days_in_words": spoilt(DAY, "yesterday", "Q2", "week 14", ""),
    "products_absent": spoilt(PRODUCT, "", " ", "n/a"),
    "stores_absent": spoilt(STORE, "TOTAL", "Subtotal"),
} | {
    each.__name__: each
    for each in (
        whole_thousands_without_prices, prices_absent, leading_zeros, ids_like_other_things,
        two_currencies, decimal_comma_unquoted, days_that_nothing_tells, slip_of_the_other_order,
        days_in_two_layouts, days_as_excel_counts, days_ahead, years_of_two_digits,
        products_named_once,
    )
}  # fmt: skip
"""Kind of pollution to what makes such a file."""
