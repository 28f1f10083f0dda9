"""The audit log shows every edit: 200 of them, made in the database behind its back.

Each trial takes a copy of a log that users wrote, edits it as somebody with the database at hand
could, and asks ``verify``. What nothing inside the database can show, a log made anew as a whole
with its head, must show against a head that was noted elsewhere.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import astuple, fields, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from reporting import Figure

from signals import StateDatabase
from signals.state_sums import add_sum_function
from ui.audit import Deed, Entry, Head
from ui.audit.sql_audit import SqlAudit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from proofs.size import Size

_NAMES: Final = tuple(field.name for field in fields(Entry))
_TEXTS: Final = ("at", "who", "door", "deed", "what", "told", "before", "hash")
_WRITERS: Final = 8

Log = list[Entry]
Edit = "Callable[[Log, Head, Generator], tuple[Log, Head]]"


def prove(size: Size) -> Iterator[Figure]:
    """Edit, verify, count."""
    rng = np.random.default_rng(20261122)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lost = _lost_by_writers(folder / "writers.db", size.pick(40, 6))
        yield Figure(
            f"entries of {_WRITERS} writers at once lost, doubled or broken",
            lost, "entries", "lower", 0,
        )  # fmt: skip
        log = folder / "state.db"
        write_log(log, size.pick(120, 30))
        whole = bool(faults_of(log))
        yield Figure("whole logs that are called broken", whole, "logs", "lower", 0)
        tries = size.pick(200, 20)
        seen = _seen(log, tries, rng)
        yield Figure("edits that verify finds", seen / tries, "share", "higher", 1.0)
        tries = size.pick(50, 5)
        inside, outside = _made_anew(log, tries, rng)
        yield Figure("logs made anew with their head: seen without help", inside, "share", "higher")
        yield Figure("the same, against a head noted elsewhere", outside, "share", "higher", 1.0)


def write_log(file: Path, count: int) -> None:
    """Write a log of people at work."""
    database = StateDatabase(f"sqlite:///{file}")
    audit = SqlAudit(database)
    deeds = list(Deed)
    for number in range(count):
        audit.note(deeds[number % len(deeds)], f"thing {number}", "as asked", who=f"u{number % 5}")
    database.close()


def faults_of(file: Path, noted: Head | None = None) -> tuple[str, ...]:
    """Verify a log."""
    database = StateDatabase(f"sqlite:///{file}")
    found = SqlAudit(database).verify(noted).faults
    database.close()
    return found


def _seen(log: Path, tries: int, rng: Generator) -> int:
    kinds, found = list(EDITS), Counter[str]()
    for place in range(tries):
        kind = kinds[place % len(kinds)]
        edited = log.with_name("edited.db")
        entries, head = _read(log)
        _write(log, edited, *EDITS[kind](entries, head, rng))
        found[kind] += bool(faults_of(edited))
        if not faults_of(edited):
            print(f"not seen: {kind}")
    return found.total()


def _made_anew(log: Path, tries: int, rng: Generator) -> tuple[float, float]:
    """Change an entry, then make all hashes after it and the head anew."""
    inside = outside = 0
    entries, noted = _read(log)
    for _ in range(tries):
        place = int(rng.integers(len(entries)))
        forged = list(entries)
        forged[place] = replace(forged[place], what="something else")
        forged = chained(forged, place)
        edited = log.with_name("edited.db")
        _write(log, edited, forged, Head(len(forged), forged[-1].hash))
        inside += bool(faults_of(edited))
        outside += bool(faults_of(edited, noted))
    return inside / tries, outside / tries


def chained(entries: Log, start: int) -> Log:
    """Make the hashes of all entries from a place on anew."""
    made = list(entries)
    for place in range(start, len(made)):
        before = made[place - 1].hash if place else ""
        entry = replace(made[place], number=place + 1, before=before)
        made[place] = replace(entry, hash=entry.sealed())
    return made


def _changed(entries: Log, head: Head, rng: Generator) -> tuple[Log, Head]:
    place, name = int(rng.integers(len(entries))), str(rng.choice(_TEXTS))
    text = str(getattr(entries[place], name))
    cut = int(rng.integers(len(text) + 1))
    entries[place] = replace(entries[place], **{name: text[:cut] + "x" + text[cut:]})
    return entries, head


def _changed_and_sealed(entries: Log, head: Head, rng: Generator) -> tuple[Log, Head]:
    place = int(rng.integers(len(entries)))
    entry = replace(entries[place], who="mallory")
    entries[place] = replace(entry, hash=entry.sealed())
    return entries, head


def _chained_anew(entries: Log, head: Head, rng: Generator) -> tuple[Log, Head]:
    place = int(rng.integers(len(entries)))
    entries[place] = replace(entries[place], who="mallory")
    return chained(entries, place), head


def _taken_out(entries: Log, head: Head, rng: Generator) -> tuple[Log, Head]:
    del entries[int(rng.integers(len(entries)))]
    return entries, head


def _taken_out_and_chained(entries: Log, head: Head, rng: Generator) -> tuple[Log, Head]:
    place = int(rng.integers(len(entries)))
    del entries[place]
    return chained(entries, place), head


def _cut_off(entries: Log, head: Head, rng: Generator) -> tuple[Log, Head]:
    return entries[: -int(rng.integers(1, len(entries) + 1))], head


def _swapped(entries: Log, head: Head, rng: Generator) -> tuple[Log, Head]:
    one, other = sorted(rng.choice(len(entries), 2, replace=False))
    first, second = entries[one], entries[other]
    entries[one] = replace(second, number=first.number)
    entries[other] = replace(first, number=second.number)
    return entries, head


def _put_in(entries: Log, head: Head, rng: Generator) -> tuple[Log, Head]:
    place = int(rng.integers(len(entries) + 1))
    entries.insert(place, replace(entries[place - 1], what="never done"))
    return chained(entries, place), head


def _head_moved(entries: Log, head: Head, rng: Generator) -> tuple[Log, Head]:
    return entries, Head(head.count - int(rng.integers(1, 5)), head.hash)


def _head_and_entries_cut(entries: Log, head: Head, rng: Generator) -> tuple[Log, Head]:
    kept = entries[: -int(rng.integers(1, len(entries)))]
    return kept, Head(len(kept), head.hash)


EDITS: Final = {
    "a field is changed": _changed,
    "an entry is changed and sealed": _changed_and_sealed,
    "an entry is changed, all after it are chained anew": _chained_anew,
    "an entry is taken out": _taken_out,
    "an entry is taken out, all after it are chained anew": _taken_out_and_chained,
    "the end is cut off": _cut_off,
    "two entries change places": _swapped,
    "an entry is put in, all after it are chained anew": _put_in,
    "the head is moved": _head_moved,
    "the end is cut off and counted anew": _head_and_entries_cut,
}


def _read(file: Path) -> tuple[Log, Head]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            f"SELECT {', '.join(_NAMES)} FROM audit_entries ORDER BY number"
        ).fetchall()
        head = connection.execute("SELECT length, hash FROM audit_heads").fetchone()
    return [Entry(*row) for row in rows], Head(*head)


def _write(log: Path, file: Path, entries: Log, head: Head) -> None:
    """Copy a database and put other entries and another head into it."""
    shutil.copyfile(log, file)
    marks = ", ".join("?" * len(_NAMES))
    with closing(sqlite3.connect(file)) as connection:
        add_sum_function(connection)  # whoever edits keeps the checksums of rows right
        connection.execute("DELETE FROM audit_entries")
        connection.executemany(
            f"INSERT INTO audit_entries ({', '.join(_NAMES)}) VALUES ({marks})",
            [astuple(entry) for entry in entries],
        )
        connection.execute("UPDATE audit_heads SET length = ?, hash = ?", (head.count, head.hash))
        connection.commit()


def _lost_by_writers(file: Path, each: int) -> int:
    """Let processes write at once; count what is missing, twice there, or out of its place."""
    write_log(file, 1)
    context = get_context("fork")
    workers = [context.Process(target=write_log, args=(file, each)) for _ in range(_WRITERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return abs(_WRITERS * each + 1 - len(_read(file)[0])) + len(faults_of(file))
