"""Rows on their way to the lake: what a source hands to the quality gate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from signals.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from signals.intake.date_order import DateOrder
    from signals.intake.written_numbers import DecimalMark
    from signals.tables import Table


@dataclass(frozen=True, slots=True)
class Feed:
    """Rows for one table, as a source wrote them.

    Parameters
    ----------
    table
        Where they go.
    frame
        Columns of the table, any subset that holds the required ones. Cells may still be texts; the
        gate reads them.
    file
        Where they come from, for reports.
    lines
        Line in the file of each row; None counts from 1.
    bad_lines
        Lines that held no row: columns ``line``, ``text``, ``problem``.
    date_order
        How cells write 3/4/2024.
    decimal
        What cells put before decimals; None finds it from the cells.
    left_out
        Reason to number of things the source left out on purpose, before there were rows.
    also_required
        Columns this source always fills, though the table would let them be empty.
    notes
        What else a reader of the report should know, with counts.
    """

    table: Table
    frame: pd.DataFrame
    file: str
    lines: Sequence[int] | None = None
    bad_lines: pd.DataFrame | None = None
    date_order: DateOrder | None = None
    decimal: DecimalMark | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    also_required: tuple[str, ...] = ()
    notes: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = [name for name in self.frame.columns if name not in self.table.schema.names]
        if unknown:
            raise DataError(
                f"{self.file}: table {self.table.name!r} has no column(s) {unknown}; "
                f"it has {self.table.schema.names}"
            )
        if self.lines is not None and len(self.lines) != len(self.frame):
            raise ValueError(f"{len(self.lines)} lines for {len(self.frame)} rows")

    @property
    def rows_in(self) -> int:
        """Rows of the file, those that could not be read included."""
        return len(self.frame) + (0 if self.bad_lines is None else len(self.bad_lines))
