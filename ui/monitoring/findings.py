"""What was seen, in words, each with the figure that it rests on and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from forecasting import Reason
from signals import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasting import Freshness, Moved, Watched
    from ui.monitoring.monitor import Seen

_SHOWN: Final = 5
_LEARN: Final = "let the models learn anew: groundswell run"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line.

    Parameters
    ----------
    advice
        What to do; empty when nothing is.
    """

    name: str
    is_fine: bool
    found: str
    advice: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the finding as JSON values."""
        return asdict(self)


def findings(seen: Seen) -> Iterator[Finding]:
    """Put what was seen into words."""
    if not seen.fresh:
        advice = "bring data in: groundswell ingest FILE, or groundswell demo"
        yield Finding("data", is_fine=False, found="there are none", advice=advice)
    for feed in seen.fresh:
        yield _feed(feed)
    if seen.watched is None:
        yield Finding("forecasts", is_fine=not seen.fresh, found=seen.why_not)
        return
    yield from _forecasts(seen.watched)
    yield _advice(seen.watched)


def _feed(feed: Freshness) -> Finding:
    found = (
        f"up to {feed.last_day:%Y-%m-%d}, {feed.age_days:,.0f} days ago; "
        f"new data usually after {feed.usual_days:g}"
    )
    advice = f"{feed.table} are late: bring newer ones in" if feed.is_late else ""
    return Finding(feed.table, not feed.is_late, found, advice)


def _forecasts(watched: Watched) -> Iterator[Finding]:
    found = (
        f"run {watched.run_id}, learnt from data up to {watched.learnt_on:%Y-%m-%d}; "
        f"{watched.since} periods since"
    )
    yield Finding("forecasts", is_fine=True, found=found)
    if not watched.series:
        yield Finding("outcomes", is_fine=True, found="nothing that was foretold is over yet")
    else:
        yield _drift(watched)
    if watched.covered is not None:
        covered = watched.covered
        found = (
            f"{covered.inside:.0%} of {covered.points:,} outcomes of {covered.periods} periods lay "
            f"within intervals told at {covered.nominal:.0%}"
        )
        yield Finding("intervals", not covered.is_off, found)
    if not watched.inputs:
        yield Finding("inputs", is_fine=True, found="too few periods since to compare")
    for each in sorted(watched.inputs, key=lambda each: -each.index / each.limit)[:_SHOWN]:
        found = f"{each.name}: stability index {each.index:.2f}, a change from {each.limit:.2f}"
        yield Finding("inputs", not each.has_moved, found)


def _drift(watched: Watched) -> Finding:
    new = [each for each in watched.moved if each.is_new]
    known = len(watched.moved) - len(new)
    found = f"{len(new)} of {watched.series} series have left their forecasts since"
    if known:
        found += f"; {known} had before the models learnt"
    if new:
        found += ": " + "; ".join(_moved(each) for each in new[:_SHOWN])
    is_fine = not {Reason.SHOP, Reason.SERIES} & {*watched.reasons}
    return Finding("drift", is_fine, found)


def _moved(moved: Moved) -> str:
    return f"{moved.series_id} {moved.ratio - 1:+.0%} since {moved.began:%Y-%m-%d}"


def _advice(watched: Watched) -> Finding:
    if not watched.reasons:
        return Finding("learning", is_fine=True, found="the models need not learn anew")
    told = "; ".join(_reason(reason, watched) for reason in watched.reasons)
    return Finding("learning", is_fine=False, found=told, advice=_LEARN)


def _reason(reason: Reason, watched: Watched) -> str:
    new = sum(each.is_new for each in watched.moved)
    total = [each for each in watched.moved if each.series_id == Scope.TOTAL]
    covered, moved = watched.covered, [each.name for each in watched.inputs if each.has_moved]
    figures = {
        Reason.SHOP: "; ".join(_moved(each) for each in total),
        Reason.SERIES: f"{new} of {watched.series}",
        Reason.COVERAGE: covered and f"{covered.inside:.0%}, told at {covered.nominal:.0%}",
        Reason.INPUTS: ", ".join(moved),
        Reason.OVER: f"{watched.since} of {watched.horizon} periods",
    }
    return f"{reason} ({figures[reason]})"
