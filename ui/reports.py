"""What ingest and quality print: counts, reasons, and the rows that were set aside.

Everything that came from a file is printed as plain text, never as markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from signals import Col, clean_text
from ui.console import out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from signals import ColumnMap, RawTable

_COUNTS = (Col.ROWS_IN, Col.KEPT, Col.ALREADY_KNOWN, Col.QUARANTINED, Col.CORRECTED)
_SHOWN_PROBLEMS = 5
_EXAMPLE_CHARS = 40


def print_report(report: Mapping[str, Any]) -> None:
    """Print what became of a batch."""
    out.print(count_table(report["tables"]))
    for table in report["tables"]:
        for title, counts in (
            ("left out", table["left_out"]),
            ("note", table["notes"]),
            ("warning", table["warnings"]),
        ):
            for reason, count in counts.items():
                out.print(Text(f"  {table['table']}, {title}: {reason}: {count:,}"))
    if report["problems"]:
        out.print(problem_table(report["problems"][:_SHOWN_PROBLEMS], "First problems"))


def count_table(tables: Sequence[Mapping[str, Any]]) -> Table:
    """Lay out rows in, kept and quarantined, a line a table of the lake."""
    shown = Table(title="Rows", title_justify="left")
    shown.add_column("table")
    for name in _COUNTS:
        shown.add_column(name.replace("_", " "), justify="right")
    for table in tables:
        shown.add_row(Text(str(table["table"])), *(f"{table[name]:,}" for name in _COUNTS))
    return shown


def problem_table(problems: Sequence[Mapping[str, Any]], title: str) -> Table:
    """Lay out broken rules, a line a rule and row."""
    shown = Table(title=title, title_justify="left")
    for name in ("where", "column", "value", "rule", "accepted"):
        shown.add_column(name, overflow="fold")
    for problem in problems:
        shown.add_row(
            Text(f"{problem[Col.FILE]}:{problem[Col.LINE]}"),
            *(Text(str(problem[name])) for name in (Col.COLUMN, Col.VALUE, Col.RULE, Col.ACCEPTED)),
        )
    return shown


def column_map_table(raw: RawTable, column_map: ColumnMap) -> Table:
    """Lay out which column of a file fills which column of a table, with an example.

    What the terminal shows is often kept in logs, so examples are masked like what is stored.
    """
    found = ", ".join(f"{name} {value!r}" for name, value in raw.about.items())
    shown = Table(
        title=Text(f"{raw.file} ({found}) as {column_map.table.name}"), title_justify="left"
    )
    for name in ("column", "from the file", "example"):
        shown.add_column(name, overflow="fold")
    for target, source in column_map.columns.items():
        shown.add_row(target, Text(source), Text(_example(target, raw.frame[source].dropna())))
    unused = [str(name) for name in raw.frame.columns if name not in column_map.columns.values()]
    if unused:
        shown.caption = Text("not used: " + ", ".join(unused))
    return shown


def _example(target: str, cells: pd.Series[Any]) -> str:
    if not len(cells):
        return ""
    if target == Col.AUTHOR:
        return "(a name)"
    return clean_text(str(cells.iloc[0])[: 10 * _EXAMPLE_CHARS])[:_EXAMPLE_CHARS]
