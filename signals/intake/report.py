"""What became of a batch, in counts that must add up."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from signals.errors import DataError
from signals.frames import Col


@dataclass(frozen=True, slots=True)
class TableReport:
    """What became of the rows for one table."""

    table: str
    files: tuple[str, ...]
    rows_in: int
    kept: int
    already_known: int
    quarantined: int
    corrected: int
    rules: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rows_in != self.kept + self.quarantined or self.already_known > self.kept:
            raise ValueError(
                f"{self.table}: {self.rows_in} rows in are not {self.kept} kept "
                f"({self.already_known} of them known) + {self.quarantined} quarantined"
            )

    @property
    def new(self) -> int:
        """Rows the lake did not hold before."""
        return self.kept - self.already_known


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of a batch.

    Parameters
    ----------
    problems
        The first broken rules: table, file, line, column, value, rule, accepted.
    """

    batch_id: str
    source: str
    tables: tuple[TableReport, ...]
    problems: tuple[dict[str, Any], ...]

    @property
    def rows_in(self) -> int:
        return sum(table.rows_in for table in self.tables)

    @property
    def quarantined(self) -> int:
        return sum(table.quarantined for table in self.tables)

    @property
    def bad_share(self) -> float:
        """Share of the rows that are quarantined, 0 to 1."""
        return self.quarantined / max(self.rows_in, 1)

    def to_dict(self) -> dict[str, Any]:
        """Give what JSON can hold."""
        return asdict(self)


class BatchRefused(DataError):  # noqa: N818 - the name says what happened
    """Too many rows of a batch are bad; nothing was stored. Carries the report."""

    def __init__(self, report: IngestReport, limit: float) -> None:
        self.report = report
        share = report.bad_share
        worst = "; ".join(
            f"{p[Col.FILE]} line {p[Col.LINE]}, {p[Col.COLUMN] or 'the line'} = {p[Col.VALUE]!r}: "
            f"{p[Col.RULE]} (accepted: {p[Col.ACCEPTED]})"
            for p in report.problems[:3]
        )
        super().__init__(
            f"{report.quarantined:,} of {report.rows_in:,} rows ({share:.1%}) are bad, fewer than "
            f"{limit:.0%} are accepted; nothing was stored. First: {worst}. "
            "Mend the file, or keep the good rows with --accept-partial"
        )
