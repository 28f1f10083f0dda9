"""The values of a long table on one axis of periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from signals.errors import DataError
from signals.long_table.columns import Gaps
from signals.long_table.periods import PERIOD, SERIES, TARGET, Layout, check_gaps, fill_gaps

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    import pyarrow as pa

    from signals.long_table.axis import PeriodAxis
    from signals.long_table.cells import Floats
    from signals.long_table.columns import TableRules
    from signals.long_table.periods import Mask
    from signals.long_table.reading import TableCells
    from signals.long_table.times import Moments, Numbers

_LONG_SILENCE: Final = 100
"""Periods without a value of any series from which it is asked whether a time is wrong."""
_TIMES_VALUES: Final = 2  # as many periods as have values
_TIMES_NEXT: Final = 20  # the next longest silence


@dataclass(frozen=True, slots=True)
class Laid:
    """Targets of the series that have any, on one axis.

    Parameters
    ----------
    chosen
        Which rows belong to these series; ``layout`` places them.
    first
        Number of the first period.
    targets, gaps
        Values with gaps filled, NaN before a series begins, and where gaps were; shape
        (series, periods).
    ahead, labels
        Times of the horizon, and a time of each period of the history, as the file writes them.
    left_out
        Names of series without any value.
    """

    axis: PeriodAxis
    layout: Layout
    chosen: Mask
    first: int
    targets: Floats
    gaps: Mask
    names: tuple[str, ...]
    ids: pa.Table
    ahead: pa.Array
    labels: list[str]
    left_out: list[str]


def in_whole_periods(times: Moments | Numbers, axis: PeriodAxis, valued: Mask) -> Mask:
    """Leave out rows of a first or last period that the table holds only in part.

    That is where rows are added up: the last week of a table of days may have begun only. Where
    every time has a period of its own, all periods are whole.
    """
    kept = np.ones(len(times), dtype=bool)
    found: Any = np.unique(times[valued])
    if times.dtype.kind != "M" or len(found) < 2:
        return kept
    number = axis.numbers(times)
    if len(np.unique(axis.numbers(found))) == len(found):
        return kept
    least = np.diff(found).min()
    first, last = axis.numbers(np.array([found[0], found[-1]]))
    before, after = axis.numbers(np.array([found[0] - least, found[-1] + least]))
    if after == last:
        kept &= (number != last) | ~valued
    if before == first:
        kept &= number != first
    return kept


def lay_out(
    rows: pd.DataFrame, cells: TableCells, axis: PeriodAxis, valued: Mask, rules: TableRules
) -> Laid:
    """Lay the targets out over series and periods, and fill their gaps.

    Parameters
    ----------
    rows
        One a series and period.
    valued
        Rows of ``cells`` that have a target and are used.

    Raises
    ------
    DataError
        When there are not two periods, gaps where none are wanted, or a gap that only a wrong time
        explains.
    """
    told = rows[rows[TARGET].notna()]
    if told.empty:
        raise DataError("no period of the table is complete; give more rows, or a shorter --freq")
    first, last = int(told[PERIOD].min()), int(told[PERIOD].max())
    if first == last:
        raise DataError(
            f"the table holds one {axis.frequency.name} of values, for series "
            f"{cells.names[int(told[SERIES].iloc[0])]!r} and all others; a forecast needs at least "
            "2: give earlier rows"
        )
    _check_silence(told, cells, axis)
    kept = np.sort(told[SERIES].unique()).astype(np.int64)
    chosen = rows[SERIES].isin(kept).to_numpy()
    layout = Layout(
        np.searchsorted(kept, rows[SERIES].to_numpy()[chosen].astype(np.int64)),
        rows[PERIOD].to_numpy()[chosen].astype(np.int64) - first,
        (len(kept), last - first + 1 + rules.horizon),
    )
    raw = layout.wide(rows[TARGET].to_numpy()[chosen])[:, : last - first + 1]
    targets, gaps = fill_gaps(raw, rules.gaps)
    names = tuple(cells.names[place] for place in kept)
    labels = _labels(cells, axis, range(first, last + 1))
    if rules.gaps is Gaps.ERROR:
        check_gaps(gaps, names, labels)
    newest = cells.times[valued]
    return Laid(
        axis, layout, chosen, first, targets, gaps, names,
        ids=cells.ids.take(kept),
        ahead=cells.style.column(axis.ahead(newest, rules.horizon)),
        labels=labels,
        left_out=[name for place, name in enumerate(cells.names) if place not in set(kept)],
    )  # fmt: skip


def _check_silence(told: pd.DataFrame, cells: TableCells, axis: PeriodAxis) -> None:
    """Refuse times far from all others: filled up, decades of zeros would become the history.

    Raises
    ------
    DataError
        Naming a series on the smaller side of the gap, and the times around it.
    """
    numbers: Any = np.unique(told[PERIOD].to_numpy().astype(np.int64))
    silences = np.diff(numbers) - 1
    place = int(silences.argmax())
    others = np.delete(silences, place)
    next_longest = int(others.max()) if others.size else 0
    most = max(_LONG_SILENCE, _TIMES_VALUES * len(numbers), _TIMES_NEXT * next_longest)
    if silences[place] <= most:
        return
    before = place + 1 <= len(numbers) - place - 1
    side = told[PERIOD] <= numbers[place] if before else told[PERIOD] > numbers[place]
    series = cells.names[int(told.loc[side, SERIES].iloc[0])]
    first, second = _labels(cells, axis, (int(numbers[place]), int(numbers[place + 1])))
    raise DataError(
        f"no series has a value for {silences[place]:,} {axis.frequency.name}s between {first} and "
        f"{second}; {int(side.sum())} row(s) lie {'before' if before else 'after'}, such as of "
        f"series {series!r}. Correct these times, or leave the rows out"
    )


def _labels(cells: TableCells, axis: PeriodAxis, numbers: Iterable[int]) -> list[str]:
    """Name periods by the first time that the file has in them."""
    found, rows = np.unique(axis.numbers(cells.times), return_index=True)
    written = {int(n): str(cells.written[int(row)]) for n, row in zip(found, rows, strict=True)}
    return [written.get(number) or f"{axis.frequency.name} without rows" for number in numbers]
