"""What the application remembers as specimens of stored files: state.db and two JSON files."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from forecasting import ForecastSettings, Tuned, save_tuned, with_tuned
from signals import SALES, ColumnMap, StateDatabase, recall_column_map, remember_column_map
from ui.alerting.states import AlertStates
from ui.jobs import JobKind
from ui.jobs.sql_jobs import SqlJobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Told = tuple[str, Path, str, Callable[[Path], str], tuple[str, ...]]

_HEADER: Final = ("Artikel", "Tag", "Menge")
_NOW: Final = datetime(2025, 3, 1, tzinfo=UTC)
_DATABASE, _MAPS, _TUNED = "state.db", "column-maps.json", "tuned.json"


def state_kinds(root: Path) -> Iterator[Told]:
    """Make the state of a workspace."""
    root.mkdir(parents=True)
    remember(root, 30)
    columns = dict(zip(("product_id", "day", "units"), _HEADER, strict=True))
    remember_column_map(root / _MAPS, _HEADER, ColumnMap(SALES, columns))
    save_tuned([Tuned("trees", {"leaves": 31, "rate": 0.05}, 9, 0.1, 0.2, 0.1, 0.2)], root / _TUNED)
    for name, file, read in (
        ("state database", _DATABASE, read_state),
        ("column maps", _MAPS, _read_maps),
        ("tuned settings", _TUNED, _read_tuned),
    ):
        yield name, root, file.replace(".", r"\."), read, (read(root),)


def remember(root: Path, count: int) -> None:
    """Ask for jobs and touch alerts."""
    database = StateDatabase(f"sqlite:///{root / _DATABASE}")
    jobs, alerts = SqlJobs(database), AlertStates(database, clock=lambda: _NOW)
    for number in range(count):
        jobs.ask(JobKind.RUN, {"as_of": f"2025-03-{number % 28 + 1:02d}"}, user_id=f"user {number}")
        alerts.change(f"alert {number}", "acknowledged", by="ann", note=f"note {number} " * 5)
    database.close()


def read_state(root: Path) -> str:
    """Name all jobs and what became of all alerts."""
    database = StateDatabase(f"sqlite:///{root / _DATABASE}")
    try:
        jobs = SqlJobs(database).newest(10_000)
        alerts = AlertStates(database, clock=lambda: _NOW)
        told = [alerts.history(f"alert {number}") for number in range(len(jobs))]
        found = [SqlJobs(database).find(job.job_id) for job in jobs]
    finally:
        database.close()
    return _named((jobs, found, told))


def touch(root: Path, number: int) -> None:
    """Take care of an alert, once."""
    database = StateDatabase(f"sqlite:///{root / _DATABASE}")
    try:
        alerts = AlertStates(database, clock=lambda: _NOW)
        alerts.change(f"alert {number}", "acknowledged", by="ann", note="note " * 2_000)
    finally:
        database.close()


def read_touched(root: Path) -> str:
    """Name what became of the alerts that were taken care of."""
    database = StateDatabase(f"sqlite:///{root / _DATABASE}")
    try:
        alerts = AlertStates(database, clock=lambda: _NOW)
        return _named([len(alerts.history(f"alert {number}")) for number in range(60)])
    finally:
        database.close()


def _read_maps(root: Path) -> str:
    found = recall_column_map(root / _MAPS, _HEADER)
    return _named(found and (found.table.name, sorted(found.columns.items()), found.date_order))


def _read_tuned(root: Path) -> str:
    return _named(with_tuned(ForecastSettings(), root / _TUNED))


def _named(found: object) -> str:
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]
