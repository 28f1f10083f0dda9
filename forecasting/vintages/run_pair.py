"""Which two runs are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasting.runs import all_runs
from signals import DataError, NotReady

if TYPE_CHECKING:
    from forecasting.runs import RunInfo
    from signals import Lake


def choose_runs(
    lake: Lake, older: str | None = None, newer: str | None = None
) -> tuple[RunInfo, RunInfo]:
    """Choose two runs, the older first, by their ids or the beginnings of them.

    Parameters
    ----------
    older
        None takes the one recorded last among those that knew no more than the newer one.
    newer
        None takes the one recorded last, or of the two recorded last the one that knew more.

    Raises
    ------
    NotReady
        When there is no second run.
    DataError
        When an id fits no run or several, both name the same one, or the first run knew more than
        the second.
    """
    runs = all_runs(lake)
    before = None if older is None else _named(runs, older)
    after = None if newer is None else _named(runs, newer)
    if after is None and before is None:
        after = max(runs[:2], key=lambda run: run.made_on)
    if after is None:
        after = _first([run for run in runs if before is None or _precedes(before, run)])
    if before is None:
        before = _first([run for run in runs if after is not None and _precedes(run, after)])
    if before is not None and after is not None and before.run_id == after.run_id:
        raise DataError(f"both ids name run {before.run_id}; name two different runs")
    if before is None or after is None:
        raise NotReady(
            "there is no second run to compare with; bring in new data, then run: groundswell run"
        )
    if before.made_on > after.made_on:
        raise DataError(
            f"run {before.run_id} knew sales up to {before.made_on:%Y-%m-%d} and run "
            f"{after.run_id} only up to {after.made_on:%Y-%m-%d}; give the older one as --from"
        )
    return before, after


def _precedes(one: RunInfo, other: RunInfo) -> bool:
    return one.run_id != other.run_id and one.made_on <= other.made_on


def _first(runs: list[RunInfo]) -> RunInfo | None:
    return runs[0] if runs else None


def _named(runs: list[RunInfo], text: str) -> RunInfo:
    found = [run for run in runs if run.run_id.startswith(text)]
    if len(found) != 1:
        known = ", ".join(f"{run.run_id} ({run.made_on:%Y-%m-%d})" for run in runs[:8])
        raise DataError(
            f"{'several runs begin' if found else 'no run begins'} with {text!r}; the newest are "
            f"{known}: give one of these ids"
        )
    return found[0]
