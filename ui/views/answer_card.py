"""An answer on the page: sentences with bound figures, chart, reviews, what to ask next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from agent import MarkKind
from ui.markup import Quote, banner, chips, join, quotes
from ui.views.answer_chart import answer_chart
from ui.views.proof import fact_anchor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent import Answer, Citation, Fact, Mark, Sentence
    from ui.live import Live
    from ui.views.words import Words

_PARAGRAPH: Final = "\n\n"
_CLOSING: Final = re.compile(r"[,.;:!?)，。；：！？、）]+")


def answer_card(live: Live, answer: Answer, place: int, words: Words) -> Markup:
    """Show an answer with its notices, chart and reviews.

    Parameters
    ----------
    place
        Of the turn in the conversation, from 0: ids on the page must differ.
    """
    notices = join(banner(notice) for notice in answer.notices)
    if answer.abstention is not None and not answer.facts:
        return join([notices, _refusal(answer, words)])
    lead, *rest = _flow(answer, place, words) or [Markup("")]
    return join(
        [
            notices,
            lead,
            answer_chart(live, answer, words),
            *rest,
            _ratings(answer, words),
            chips(answer.suggestions, words["ask.next"]),
        ]
    )


def _refusal(answer: Answer, words: Words) -> Markup:
    abstention = answer.abstention
    if abstention is None:
        return Markup("")
    return join(
        [
            banner(answer.text, refusal=True),
            chips(abstention.alternatives, words["ask.instead"]),
        ]
    )


def _ratings(answer: Answer, words: Words) -> Markup:
    """Ask whether the answer helped."""
    button = Markup(
        '<button type="button" class="gs-rate" data-rate="{}" data-answer="{}" '
        'aria-pressed="false">{}</button>'
    )
    rates = (("up", "ask.helpful"), ("down", "ask.not_helpful"))
    return Markup('<div class="gs-rates" role="group" aria-label="{}">{}</div>').format(
        words["ask.rate"],
        join(button.format(rate, answer.answer_id, words[key]) for rate, key in rates),
    )


def _flow(answer: Answer, place: int, words: Words) -> list[Markup]:
    """Write the sentences as the text lays them out, quotes as a list of reviews."""
    facts = {fact.fact_id: fact for fact in answer.facts}
    cited = {str(citation.number): citation for citation in answer.citations}
    blocks: list[Markup] = []
    told: list[Markup | str] = []
    for between, sentence in [*_laid_out(answer), (_PARAGRAPH, None)]:
        found = [] if sentence is None else _quoted(sentence, cited)
        if told and (found or between == _PARAGRAPH):
            blocks.append(Markup("<p>{}</p>").format(Markup("").join(told)))
            told = []
        if sentence is None:
            continue
        if found:
            blocks.append(quotes(_quote(citation, place, words) for citation in found))
        else:
            told += [between if told else "", *_bound(sentence, facts, place)]
    return blocks


def _quoted(sentence: Sentence, cited: Mapping[str, Citation]) -> list[Citation]:
    return [cited[mark.ref] for mark in sentence.marks if mark.kind is MarkKind.QUOTE]


def _laid_out(answer: Answer) -> list[tuple[str, Sentence | None]]:
    """Pair each sentence with what stands before it in the text."""
    placed: list[tuple[str, Sentence | None]] = []
    at = 0
    for sentence in answer.sentences:
        start = answer.text.index(sentence.text, at)
        placed.append((answer.text[at:start], sentence))
        at = start + len(sentence.text)
    return placed


def _bound(sentence: Sentence, facts: Mapping[str, Fact], place: int) -> list[Markup | str]:
    """Write a sentence with each figure bound to its fact and each ``[n]`` to its review."""
    pieces: list[Markup | str] = []
    at = 0
    for mark in sorted(sentence.marks, key=lambda mark: mark.start):
        marked = _marked(sentence, mark, facts, place)
        pieces.append(sentence.text[at : mark.start])
        at = mark.end
        closing = _CLOSING.match(sentence.text, at)
        if closing and isinstance(marked, Markup):  # else a line may begin with a comma
            marked = Markup('<span class="gs-together">{}{}</span>').format(marked, closing[0])
            at = closing.end()
        pieces.append(marked)
    return [*pieces, sentence.text[at:]]


def _marked(sentence: Sentence, mark: Mark, facts: Mapping[str, Fact], place: int) -> Markup | str:
    words = sentence.text[mark.start : mark.end]
    if mark.kind is MarkKind.VALUE and mark.ref in facts:
        fact = facts[mark.ref]
        return Markup(
            '<button type="button" class="gs-bound" data-fact="{}" title="{}">{}</button>'
        ).format(fact_anchor(place, fact), f"{fact.source}: {fact.formula}", words)
    if mark.kind is MarkKind.CITE:
        return Markup('<button type="button" class="gs-cite" data-cite="{}">{}</button>').format(
            _anchor(place, int(mark.ref)), words
        )
    return words


def _quote(citation: Citation, place: int, words: Words) -> Quote:
    where = [
        words.language.kinds.get(citation.kind, citation.kind),
        words.day(citation.day),
        citation.lang,
    ]
    return Quote(
        text=citation.quote,
        where=[part for part in where if part],
        stars=citation.stars,
        number=citation.number,
        anchor=_anchor(place, citation.number),
        whole=citation.text if citation.text.strip() != citation.quote else "",
    )


def _anchor(place: int, number: int) -> str:
    return f"gs-quote-{place}-{number}"
