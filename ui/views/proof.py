"""The proof of an answer: every figure as a fact, with its formula worked out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from agent import Unit
from ui.markup import join

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent import Answer, Fact
    from ui.live import Live
    from ui.views.turn import Turn
    from ui.views.words import Words

_FACT_ID: Final = re.compile(r"\bf\d+\b")
_DIGITS: Final = 4
PROOFS: Final = "gs-proofs"
"""Id of the place where they stand."""


def proof_panel(live: Live, turns: Sequence[Turn], words: Words) -> Markup:
    """Show the facts of the last answer; those of earlier ones wait until a figure asks for them.

    Every figure of an answer opens its own fact.
    """
    proven = [place for place, turn in enumerate(turns) if turn.answer and turn.answer.facts]
    shown = [
        proof_of(live, turns[place], place, words, hidden=place != proven[-1]) for place in proven
    ]
    hints = Markup('<p class="gs-quiet gs-no-proof">{}</p><p class="gs-quiet gs-hint">{}</p>')
    panel = Markup(
        '<aside class="gs gs-proofs" id="{0}" aria-label="{1}"><h2>{1}</h2>{2}{3}</aside>'
    )
    told = hints.format(words["proof.none"], words["proof.hint"])
    return panel.format(PROOFS, words["proof.title"], told, join(shown))


def proof_of(live: Live, turn: Turn, place: int, words: Words, *, hidden: bool = False) -> Markup:
    """Show the facts of one answer; nothing where there are none."""
    answer = turn.answer
    if answer is None or not answer.facts:
        return Markup("")
    cards = live.kept(
        f"proof {answer.answer_id} {place} {words.code}", lambda: _cards(answer, place, words)
    )
    return Markup('<section data-proof="{}"{}><p class="gs-asked">{}</p>{}</section>').format(
        place, Markup(" hidden") if hidden else "", answer.question, cards
    )


def fact_anchor(place: int, fact: Fact) -> str:
    """Name the fact of an answer on the page."""
    return f"gs-fact-{place}-{fact.fact_id}"


def exact(fact: Fact, words: Words) -> str:
    """Write the value of a fact with four decimals, and its unit."""
    is_share = fact.unit is Unit.SHARE
    number = words.number(100 * fact.value if is_share else fact.value, _DIGITS)
    if words.language.decimal in number:
        number = number.rstrip("0").rstrip(words.language.decimal)
    if is_share:
        return f"{number}%"
    unit = "" if fact.unit is Unit.SCORE else words.called("unit", fact.unit)
    return f"{number} {unit}".strip()


def _cards(answer: Answer, place: int, words: Words) -> Markup:
    facts = {fact.fact_id: fact for fact in answer.facts}
    return join(_fact(fact, facts, answer, place, words) for fact in answer.facts)


def _fact(
    fact: Fact, facts: Mapping[str, Fact], answer: Answer, place: int, words: Words
) -> Markup:
    what = " · ".join(
        filter(None, [words.called("metric", fact.metric), fact.part and words.part(fact.part)])
    )
    return Markup(
        '<div class="gs-fact" id="{}"><div class="gs-fact-top"><b>{}</b><span>{}</span></div>'
        '<div class="gs-quiet">{} · {}</div><div class="gs-formula">{}</div>'
        '<div class="gs-quiet">{}</div></div>'
    ).format(
        fact_anchor(place, fact),
        exact(fact, words),
        what,
        answer.names.get(fact.entity, fact.entity),
        words.days(fact.period.first_day, fact.period.last_day),
        _formula(fact, facts, place, words),
        words.say("proof.source", source=fact.source, fact=fact.fact_id),
    )


def _formula(fact: Fact, facts: Mapping[str, Fact], place: int, words: Words) -> Markup:
    """Write a formula with the values of its facts in place of their ids, each leading there."""
    if not fact.formula.startswith("="):
        return Markup("{}").format(fact.formula)
    pieces: list[Markup | str] = []
    at = 0
    for match in _FACT_ID.finditer(fact.formula):
        other = facts[match.group()]
        pieces += [
            fact.formula[at : match.start()],
            Markup('<button type="button" class="gs-bound" data-fact="{}">{}</button>').format(
                fact_anchor(place, other), exact(other, words)
            ),
        ]
        at = match.end()
    return Markup("").join([*pieces, fact.formula[at:]])
