"""Frames to Arrow tables of the lake and back, with types checked on the way in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from signals.clean import text_hash
from signals.errors import DataError
from signals.frames import Col

if TYPE_CHECKING:
    from signals.tables import Table

_DAY_NS = 86_400_000_000_000


def to_arrow(table: Table, frame: pd.DataFrame | pa.Table) -> pa.Table:
    """Give a frame the columns, order and types of a table.

    Columns that are missing are filled with null, columns the table does not have are refused. A
    text that has no hash gets one.

    Raises
    ------
    DataError
        Naming every column that is unknown, of a wrong type, or null although rows are known by it.
    """
    given = list(frame.column_names if isinstance(frame, pa.Table) else frame.columns)
    problems = [f"{name!r} is not a column" for name in given if name not in table.schema.names]
    arrays: list[Any] = []
    for field in table.schema:
        try:
            arrays.append(_array(frame, field) if field.name in given else _nulls(frame, field))
        except (pa.ArrowException, TypeError, ValueError) as error:
            problems.append(f"{field.name!r} should be {field.type}: {error}")
            continue
        if field.name in (*table.key, Col.AVAILABLE_AT) and arrays[-1].null_count:
            problems.append(f"{field.name!r} is empty in {arrays[-1].null_count} row(s)")
    if problems:
        raise DataError(
            f"rows for table {table.name!r} cannot be stored: {'; '.join(problems)}; "
            f"its columns are {table.schema.names}, its key is {list(table.key)}"
        )
    return _with_hashes(pa.Table.from_arrays(arrays, schema=table.schema))


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Turn an Arrow table into a frame with the types every reader can rely on.

    Days are ``datetime64[ns]``, moments ``datetime64[ns, UTC]``, truth values the nullable
    ``boolean``, texts ``object``; they stay so when a table is empty or a column all null.
    """
    frame: pd.DataFrame = table.to_pandas(date_as_object=False, types_mapper=_pandas_type)
    for field in table.schema:
        if pa.types.is_date(field.type):
            frame[field.name] = frame[field.name].astype("datetime64[ns]")
        elif pa.types.is_timestamp(field.type):
            zone = ", UTC" if field.type.tz else ""
            frame[field.name] = frame[field.name].astype(f"datetime64[ns{zone}]")
    return frame


def _pandas_type(kind: pa.DataType) -> pd.BooleanDtype | None:
    return pd.BooleanDtype() if pa.types.is_boolean(kind) else None


def _with_hashes(rows: pa.Table) -> pa.Table:
    """Fill ``text_hash`` where a text has none, so that readers can rely on it."""
    if not {Col.TEXT, Col.TEXT_HASH} <= set(rows.schema.names):
        return rows
    place = rows.schema.get_field_index(Col.TEXT_HASH)
    hashes = rows[Col.TEXT_HASH].combine_chunks()
    missing = hashes.is_null()
    texts = rows[Col.TEXT].filter(missing).to_pylist()
    made = pa.array([None if text is None else text_hash(text) for text in texts], hashes.type)
    filled = pc.replace_with_mask(hashes, missing, made)
    return rows.set_column(place, rows.schema.field(place), filled)


def _nulls(frame: pd.DataFrame | pa.Table, field: pa.Field) -> pa.Array:
    return pa.nulls(len(frame), field.type)


def _array(frame: pd.DataFrame | pa.Table, field: pa.Field) -> pa.Array:
    if isinstance(frame, pa.Table):
        return frame[field.name].cast(field.type)
    values = frame[field.name]
    if pa.types.is_timestamp(field.type):
        values = _moments(values)
    elif pa.types.is_date(field.type):
        values = _days(values)
    return pa.array(values, type=field.type, from_pandas=True)


def _moments(values: pd.Series[Any]) -> pd.Series[Any]:
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        moments: pd.Series[Any] = values.dt.tz_convert("UTC").dt.floor("us")
        return moments
    if values.isna().all():
        return values.astype("datetime64[us, UTC]")
    raise TypeError(f"found {values.dtype}, moments carry the zone UTC")


def _days(values: pd.Series[Any]) -> pd.Series[Any]:
    if values.dtype.kind != "M":
        if values.isna().all():
            return values.astype("datetime64[s]")
        if pa.types.is_date(pa.array(values, from_pandas=True).type):
            return values
        raise TypeError(f"found {values.dtype}, days are naive midnights")
    nanoseconds = pa.array(values.astype("datetime64[ns]"), from_pandas=True).cast(pa.int64())
    remainder = pc.subtract(nanoseconds, pc.multiply(pc.divide(nanoseconds, _DAY_NS), _DAY_NS))
    if pc.any(pc.not_equal(remainder, 0)).as_py():
        raise TypeError("found a time of day, days are naive midnights")
    return values
