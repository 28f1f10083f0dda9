"""Everything that is watched about the newest run, and the reasons to learn anew."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecasting.runs import all_runs
from forecasting.update import UPDATED
from forecasting.watching.cusum import shifts, standardised
from forecasting.watching.stability import limit_of, stability_index
from forecasting.watching.told import told_and_came
from signals import Col, DriverGroup, NotReady, Scope, rebuild_panel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasting.runs import RunInfo
    from forecasting.watching.told import Told
    from signals import Lake, Panel

_PANEL: Final = "panel"
_BUILT: Final = ("horizon", "grain", "model_id", "rules")
_FEW: Final = 4  # periods below which nothing is said of coverage and inputs
_YEAR: Final = 52  # periods before the last learning that inputs are compared with
_RUNS: Final = 100  # newest runs whose forecasts are looked at
_MANY: Final = 0.1  # share of series, and distance of a coverage, from which it matters


@dataclass(frozen=True, slots=True)
class Moved:
    """A series whose outcomes have left its forecasts.

    Parameters
    ----------
    began, seen
        First days of the periods in which the shift began and in which it was told.
    ratio
        What came over what was foretold in between.
    is_new
        Whether the models have not learnt since.
    """

    series_id: str
    began: pd.Timestamp
    seen: pd.Timestamp
    ratio: float
    is_new: bool


@dataclass(frozen=True, slots=True)
class Covered:
    """How many outcomes lay within the intervals that were told.

    Parameters
    ----------
    nominal, inside
        Shares of outcomes: as it should be, and as it was.
    points, periods
        Outcomes, and periods they fell into.
    """

    nominal: float
    inside: float
    points: int
    periods: int

    @property
    def is_off(self) -> bool:
        """Whether the intervals promise too much, or too little, by more than ten points."""
        return self.periods >= _FEW and abs(self.inside - self.nominal) > _MANY


@dataclass(frozen=True, slots=True)
class InputDrift:
    """How far an input has moved from what the models learnt.

    Parameters
    ----------
    index
        Population stability index of the periods since, against the year before.
    limit
        Index from which it counts as a change.
    """

    name: str
    group: DriverGroup
    index: float
    limit: float

    @property
    def has_moved(self) -> bool:
        """Whether it counts as a change."""
        return self.index > self.limit


class Reason(StrEnum):
    """Why the models should learn anew."""

    SHOP = "the whole shop sells other than foretold"
    SERIES = "many series sell other than foretold"
    COVERAGE = "intervals do not hold what they promise"
    INPUTS = "inputs look other than those learnt from"
    OVER = "most of what was foretold is over"


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known about the forecasts of a workspace.

    Parameters
    ----------
    learnt_on
        Last day of the data that the choice of the models was made from.
    seen_to
        Last day of the data that came since.
    since
        Periods between the two.
    horizon
        Periods that a run forecasts.
    series
        That were foretold and came; 0 when nothing that was foretold is over.
    """

    run_id: str
    learnt_on: pd.Timestamp
    seen_to: pd.Timestamp
    since: int
    horizon: int
    series: int
    moved: tuple[Moved, ...]
    covered: Covered | None
    inputs: tuple[InputDrift, ...]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the models should learn anew; empty when they need not."""
        return tuple(self._reasons())

    def _reasons(self) -> Iterator[Reason]:
        new = [each.series_id for each in self.moved if each.is_new]
        if str(Scope.TOTAL) in new:
            yield Reason.SHOP
        if len(new) > _MANY * self.series:
            yield Reason.SERIES
        if self.covered is not None and self.covered.is_off:
            yield Reason.COVERAGE
        if any(each.has_moved for each in self.inputs):
            yield Reason.INPUTS
        if 2 * self.since > self.horizon:
            yield Reason.OVER


def watch_run(lake: Lake, as_of: pd.Timestamp) -> Watched:
    """Look at what came of the newest run and those before it.

    Parameters
    ----------
    as_of
        Moment up to which rows are known.

    Raises
    ------
    NotReady
        When there is no run, or the newest does not say what it was made from.
    """
    runs = all_runs(lake)
    run = runs[0]
    built = run.config.get(_PANEL) or {}
    if any(name not in built for name in _BUILT):
        raise NotReady(f"run {run.run_id} does not say what it was made from; run: groundswell run")
    now = {"as_of": as_of.isoformat(), "versions": lake.versions()}
    panel = rebuild_panel(lake, {name: built[name] for name in _BUILT} | now)
    alike = [each.run_id for each in runs if _is_like(each, run)][:_RUNS]
    told = told_and_came(lake, panel, alike)
    learnt_on = _learnt_on(run)
    days = pd.DatetimeIndex(np.sort(panel.history[Col.DAY].unique()))
    return Watched(
        run_id=run.run_id,
        learnt_on=learnt_on,
        seen_to=panel.made_on,
        since=int((days > learnt_on).sum()),
        horizon=int(built["horizon"]),
        series=0 if told is None else int((~np.isnan(told.came)).any(axis=1).sum()),
        moved=() if told is None else tuple(_moved(told, learnt_on)),
        covered=None if told is None else _covered(told),
        inputs=tuple(_inputs(panel, days, learnt_on)),
    )


def _is_like(run: RunInfo, newest: RunInfo) -> bool:
    grains = {each.config.get(_PANEL, {}).get("grain") for each in (run, newest)}
    return run.measure == newest.measure and len(grains) == 1


def _learnt_on(run: RunInfo) -> pd.Timestamp:
    updated = run.config.get(UPDATED)
    return pd.Timestamp(updated["chosen_on"]) if updated else run.made_on


def _moved(told: Told, learnt_on: pd.Timestamp) -> Iterator[Moved]:
    """Find the last shift of each series that has one."""
    residuals = standardised(told.came, told.told, told.levels)
    middle = told.told[..., told.levels.index(0.5)]
    for place, series_id in enumerate(told.series_ids):
        found = shifts(residuals[place])
        if not found:
            continue
        here = slice(found[-1].began, found[-1].seen + 1)
        known = ~np.isnan(told.came[place, here])
        foretold = middle[place, here][known].sum()
        ratio = told.came[place, here][known].sum() / foretold if foretold else np.inf
        began, seen = told.days[found[-1].began], told.days[found[-1].seen]
        yield Moved(series_id, began, seen, float(ratio), is_new=bool(seen > learnt_on))


def _covered(told: Told) -> Covered:
    known = ~np.isnan(told.came)
    inside = (told.came >= told.told[..., 0]) & (told.came <= told.told[..., -1])
    return Covered(
        nominal=told.levels[-1] - told.levels[0],
        inside=float(inside[known].mean()),
        points=int(known.sum()),
        periods=int(known.any(axis=0).sum()),
    )


def _inputs(panel: Panel, days: pd.DatetimeIndex, learnt_on: pd.Timestamp) -> Iterator[InputDrift]:
    """Compare the inputs since with those of the year before; the calendar cannot drift."""
    since = days[days > learnt_on]
    before = days[days <= learnt_on][-_YEAR:]
    if len(since) < _FEW or len(before) < _FEW:
        return
    rows = panel.history[panel.history[Col.SCOPE] == Scope.PRODUCT]
    learnt, recent = (rows[rows[Col.DAY].isin(each)] for each in (before, since))
    for group, names in panel.groups.items():
        if group == DriverGroup.CALENDAR:
            continue
        for name in names:
            old, new = (each[name].dropna().to_numpy(dtype=np.float64) for each in (learnt, recent))
            if len(old) and len(new):
                index = stability_index(old, new)
                yield InputDrift(name, group, index, limit_of(len(old), len(new)))
