"""Cards of the page: what an answer, an alert and the top of the page look like."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pandas as pd
from markupsafe import Markup

from agent import MarkKind
from signals import AlertKind, Col
from ui.alert_words import amount, at_risk, what_stands_out
from ui.markup import Quote, banner, chips, fold, join, pairs, quotes, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent import Answer, Citation, Fact, Mark, Sentence

_PARAGRAPH: Final = "\n\n"


def answer_card(answer: Answer, place: int, *, charted: bool) -> Markup:
    """Show an answer with its notices, reviews and proof.

    Parameters
    ----------
    place
        Of the turn in the conversation, from 0: ids on the page must differ.
    charted
        Whether to offer the chart that belongs to it.
    """
    notices = join(banner(notice) for notice in answer.notices)
    if answer.abstention is not None and not answer.facts:
        return join([notices, _refusal(answer)])
    show = Markup('<button type="button" class="gs-link" data-show="{}">Show its chart</button>')
    parts = [
        notices,
        *_flow(answer, place),
        _proof(answer),
        show.format(place) if charted else Markup(""),
        chips(answer.suggestions, "Questions to ask next"),
    ]
    return join(parts)


def _refusal(answer: Answer) -> Markup:
    abstention = answer.abstention
    if abstention is None:
        return Markup("")
    return join(
        [
            banner(answer.text, refusal=True),
            chips(abstention.alternatives, "Questions that can be answered"),
        ]
    )


def _flow(answer: Answer, place: int) -> list[Markup]:
    """Write the sentences as the text lays them out, quotes as a list of reviews."""
    facts = {fact.fact_id: fact for fact in answer.facts}
    cited = {str(citation.number): citation for citation in answer.citations}
    blocks: list[Markup] = []
    words: list[Markup | str] = []
    for between, sentence in [*_laid_out(answer), (_PARAGRAPH, None)]:
        found = [] if sentence is None else _quoted(sentence, cited)
        if words and (found or between == _PARAGRAPH):
            blocks.append(Markup("<p>{}</p>").format(Markup("").join(words)))
            words = []
        if sentence is None:
            continue
        if found:
            blocks.append(quotes(_quote(citation, place) for citation in found))
        else:
            words += [between if words else "", *_bound(sentence, facts, place)]
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
        pieces += [sentence.text[at : mark.start], _marked(sentence, mark, facts, place)]
        at = mark.end
    return [*pieces, sentence.text[at:]]


def _marked(sentence: Sentence, mark: Mark, facts: Mapping[str, Fact], place: int) -> Markup | str:
    words = sentence.text[mark.start : mark.end]
    if mark.kind is MarkKind.VALUE and mark.ref in facts:
        fact = facts[mark.ref]
        return Markup('<span class="gs-bound" title="{}">{}</span>').format(
            f"{fact.source}: {fact.formula}", words
        )
    if mark.kind is MarkKind.CITE:
        return Markup('<button type="button" class="gs-cite" data-cite="{}">{}</button>').format(
            _anchor(place, int(mark.ref)), words
        )
    return words


def _quote(citation: Citation, place: int) -> Quote:
    where = [citation.kind, f"{citation.day:%d %b %Y}", citation.lang]
    return Quote(
        text=citation.quote,
        where=[part for part in where if part],
        stars=citation.stars,
        number=citation.number,
        anchor=_anchor(place, citation.number),
        whole=citation.text if citation.text.strip() != citation.quote else "",
    )


def _proof(answer: Answer) -> Markup:
    rows = [
        (
            fact.fact_id,
            answer.names.get(fact.entity, fact.entity),
            " ".join(filter(None, [str(fact.metric).replace("_", " "), fact.part])),
            f"{fact.period.first_day:%d %b %Y} – {fact.period.last_day:%d %b %Y}",
            f"{_exact(fact.value)} {fact.unit}",
            fact.source,
            fact.formula,
        )
        for fact in answer.facts
    ]
    if not rows:
        return Markup("")
    head = ("", "About", "What", "Period", "Value", "Source", "Formula")
    return fold(
        f"Proof: {len(rows)} numbers and where they come from", table(head, rows, numbers=[4])
    )


def _exact(value: float) -> str:
    return f"{value:,.4f}".rstrip("0").rstrip(".").replace("-", "−")


def _anchor(place: int, number: int) -> str:
    return f"gs-quote-{place}-{number}"


def alert_card(alert: pd.Series) -> Markup:
    """Show an alert: what was seen, what was usual, since when, and three reviews."""
    observed, expected = float(alert[Col.OBSERVED]), float(alert[Col.EXPECTED])
    worse = observed > expected and alert[Col.KIND] != AlertKind.POSITIVE_SHARE
    row = alert.to_dict()
    risk = at_risk(row)
    figures = pairs(
        [
            (f"{what_stands_out(row)} now", amount(row, Col.OBSERVED)),
            ("usual", amount(row, Col.EXPECTED)),
            ("documents", f"{int(alert[Col.DOCUMENTS]):,}"),
            ("severity", f"{float(alert[Col.SEVERITY]):.0f} of 100"),
            *([("at risk in 28 days", risk)] if risk else []),
        ],
        "gs-shares",
    )
    aspect = alert[Col.ASPECT]
    return Markup(
        '<article class="gs-alert{}"><header><h2>{}</h2><span>{}</span>'
        '<span class="gs-quiet">since {:%d %b %Y}, last seen {:%d %b %Y}</span></header>'
        "{}{}</article>"
    ).format(
        "" if worse else " gs-good",
        alert[Col.NAME],
        f"about {aspect}" if isinstance(aspect, str) and aspect else "",
        alert[Col.WINDOW_START],
        alert[Col.WINDOW_END],
        figures,
        quotes(_alert_quotes(alert)),
    )


def _alert_quotes(alert: pd.Series) -> list[Quote]:
    stored = json.loads(alert[Col.QUOTES] or "[]")
    return [
        Quote(
            text=str(quote["text"]),
            where=[f"{pd.Timestamp(quote['day']):%d %b %Y}", str(quote["lang"])],
        )
        for quote in stored[:3]
    ]
