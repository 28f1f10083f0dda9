"""Which column of a file is which column of a table: guessed, shown, confirmed, remembered."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rapidfuzz import fuzz

from signals.disk import lock, writing
from signals.errors import DataError
from signals.frames import Col
from signals.intake.column_names import SYNONYMS
from signals.intake.date_order import DateOrder
from signals.intake.values import to_days, to_moments, to_numbers
from signals.intake.written_numbers import DecimalMark
from signals.sealed import read_sealed, write_sealed
from signals.tables import BEHAVIOUR, COVARIATES, DOCUMENTS, FEEDS, PRODUCTS, SALES, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

_IN_BRACKETS: Final = re.compile(r"[(\[（【][^()\[\]（）【】]*[)\]）】]")  # a unit or currency
_ALIKE: Final = 87.0
_KNOWN: Final = 100.0
_SHORTEST: Final = 4
_READABLE: Final = 0.7
_SAMPLE_ROWS: Final = 200
_WAIT_S: Final = 10.0
_NOT_MAPPED: Final = frozenset({Col.TEXT_HASH})
_SELF_MADE: Final = frozenset({Col.DOC_ID})
_MEANING: Final = {
    Col.UNITS: "how many were sold",
    Col.DAY: "the day",
    Col.PRODUCT_ID: "what identifies the product",
    Col.TEXT: "what was written",
    Col.EVENT_TIME: "when it was written",
    Col.NAME: "what the series is called",
    Col.VALUE: "the number",
}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How the columns of a file fill a table.

    Parameters
    ----------
    table
        Table to fill, one of ``FEEDS``.
    columns
        Column of the table to column of the file.
    date_order
        How the file writes 3/4/2024; None finds it from the cells.
    decimal
        What the file puts before decimals; None finds it from the cells.
    """

    table: Table
    columns: Mapping[str, str]
    date_order: DateOrder | None = None
    decimal: DecimalMark | None = None

    def __post_init__(self) -> None:
        unknown = set(self.columns) - set(mappable(self.table))
        if unknown:
            raise DataError(
                f"table {self.table.name!r} has no column(s) {sorted(unknown)}; "
                f"it has {mappable(self.table)}"
            )

    def missing(self) -> list[str]:
        """Columns the table must have and the map does not fill."""
        needed = [name for name in self.table.required if name not in _SELF_MADE]
        return [name for name in needed if name not in self.columns]

    def check(self, header: Sequence[str]) -> None:
        """Refuse a map that names columns the file lacks, or leaves a required one out."""
        absent = sorted(source for source in self.columns.values() if source not in header)
        if absent:
            raise DataError(f"the file has no column(s) {absent}; it has {list(header)}")
        missing = self.missing()
        if missing:
            wanted = ", ".join(
                f"{name!r} ({_MEANING[name]})" if name in _MEANING else repr(name)
                for name in missing
            )
            raise DataError(
                f"{self.table.name} lacks the column(s) {wanted}; the file has {list(header)}; "
                f"name it: --map {missing[0]}=COLUMN (or another kind of table: --table NAME)"
            )


def guess_column_map(sample: pd.DataFrame, table: Table | None = None) -> ColumnMap:
    """Guess from names in English, Chinese and Portuguese, and from what the cells hold.

    Parameters
    ----------
    sample
        First rows of the file.
    table
        Kind of table, when known; None takes the kind whose required columns are found best.
    """
    sample = sample.head(_SAMPLE_ROWS)
    if table is not None:
        return ColumnMap(table, _match(sample, table))
    maps = [ColumnMap(kind, _match(sample, kind)) for kind in _KINDS]
    return max(maps, key=_likelihood)


def given_column_map(
    guess: ColumnMap,
    assignments: Sequence[str],
    date_order: DateOrder | None = None,
    decimal: DecimalMark | None = None,
) -> ColumnMap:
    """Put what the user said (``units=qty``) over a guess; ``units=`` leaves a column out."""
    columns = dict(guess.columns)
    for assignment in assignments:
        target, sign, source = (part.strip() for part in assignment.partition("="))
        if not sign or not target:
            raise DataError(f"--map {assignment!r} should read COLUMN=COLUMN-IN-FILE")
        columns = {name: held for name, held in columns.items() if held != source}
        columns.pop(target, None)
        if source:
            columns[target] = source
    return ColumnMap(guess.table, columns, date_order or guess.date_order, decimal or guess.decimal)


def remember_column_map(file: Path, header: Sequence[str], column_map: ColumnMap) -> None:
    """Keep a confirmed map for files with the same header."""
    entry = {
        "table": column_map.table.name,
        "columns": dict(column_map.columns),
        "date_order": column_map.date_order,
        "decimal": column_map.decimal,
    }
    with writing(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        with lock(file.with_suffix(".lock"), _WAIT_S):
            write_sealed(file, {**_read(file), signature(header): entry})


def recall_column_map(file: Path, header: Sequence[str]) -> ColumnMap | None:
    """Return the map confirmed earlier for this header; None when there is none."""
    entry = _read(file).get(signature(header))
    if entry is None:
        return None
    order, decimal = entry["date_order"], entry.get("decimal")
    return ColumnMap(
        table_named(entry["table"]),
        entry["columns"],
        DateOrder(order) if order else None,
        DecimalMark(decimal) if decimal else None,
    )


def signature(header: Sequence[str]) -> str:
    """Return what identifies a header, whatever the order of its columns."""
    names = json.dumps(sorted(plain_name(name) for name in header), ensure_ascii=False)
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def table_named(name: str) -> Table:
    """Find a kind of table that files can fill."""
    for table in FEEDS:
        if table.name == name:
            return table
    raise DataError(f"there is no table {name!r} to ingest; choose from {[t.name for t in FEEDS]}")


def mappable(table: Table) -> list[str]:
    """Columns of a table that a file can fill."""
    return [name for name in table.schema.names if name not in _NOT_MAPPED]


_KINDS: Final = {
    SALES: {Col.UNITS},
    DOCUMENTS: {Col.TEXT},
    BEHAVIOUR: {Col.VIEWS, Col.CARTS, Col.PURCHASES},
    COVARIATES: {Col.VALUE},
    PRODUCTS: {Col.NAME, Col.CATEGORY, Col.BRAND, Col.LAUNCH_DAY},
}
"""Kinds of table, and the columns any of which tells that a file is of this kind."""


def _likelihood(found: ColumnMap) -> tuple[bool, bool, bool, float]:
    """Rank by what tells most; a list of products only when nothing says it is something else."""
    table, filled = found.table, set(found.columns)
    if not _KINDS[table] & filled:
        return False, table is SALES, False, 0.0  # what most files without a clue are meant to be
    share = len(filled & set(table.required)) / len(table.required)
    return True, table is not PRODUCTS, not found.missing(), share + len(filled) / 100


def _match(sample: pd.DataFrame, table: Table) -> dict[str, str]:
    """Pair the likest names first; each column of the file is used once."""
    candidates = [
        (_likeness(str(source), target), -rank, -place, target, str(source))
        for rank, target in enumerate(mappable(table))
        for place, source in enumerate(sample.columns)
    ]
    pairs: dict[str, str] = {}
    for likeness, _, _, target, source in sorted(candidates, reverse=True):
        if likeness < _ALIKE or target in pairs or source in pairs.values():
            continue
        if _fits(sample[source], target, known=likeness >= _KNOWN):
            pairs[target] = source
    for likeness, _, _, target, source in sorted(candidates, reverse=True):
        free = target not in pairs and source not in pairs.values()
        if free and likeness >= _KNOWN and _holds_figures(sample[source]):
            pairs[target] = source  # a price that cannot be read is for the gate to name
    return {target: pairs[target] for target in mappable(table) if target in pairs}


def _likeness(source: str, target: str) -> float:
    """100 for a known name, 101 for the first of them; near it for a known name misspelt."""
    name = plain_name(_IN_BRACKETS.sub("", source)) or plain_name(source)
    known = [plain_name(target), *map(plain_name, SYNONYMS.get(target, ()))]
    if name in known:
        return 101.0 if name == known[0] else 100.0
    return max((fuzz.ratio(name, other) for other in known if len(other) >= _SHORTEST), default=0.0)


def plain_name(name: str) -> str:
    """Fold a column name: case, accents, signs and spaces do not count."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[\W_]+|[̀-ͯ]", "", folded)


def _fits(values: pd.Series[Any], target: str, *, known: bool) -> bool:
    """Whether most cells can be read as what the target holds; under a known name, any cell."""
    filled = values.dropna()
    if filled.empty:
        return True
    if target in _NUMBERS:
        wrong = to_numbers(filled)[1]
    elif target in {Col.DAY, Col.VINTAGE, Col.LAUNCH_DAY}:
        wrong = to_days(filled)[1]
    elif target in {Col.EVENT_TIME, Col.AVAILABLE_AT}:
        wrong = to_moments(filled)[1]
    else:
        return True
    return bool(wrong.mean() < 1 if known else wrong.mean() <= 1 - _READABLE)


def _holds_figures(values: pd.Series[Any]) -> bool:
    """Whether most cells have a figure in them, as numbers and days do however they are written."""
    return bool(values.dropna().astype(str).str.contains(r"\d").mean() >= _READABLE)


_NUMBERS: Final = frozenset(
    {Col.UNITS, Col.PRICE, Col.PROMO, Col.REVENUE, Col.STARS, Col.VALUE}
    | {Col.VIEWS, Col.CARTS, Col.PURCHASES}
)


def _read(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        return read_sealed(file)
    except ValueError as error:
        raise DataError(f"{file} is damaged ({error}); delete it and confirm maps anew") from error
