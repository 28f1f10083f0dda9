"""What is said of single series of a table that was forecast: who was not, and on what grounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from signals import Gaps

if TYPE_CHECKING:
    from forecasting import TableForecast
    from signals import LongTable

_MANY_GAPS: Final = 0.25  # share of the periods of a series from which its gaps are told
_ROUNDED: Final = 1000  # from where decimals say nothing


def notes_of_series(read: LongTable, found: TableForecast, rule: Gaps) -> list[str]:
    """Join what the forecast and the reading have to say of each series."""
    return [
        "; ".join(filter(None, (note, _peak(read, found, row), _gaps(read, rule, row))))
        for row, note in enumerate(found.notes)
    ]


def untested_note(read: LongTable, found: TableForecast) -> str:
    """Say that the history is too short for any trial of the experts; often nothing."""
    if found.origins or not found.models:
        return ""
    period, horizon = read.counts["frequency"], len(read.ahead)
    return (
        f"untested: {read.counts['periods']:,} {period}s are too few to try forecasts {horizon:,} "
        f"{period}s ahead, so all experts count alike and the ranges are theirs"
    )


def _peak(read: LongTable, found: TableForecast, row: int) -> str:
    """Say which value was too high to be believed, and what the experts see in its place."""
    places = np.flatnonzero(~np.isnan(found.instead[row]))
    if not places.size:
        return ""
    values = read.values[row][places]
    highest = int(values.argmax())
    label, seen = read.labels[places[highest]], found.instead[row, places[highest]]
    more = f" ({places.size - 1} more like it)" if places.size > 1 else ""
    return (
        f"{_number(values[highest])} in the period of {label}{more} is far beyond all that is "
        f"usual: seen as {_number(seen)}"
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= _ROUNDED else f"{value:.4g}"


def _gaps(read: LongTable, rule: Gaps, row: int) -> str:
    """Say what no row tells of: the end of a series, or a large part of it."""
    gaps = read.gaps[row]
    trailing = int(gaps[::-1].argmin())
    if trailing:
        return f"no value in its last {trailing} period(s)"
    began = int(np.flatnonzero(~np.isnan(read.values[row]))[0])
    known = len(gaps) - began
    if gaps.sum() > _MANY_GAPS * known:
        taken = "interpolated" if rule is Gaps.INTERPOLATE else "taken as 0"
        return f"no value in {gaps.sum()} of {known} periods, each {taken}"
    return ""
