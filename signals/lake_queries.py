"""SELECTs over the tables of a lake: what was known at a moment, the newest of each key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from signals.frames import Col

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from signals.tables import Table

_MANY = (list, tuple, set, frozenset, pd.Series, pd.Index)


def names_of(columns: Sequence[str]) -> str:
    """List columns, each quoted."""
    return ", ".join(f'"{name}"' for name in columns)


def where_all(conditions: Sequence[str]) -> str:
    """Ask for all of some conditions; nothing where there are none."""
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def conditions_of(
    table: Table, where: Mapping[str, object], parameters: dict[str, object]
) -> tuple[list[str], list[str]]:
    """Split conditions into those on the key, judged on stored rows, and those on newest rows."""
    early: list[str] = []
    late: list[str] = []
    for number, (column, value) in enumerate(where.items()):
        name = f"value_{number}"
        if value is None:
            test = "IS NULL"
        elif isinstance(value, _MANY):
            parameters[name] = [_plain(item) for item in value]
            test = f"IN (SELECT unnest(${name}))"
        else:
            parameters[name] = _plain(value)
            test = f"= ${name}"
        (early if column in table.key else late).append(f'"{column}" {test}')
    return early, late


def _plain(value: object) -> object:
    """Give DuckDB Python's own values: no numpy scalars, no enum members."""
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, np.generic):
        return value.item()
    return str(value) if isinstance(value, str) else value


def known_by(
    table: Table, as_of: pd.Timestamp | None, parameters: dict[str, object] | None
) -> list[str]:
    """Condition that a row was known; its moment goes to ``parameters``, or in the text if None."""
    if as_of is None or not table.has_history:
        return []
    if as_of.tzinfo is None:
        raise ValueError(f"as_of carries a time zone; got {as_of}")
    if parameters is None:
        return [f"{Col.AVAILABLE_AT} <= TIMESTAMPTZ '{as_of.tz_convert('UTC').isoformat()}'"]
    parameters["as_of"] = as_of.tz_convert("UTC").to_pydatetime()
    return [f"{Col.AVAILABLE_AT} <= $as_of"]


def newest_of(table: Table, conditions: Sequence[str]) -> str:
    """Query for the newest stored row of each key among those that meet the conditions."""
    stored = f'SELECT * FROM "stored_{table.name}"{where_all(conditions)}'
    if not table.has_history:
        return stored
    order = f"PARTITION BY {names_of(table.key)} ORDER BY {Col.AVAILABLE_AT} DESC"
    return f"{stored} QUALIFY row_number() OVER ({order}) = 1"
