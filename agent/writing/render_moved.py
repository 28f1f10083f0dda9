"""A change of past sales to sentences: where it lies, what was paid, what was said meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.language.language import shown
from agent.writing.compose import Context, Named
from agent.writing.sentence import Role

if TYPE_CHECKING:
    from agent.tools.findings import Moved
    from agent.writing.compose import Composer, Draft


def say_moved(write: Composer, found: Moved) -> list[Draft]:
    """Say the parts of a change, a line each, that they sum to it, and how the price changed."""
    name = Named(found.entity.series_id)
    drafts: list[Draft] = []
    if found.parts:
        drafts += _say_parts(write, found)
    if found.paid is not None and shown(found.paid) != 0:
        last = found.paid.period
        drafts.append(
            write.compose("moved_price", Role.DRIVERS, name=name, paid=found.paid, last=last)
        )
    return drafts


def _say_parts(write: Composer, found: Moved) -> list[Draft]:
    whole = found.entity.series_id
    period = found.change.period
    drafts = [write.compose("moved", Role.DRIVERS)]
    for each in found.parts:
        series = each.entity.series_id
        about, named = Context(series, (period,)), Named(series)
        drafts.append(write.compose("moved_line", Role.LINE, about, name=named, change=each.change))
    facts = [part.change for part in found.parts]
    about, named = Context(whole, (period,)), Named(whole)
    if found.rest is not None:
        facts.append(found.rest)
        drafts.append(write.compose("moved_rest", Role.LINE, about, name=named, change=found.rest))
    drafts.append(write.compose("moved_sum", Role.LINE, about, name=named, change=found.change))
    if sum(map(shown, facts)) != shown(found.change):
        drafts.append(write.compose("rounded", Role.CAVEAT))
    return drafts
