"""The tables of each part of the database: made where they are missing, anew where they are old."""

from __future__ import annotations

import logging
import zlib
from typing import TYPE_CHECKING, Final

from signals.state_sums import keep_sums

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, MetaData

    from signals.state_part import StatePart

logger = logging.getLogger(__name__)

_PARTS: Final = "groundswell_parts"
_LOCKS: Final = 0x67726F75 << 32  # "grou"; any numbers that others who use the server do not take


def wait_for_turn(connection: Connection, what: str) -> None:
    """Let nobody else into what this transaction does until it is over, on a server.

    SQLite lets one write at a time by itself.
    """
    from sqlalchemy import func, select

    if connection.dialect.name == "postgresql":
        lock = _LOCKS | zlib.crc32(what.encode())
        connection.execute(select(func.pg_advisory_xact_lock(lock)))


def bring_tables(connection: Connection, part: StatePart, tenant: str) -> int:
    """Make the tables of a part where they are missing or old; return what version is there.

    Parameters
    ----------
    connection
        In a transaction of its own.
    tenant
        Whose the rows of older tables become that name none.
    """
    from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, update

    meta = MetaData()
    parts = Table(
        _PARTS,
        meta,
        Column("part", String(64), primary_key=True),
        Column("version", Integer, nullable=False),
    )
    here = parts.c.part == part.name
    wait_for_turn(connection, "tables")
    meta.create_all(connection)
    found = connection.execute(select(parts.c.version).where(here)).scalar()
    if found is None:
        part.tables.create_all(connection)
        connection.execute(insert(parts).values(part=part.name, version=part.version))
    elif found < part.version:
        _rebuild(connection, part.tables, {"tenant": tenant})
        connection.execute(update(parts).where(here).values(version=part.version))
        logger.info("the tables of %s were brought to version %d", part.name, part.version)
    version = part.version if found is None else max(int(found), part.version)
    if connection.dialect.name == "sqlite" and version == part.version:
        keep_sums(connection, part.tables.sorted_tables)
    return version


def _rebuild(connection: Connection, tables: MetaData, added: Mapping[str, str]) -> None:
    """Make tables anew and fill them from those of the same names; ``added`` are new columns.

    Numbers that the database gives out are given anew, in the same order.
    """
    from sqlalchemy import MetaData, Table, insert, inspect, literal, select, text

    look, old = inspect(connection), MetaData()
    quoted = connection.dialect.identifier_preparer.quote
    known = [table for table in tables.sorted_tables if look.has_table(table.name)]
    for table in reversed(known):
        for index in look.get_indexes(table.name):
            if not index.get("duplicates_constraint"):
                connection.execute(text(f"DROP INDEX {quoted(str(index['name']))}"))
        renamed = f"{quoted(table.name)} RENAME TO {quoted(f'{table.name}_before')}"
        connection.execute(text(f"ALTER TABLE {renamed}"))
    tables.create_all(connection)
    for table in known:
        before = Table(f"{table.name}_before", old, autoload_with=connection)
        numbered = table.autoincrement_column
        kept = [c for c in table.columns if c.name in before.c and c is not numbered]
        new = [c for c in table.columns if c.name in added and c.name not in before.c]
        rows = select(*(before.c[c.name] for c in kept), *(literal(added[c.name]) for c in new))
        ordered = rows.order_by(*before.primary_key.columns)
        connection.execute(insert(table).from_select([*kept, *new], ordered))
    for table in reversed(known):
        old.tables[f"{table.name}_before"].drop(connection)
