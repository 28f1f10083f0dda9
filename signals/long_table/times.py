"""Times as a file writes them, read and written again in the same way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from signals.errors import DataError
from signals.intake.date_order import DateOrder, find_date_order

if TYPE_CHECKING:
    import numpy.typing as npt

Moments = np.ndarray[tuple[int], np.dtype[np.datetime64]]
Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]

_DAYS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y",
                "%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%d %b %Y", "%Y%m%d")  # fmt: skip
_CLOCKS: Final = ("", " %H:%M:%S", "T%H:%M:%S", " %H:%M", "T%H:%M", " %H", "T%H:%M:%S.%f")
_MONTHS: Final = ("%Y-%m", "%Y/%m", "%Y%m", "%b %Y")
_COMPACT: Final = ("%Y%m%d", "%Y%m", "%Y")
_QUARTER: Final = re.compile(r"(\d{4})([- ]?)Q([1-4])")
_WEEK: Final = re.compile(r"(\d{4})(-?)W(\d{2})")
_ZERO_BEFORE: Final = re.compile(r"(?<![\d:])0(?=\d)")  # 8:05 keeps its minutes
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_ACCEPTED: Final = (
    "days (2024-01-31, 31/01/2024, 31.01.2024), with a time of day or without, months (2024-01), "
    "quarters (2024Q1), ISO weeks (2024-W05), years, or whole numbers of periods"
)


@dataclass(frozen=True, slots=True)
class TimeStyle:
    """How a column writes its times.

    Parameters
    ----------
    kind
        Type of the column.
    write
        Writes moments as texts; None where the type itself is a time or a bare number.
    """

    kind: pa.DataType
    write: Callable[[pd.DatetimeIndex], list[str]] | None = None

    def column(self, times: npt.NDArray[Any]) -> pa.Array:
        """Write moments or period numbers as the file does."""
        if times.dtype.kind != "M":
            return pa.array(times).cast(self.kind)
        moments = pd.DatetimeIndex(times)
        if self.write is not None:
            return pa.array(self.write(moments)).cast(self.kind)
        if pa.types.is_timestamp(self.kind) and self.kind.tz is not None:
            earlier = np.ones(len(moments), dtype=bool)  # of two hours of the same name
            moments = moments.tz_localize(
                self.kind.tz, ambiguous=earlier, nonexistent="shift_forward"
            )
        return pa.array(moments).cast(self.kind)


def read_times(
    column: pa.ChunkedArray, name: str, order: DateOrder | None = None
) -> tuple[Moments | Numbers, TimeStyle]:
    """Read a column of times.

    Returns
    -------
    tuple
        Moments in the zone they are written in, or whole numbers of periods, shape (rows,); and
        how to write more of them.

    Raises
    ------
    DataError
        When a cell is empty or no time, or days may be read two ways.
    """
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    column = column.cast(kind)
    cells = column.to_pandas(date_as_object=False)
    if cells.isna().any():
        row = int(np.flatnonzero(cells.isna())[0]) + 1
        raise DataError(f"column {name!r} has no time in row {row}; every row needs one")
    if pa.types.is_temporal(kind):
        moments = cells.dt.tz_localize(None) if cells.dt.tz is not None else cells
        return moments.to_numpy(dtype="datetime64[ns]"), TimeStyle(kind)
    if pa.types.is_floating(kind) and (cells % 1 == 0).all():
        cells = cells.astype(np.int64)
    codes, distinct = pd.factorize(cells.astype(str).str.strip())
    texts = pd.Series(distinct)
    if texts.str.fullmatch(r"-?\d+").all():
        read, write = _whole_numbers(texts)
    else:
        read, write = _written(texts, name, order)
    style = TimeStyle(kind, write)
    return np.asarray(read)[codes], style


Read = tuple[Any, Callable[[pd.DatetimeIndex], list[str]] | None]


def _whole_numbers(texts: pd.Series[str]) -> Read:
    """Read years and compact days or months; other numbers count periods."""
    for pattern in _COMPACT:
        found = _by_pattern(texts, pattern)
        if found and pd.DatetimeIndex(found[0]).year.isin(range(_FIRST_YEAR, _LAST_YEAR)).all():
            return found
    return texts.astype(np.int64).to_numpy(), None


def _written(texts: pd.Series[str], name: str, order: DateOrder | None) -> Read:
    found = _by_quarter(texts) or _by_week(texts)
    if found:
        return found
    suffix = "Z" if texts.str.endswith("Z").all() else ""
    bare = texts.str.removesuffix("Z") if suffix else texts
    patterns = [day + clock for clock in _CLOCKS for day in _DAYS] + list(_MONTHS)
    if order is None and any(_by_pattern(bare, p) for p in patterns if p.startswith("%d/")):
        order = find_date_order(bare.str[:10].str.strip(), name)
    avoided = "%m" if order is DateOrder.DAY_FIRST else "%d" if order else ""
    for pattern in patterns:
        if avoided and pattern.startswith(avoided):
            continue
        found = _by_pattern(bare, pattern, suffix)
        if found:
            return found
    raise DataError(f"column {name!r} holds {_odd_one(bare)!r}; expected one way of {_ACCEPTED}")


def _odd_one(texts: pd.Series[str]) -> str:
    """Pick a cell that is read as no day, or else the first."""
    strange = texts[pd.to_datetime(texts, format="mixed", errors="coerce", utc=True).isna()]
    return str((strange if len(strange) else texts).iloc[0])


def _by_pattern(texts: pd.Series[str], pattern: str, suffix: str = "") -> Read | None:
    """Read texts that one pattern writes, with leading zeros or without."""
    moments = pd.to_datetime(texts, format=pattern, errors="coerce")
    if moments.isna().any():
        return None
    padded = moments.dt.strftime(pattern)
    if (padded == texts).all():
        return moments, lambda times: [f"{text}{suffix}" for text in times.strftime(pattern)]
    bare = padded.str.replace(_ZERO_BEFORE, "", regex=True)
    if not ((bare == texts) | (padded == texts)).all() or pattern in _COMPACT:
        return None
    return moments, lambda times: [
        _ZERO_BEFORE.sub("", text) + suffix for text in times.strftime(pattern)
    ]


def _by_quarter(texts: pd.Series[str]) -> Read | None:
    parts = texts.str.extract(_QUARTER)
    if not texts.str.fullmatch(_QUARTER).all():
        return None
    mark = str(parts[1].iloc[0])
    moments = pd.PeriodIndex(parts[0] + "Q" + parts[2], freq="Q").to_timestamp()
    return moments, lambda times: [f"{time.year}{mark}Q{time.quarter}" for time in times]


def _by_week(texts: pd.Series[str]) -> Read | None:
    parts = texts.str.extract(_WEEK)
    if not texts.str.fullmatch(_WEEK).all():
        return None
    mark = str(parts[1].iloc[0])
    moments = pd.to_datetime(parts[0] + "-" + parts[2] + "-1", format="%G-%V-%u", errors="coerce")
    if moments.isna().any():
        return None
    return moments, lambda times: list(times.strftime(f"%G{mark}W%V"))
