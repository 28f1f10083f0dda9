"""A checksum beside each row of a SQLite database, so that a flipped bit is no silent change.

SQLite notices damage to its own structure at most: of two hundred flipped bits it took more than
half for data. Triggers keep the checksum of every row in a column of its own; rows and pages are
checked when a process first uses a part. What this does not see: a bit that flips while the
process runs, and one in the write-ahead log in the moments before it is folded into the file. A
server database (PostgreSQL) has page checksums of its own.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from signals.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Table
    from sqlalchemy.engine.interfaces import DBAPIConnection

_SUM: Final = "groundswell_sum"
_SEPARATOR: Final = "\x1f"


def add_sum_function(connection: DBAPIConnection) -> None:
    """Teach a connection to sum up a row."""
    connection.create_function(_SUM, -1, _sum_up, deterministic=True)


def keep_sums(connection: Connection, tables: Iterable[Table]) -> None:
    """Give tables a column of checksums, and triggers that keep it; those that have it keep it."""
    for table in tables:
        has = [row[1] for row in connection.exec_driver_sql(f'PRAGMA table_info("{table.name}")')]
        if _SUM in has:
            continue
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN "{_SUM}" INTEGER')
        names = [column.name for column in table.columns]
        written = f'SET "{_SUM}" = {_SUM}({_listed(names)})'
        connection.exec_driver_sql(f'UPDATE "{table.name}" {written}')
        for event in ("INSERT", f"UPDATE OF {_listed(names)}"):
            connection.exec_driver_sql(
                f'CREATE TRIGGER "{_SUM}_{table.name}_{event[:6].lower()}" '
                f'AFTER {event} ON "{table.name}" '
                f'BEGIN UPDATE "{table.name}" {written} WHERE rowid = new.rowid; END'
            )


def check_sums(connection: Connection, tables: Iterable[Table]) -> None:
    """Read the rows and indexes of tables and compare them with their checksums.

    Raises
    ------
    DataError
        When they are damaged.
    """
    for table in tables:
        names = _listed([column.name for column in table.columns])
        query = f'SELECT count(*) FROM "{table.name}" WHERE "{_SUM}" IS NOT {_SUM}({names})'
        wrong = connection.exec_driver_sql(query).scalar()
        told = [f"{wrong} row(s) differ from their checksum"] if wrong else []
        checked = connection.exec_driver_sql(f"PRAGMA integrity_check('{table.name}')")
        told += [str(row[0]) for row in checked if row[0] != "ok"]
        if told:
            raise DataError(f"table {table.name} is damaged: {told[0]}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _sum_up(*values: object) -> int:
    return zlib.crc32(_SEPARATOR.join(map(repr, values)).encode())
