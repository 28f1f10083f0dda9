"""Rows laid out over series and periods: one value each, gaps filled, plans complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from signals.errors import DataError
from signals.long_table.columns import Duplicates, Gaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals.long_table.cells import Floats

SERIES: Final = "#series"
PERIOD: Final = "#period"
TARGET: Final = "#target"
_KEY: Final = [SERIES, PERIOD]
_SHOWN: Final = 3

Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where rows lie among series and periods.

    Parameters
    ----------
    series, period
        Place of each row on either axis, shape (rows,).
    shape
        Series and periods, those ahead included.
    """

    series: np.ndarray[tuple[int], np.dtype[np.int64]]
    period: np.ndarray[tuple[int], np.dtype[np.int64]]
    shape: tuple[int, int]

    def wide(self, values: Floats) -> Floats:
        """Spread a column, NaN where no row lies; shape ``shape``."""
        inside = (self.period >= 0) & (self.period < self.shape[1])
        wide = np.full(self.shape, np.nan)
        wide[self.series[inside], self.period[inside]] = values[inside]
        return wide


def one_row_a_period(
    rows: pd.DataFrame, rule: Duplicates, names: Sequence[str], times: Sequence[str | None]
) -> pd.DataFrame:
    """Refuse several rows of a series in a period, or add their targets up.

    Drivers and what texts say are averaged. ``times`` are those of the rows, for messages.

    Raises
    ------
    DataError
        Naming series, time and rows.
    """
    twice = rows.duplicated(_KEY, keep=False)
    if not twice.any():
        return rows
    if rule is Duplicates.ERROR:
        several = rows[twice].groupby(_KEY, sort=False).groups
        places = [int(place) for place in next(iter(several.values()))]
        shown = " and ".join(str(place + 1) for place in places[:_SHOWN])
        first = rows.loc[places[0]]
        raise DataError(
            f"series {names[int(first[SERIES])]!r} has {len(places)} rows in the period of "
            f"{times[places[0]]} (rows {shown}), and {len(several) - 1:,} more periods have several"
            ". Remove them, or add them up: --duplicates sum"
        )
    grouped = rows.groupby(_KEY, as_index=False)
    means = grouped.mean()
    means[TARGET] = grouped[TARGET].sum(min_count=1)[TARGET]
    return means


def fill_gaps(targets: Floats, rule: Gaps) -> tuple[Floats, Mask]:
    """Fill what is missing after the first value of each series.

    Parameters
    ----------
    targets
        Shape (series, periods); every series has a value.

    Returns
    -------
    tuple
        The targets, NaN only before a series begins; and which were filled. Interpolation repeats
        the last value to the end.
    """
    started = np.maximum.accumulate(~np.isnan(targets), axis=1)
    gaps = started & np.isnan(targets)
    if rule is Gaps.ZERO:
        return np.where(gaps, 0.0, targets), gaps
    filled = targets.copy()
    places = np.arange(targets.shape[1])
    for row in np.flatnonzero(gaps.any(axis=1)):
        known = ~np.isnan(targets[row])
        filled[row, gaps[row]] = np.interp(places[gaps[row]], places[known], targets[row, known])
    return filled, gaps


def check_gaps(gaps: Mask, names: Sequence[str], times: Sequence[str]) -> None:
    """Refuse gaps.

    Raises
    ------
    DataError
        Naming the series with the most of them and the first times.
    """
    if not gaps.any():
        return
    row, count = int(gaps.sum(axis=1).argmax()), int(gaps.any(axis=1).sum())
    places = np.flatnonzero(gaps[row])
    shown = ", ".join(times[place] for place in places[:_SHOWN])
    raise DataError(
        f"series {names[row]!r} has no value in {len(places)} period(s) ({shown}"
        f"{', …' if len(places) > _SHOWN else ''}); {count} series have gaps. "
        "Add the rows, or fill them: --gaps zero, --gaps interpolate"
    )


def check_ahead(
    columns: dict[str, Floats], horizon: int, names: Sequence[str], times: Sequence[str]
) -> None:
    """Refuse known-ahead columns that say nothing of a period ahead.

    Parameters
    ----------
    columns
        By the name in the file, shape (series, periods + horizon).
    times
        Of the periods ahead, as the file writes them.

    Raises
    ------
    DataError
        Naming columns, series and periods.
    """
    missing = {name: np.isnan(wide[:, -horizon:]) for name, wide in columns.items()}
    missing = {name: gone for name, gone in missing.items() if gone.any()}
    if not missing:
        return
    name, gone = next(iter(missing.items()))
    row = int(gone.any(axis=1).argmax())
    shown = ", ".join(times[int(place)] for place in np.flatnonzero(gone[row]))
    count = int(np.any([g.any(axis=1) for g in missing.values()], axis=0).sum())
    raise DataError(
        f"the known-ahead column(s) {list(missing)} lack values in the future: {name!r} of series "
        f"{names[row]!r} in {shown} ({count} of {len(gone)} series in all). Add rows without "
        f"target that tell them, forecast fewer periods, or use its past only: --past {name}"
    )


def fill_known(wide: Floats, *, category: bool) -> Floats:
    """Fill a driver where it has no value: as before, and before the first as then.

    A category says nothing where it is missing, which is a category of its own.
    """
    if category:
        return np.where(np.isnan(wide), -1.0, wide)
    frame = pd.DataFrame(wide)
    return np.asarray(frame.ffill(axis=1).bfill(axis=1).fillna(0.0).to_numpy(dtype=np.float64))


def one_value(
    wide: Floats, column: str, names: Sequence[str], *, category: bool
) -> Floats:  # fmt: skip
    """Take the one value each series has in a static column, for all periods.

    Raises
    ------
    DataError
        When a series has none or several, naming it.
    """
    if category:
        wide = np.where(np.isnan(wide).all(axis=1, keepdims=True), -1.0, wide)
    frame = pd.DataFrame(wide)
    low, high = frame.min(axis=1).to_numpy(), frame.max(axis=1).to_numpy()
    if np.isnan(low).any():
        row = int(np.flatnonzero(np.isnan(low))[0])
        raise DataError(
            f"the static column {column!r} has no value for series {names[row]!r}; give it one"
        )
    if (low != high).any():
        row = int(np.flatnonzero(low != high)[0])
        raise DataError(
            f"the static column {column!r} changes within series {names[row]!r}; "
            f"name it --known {column} or --past {column}"
        )
    return np.repeat(low[:, None], wide.shape[1], axis=1)
