"""Two forecasts side by side: read from the newest run, told in words, in a table and in JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from rich.table import Table

from forecasting import (
    Whose,
    forecast_frame,
    forecast_what_if,
    latest_run,
    load_forecaster,
    said_as,
    split_young,
    together_from,
)
from signals import Col, DataError, Lake, NotReady, rebuild_panel
from ui.console import out, print_next
from ui.naming import catalogue_of, forecast_entity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from forecasting import Assumption, Change, Refusal, RunInfo, WhatIf
    from ui.settings import Settings

_SAME: Final = 1e-6  # relative difference up to which a forecast counts as the stored one
_MIDDLE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Compared:
    """A what-if that was not refused, with the names of its series.

    Parameters
    ----------
    names
        By series_id, of the series asked about and of the sums that hold it.
    after
        What would be, shape (periods, levels).
    """

    run: RunInfo
    names: Mapping[str, str]
    found: WhatIf
    after: np.ndarray

    @property
    def name(self) -> str:
        """Name of the series asked about."""
        return self.names[self.found.series_id]

    def in_all(self, units: np.ndarray, series_id: str | None = None) -> np.ndarray:
        """Sum the periods of a series, the one asked about unless named; shape (levels,)."""
        scope = (series_id or self.found.series_id).partition(":")[0]
        middle = self.found.levels.index(_MIDDLE)
        return together_from(self.run.config).of_steps(scope, units, middle)

    @property
    def grain(self) -> str:
        """Length of a period: week or day."""
        return str(self.run.config["panel"]["grain"])


def compare(
    settings: Settings,
    entity: str,
    changes: Sequence[Change],
    window: tuple[datetime | None, datetime | None],
) -> Compared | tuple[Refusal, ...]:
    """Ask the model of the newest run, on the data that it was made from.

    Returns
    -------
    Compared or tuple of Refusal
        Why the model cannot tell, where it cannot.

    Raises
    ------
    NotReady
        When there is no run, its models are gone, or it did not keep which data it was made from.
    DataError
        When there is no such series, or the changes make no sense.
    """
    lake = Lake(settings.workspace.lake)
    run = latest_run(lake)
    catalogue = catalogue_of(lake, run)
    series_id = forecast_entity(catalogue, entity).series_id
    built_from = run.config.get("panel")
    if not built_from:
        raise NotReady(
            f"run {run.run_id} did not keep which data it was made from; run: groundswell run"
        )
    forecaster = load_forecaster(settings.workspace.models, run.run_id)
    panel, _ = split_young(rebuild_panel(lake, built_from), run.config["settings"]["min_periods"])
    first, last = (None if day is None else pd.Timestamp(day) for day in window)
    found = forecast_what_if(forecaster, panel, series_id, changes, (first, last))
    _check_repeats(lake, run, found)
    if found.after is None:
        return found.refused
    ids = [series_id, *found.sums]
    names = {one: catalogue[one].name if one in catalogue else one for one in ids}
    names = {one: name[0].upper() + name[1:] for one, name in names.items()}
    return Compared(run, names, found, found.after)


def print_compared(compared: Compared) -> None:
    """Tell the difference in words and as a table, with what has to be known to read it."""
    found = compared.found
    out.print(compared.name, style="bold", markup=False)
    for assumption in found.assumptions:
        out.print(_assumed(assumption), markup=False)
    out.print(_table(compared))
    was, becomes = (_middle(found, units).sum() for units in (found.before, compared.after))
    out.print(
        f"In the model, {becomes:,.0f} {compared.run.measure} go with this in "
        f"{len(found.periods)} {compared.grain}s, instead of {was:,.0f}: {_gain(was, becomes)}.",
        markup=False,
    )
    for series_id, (before, after) in found.sums.items():
        was, becomes = (_middle(found, units).sum() for units in (before, after))
        told = f"{compared.names[series_id]}: {becomes:,.0f} instead of {was:,.0f}"
        out.print(f"{told}, by the same difference.", markup=False)
    for note in found.notes:
        out.print(f"Note: {note}.", markup=False)
    out.print(
        "These are associations that the model found in the past, no proof of a cause.",
        markup=False,
    )
    print_next(f'groundswell explain "{compared.name}"')


def as_dict(compared: Compared) -> dict[str, Any]:
    """Give everything as JSON values."""
    found, after = compared.found, compared.after
    return {
        "run_id": compared.run.run_id,
        "made_on": f"{compared.run.made_on:%Y-%m-%d}",
        "measure": str(compared.run.measure),
        "series_id": found.series_id,
        "name": compared.name,
        "period": compared.grain,
        "assumed": [_assumption_dict(assumption) for assumption in found.assumptions],
        "periods": [
            {"day": f"{day:%Y-%m-%d}", **_sides(found.levels, before, then)}
            for day, before, then in zip(found.periods, found.before, after, strict=True)
        ],
        "total": _sides(found.levels, *(compared.in_all(each) for each in (found.before, after))),
        "sums": [
            {
                "series_id": series_id,
                "name": compared.names[series_id],
                **_sides(found.levels, *(compared.in_all(each, series_id) for each in sides)),
            }
            for series_id, sides in found.sums.items()
        ],
        "notes": [str(note) for note in found.notes],
    }


def _check_repeats(lake: Lake, run: RunInfo, found: WhatIf) -> None:
    """Refuse a difference to another forecast than the one that was stored and shown."""
    stored = forecast_frame(lake, run.run_id, [found.series_id])
    units = stored.sort_values([Col.STEP, Col.LEVEL])[Col.UNITS].to_numpy(dtype=np.float64)
    again = found.before.ravel()
    if len(units) != len(again) or not np.allclose(units, again, rtol=_SAME, atol=_SAME):
        raise DataError(
            f"the forecast of run {run.run_id} does not come out again from its data and models, "
            "as another version of this program made it; run: groundswell run",
        )


def _assumed(assumption: Assumption) -> str:
    """Say in a line what a driver was and becomes, and what was seen of it."""
    lever, seen = assumption.lever, assumption.seen
    was, becomes = (_span(assumption, values) for values in (assumption.was, assumption.becomes))
    told = f"{lever}: {becomes} instead of {was}"
    if seen.whose is None:
        return told
    low, high = (said_as(lever, value) for value in (seen.low, seen.high))
    place = f"{seen.whose}" if seen.whose is Whose.OWN else f"{seen.whose}, its own being steady"
    return f"{told} (seen from {low} to {high} in {place})"


def _span(assumption: Assumption, values: np.ndarray) -> str:
    known = values[~np.isnan(values)]
    low, high = (said_as(assumption.lever, value) for value in (known.min(), known.max()))
    return low if low == high else f"{low} to {high}"


def _table(compared: Compared) -> Table:
    found = compared.found
    table = Table()
    table.add_column(f"{compared.grain} from".capitalize())
    for head in ("As it is", "Range", "As it would be", "Range", "Difference"):
        table.add_column(head, justify="right")
    for day, before, after in zip(found.periods, found.before, compared.after, strict=True):
        table.add_row(f"{day:%d %b %Y}", *_cells(found, before, after))
    table.add_section()
    whole = (compared.in_all(units) for units in (found.before, compared.after))
    table.add_row(f"{len(found.periods)} {compared.grain}s", *_cells(found, *whole))
    return table


def _cells(found: WhatIf, before: np.ndarray, after: np.ndarray) -> tuple[str, ...]:
    was, becomes = _middle(found, before), _middle(found, after)
    ranges = [f"{units[0]:,.1f} to {units[-1]:,.1f}" for units in (before, after)]
    return (
        f"{was:,.1f}", ranges[0], f"{becomes:,.1f}", ranges[1], _signed(becomes - was, 1),
    )  # fmt: skip


def _middle(found: WhatIf, units: np.ndarray) -> np.ndarray:
    return np.asarray(units[..., found.levels.index(_MIDDLE)])


def _gain(was: float, becomes: float) -> str:
    difference = _signed(becomes - was, 0)
    return difference if was <= 0 else f"{difference} ({_signed(100 * (becomes / was - 1), 1)} %)"


def _signed(value: float, digits: int) -> str:
    rounded = round(float(value), digits) + 0.0
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):,.{digits}f}"


def _assumption_dict(assumption: Assumption) -> dict[str, Any]:
    seen = assumption.seen
    known = ~np.isnan(assumption.was)
    return {
        "driver": str(assumption.lever),
        "periods": [
            {"day": f"{day:%Y-%m-%d}", "was": float(was), "becomes": float(becomes)}
            for day, was, becomes in zip(
                assumption.days[known],
                assumption.was[known],
                assumption.becomes[known],
                strict=True,
            )
        ],
        "seen": None
        if seen.whose is None
        else {
            "low": seen.low, "high": seen.high, "in": str(seen.whose),
            "own_low": seen.own_low, "own_high": seen.own_high,
        },
    }  # fmt: skip


def _sides(levels: Sequence[float], before: np.ndarray, after: np.ndarray) -> dict[str, Any]:
    keys = [f"{level:g}" for level in levels]
    middle = keys.index(f"{_MIDDLE:g}")
    return {
        "before": dict(zip(keys, before.tolist(), strict=True)),
        "after": dict(zip(keys, after.tolist(), strict=True)),
        "difference": float(after[middle] - before[middle]),
    }
