"""How much of what was found an answer says: a line, a paragraph, a report, or as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.understanding.plan import Intent, Length
from agent.writing.sentence import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agent.understanding.plan import Plan
    from agent.writing.compose import Draft

AHEAD = frozenset(
    {Intent.FORECAST, Intent.EXPLAIN, Intent.RANK_GROWTH, Intent.RANK_VOLUME, Intent.COMPARE}
)
"""What is asked of the future, where a report has the order of `Role`."""
_ROLES = tuple(Role)
_LAST = (Role.ACCURACY, Role.CAVEAT)
_IN_PARAGRAPH = frozenset(
    {Role.VERDICT, Role.INTERVAL, Role.DRIVERS, Role.CHANGED, Role.ACCURACY, Role.CAVEAT}
)
_OPENS = (":", "：")


def says_why(plan: Plan) -> bool:
    """Tell whether an answer takes the forecast apart."""
    full = plan.length in {Length.PARAGRAPH, Length.REPORT}
    return plan.slots.why or plan.intent is Intent.EXPLAIN or full


def fitted(drafts: Sequence[Draft], plan: Plan) -> tuple[Draft, ...]:
    """Keep what an answer of the length of its plan says, in order, each sentence once.

    Past accuracy and then caveats come last. A report on demand has the order of `Role`
    throughout. A paragraph leaves quotes and lists out, a line all but the verdict.
    """
    reported = plan.length is Length.REPORT and plan.intent in AHEAD
    ordered = _once(_reported(drafts) if reported else sorted(drafts, key=_lateness))
    match plan.length:
        case Length.LINE:
            return _with_first(ordered, lambda draft: draft.role is Role.VERDICT)
        case Length.PARAGRAPH:
            return _with_first(ordered, lambda draft: draft.role in _IN_PARAGRAPH)
        case _:
            return tuple(ordered)


def _lateness(draft: Draft) -> int:
    return _LAST.index(draft.role) + 1 if draft.role in _LAST else 0


def _reported(drafts: Sequence[Draft]) -> list[Draft]:
    """Put sentences in the order of their roles; lines stay with what opens them."""
    places: list[int] = []
    opened = False
    for draft in drafts:
        goes_on = opened and draft.role is Role.LINE
        places.append(places[-1] if goes_on else _ROLES.index(draft.role))
        opened = goes_on or draft.pieces[-1].text.endswith(_OPENS)
    return [
        draft for _, draft in sorted(zip(places, drafts, strict=True), key=lambda each: each[0])
    ]


def _once(drafts: Sequence[Draft]) -> list[Draft]:
    said: dict[str, Draft] = {}
    for draft in drafts:
        said.setdefault(draft.fill().text, draft)
    return list(said.values())


def _with_first(drafts: Sequence[Draft], keeps: Callable[[Draft], bool]) -> tuple[Draft, ...]:
    """Keep some sentences; of a list that one of them opens, or that is all there is, the first."""
    kept: list[Draft] = []
    before: Draft | None = None
    for draft in drafts:
        opened = before is not None and before.pieces[-1].text.endswith(_OPENS)
        if keeps(draft) or before is None or opened:
            kept.append(draft)
            before = draft
    return tuple(kept)
