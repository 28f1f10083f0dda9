"""A report in HTML: a part of the page, or one file that loads nothing from elsewhere."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from agent import Citation, MarkKind, read_language
from ui.exports.fan import fan_svg
from ui.exports.words import figure_name, figure_text, made_of, title_of, words_of
from ui.markup import Quote, banner, fold, join, quotes, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent import Answer, Fact, Sentence
    from ui.exports.report import Report, Section

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_STYLES: Final = ("page.css", "backtest.css", "exports/report.css")


def report_html(report: Report) -> str:
    """Write the report as a file of its own."""
    styles = "\n".join(files("ui").joinpath(name).read_text("utf-8") for name in _STYLES)
    return Markup(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="{}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>{}</title><style>{}</style></head><body><main>{}</main></body></html>"
    ).format(
        report.language,
        _POLICY,
        title_of(report),
        Markup(styles),  # noqa: S704 - our own files
        report_body(report),
    )


def report_body(report: Report) -> Markup:
    """Write the report as a part of a page that has our style sheets."""
    words = words_of(report.language)
    notices = dict.fromkeys(notice for answer in report.answers for notice in answer.notices)
    return Markup(
        '<div class="gs gs-report"><h1>{}</h1><p class="gs-quiet">{}</p>{}{}{}</div>'
    ).format(
        title_of(report),
        made_of(report),
        join(banner(notice) for notice in notices),
        join(_section(section, report) for section in report.sections),
        fold(words["proof"], join(_proof(answer, report) for answer in report.answers)),
    )


def _section(section: Section, report: Report) -> Markup:
    facts = {fact.fact_id: fact for fact in section.answer.facts}
    place = report.answers.index(section.answer)
    return Markup("<section><h2>{}</h2>{}{}{}{}</section>").format(
        words_of(report.language)[section.key],
        join(_told(sentence, facts) for sentence in section.said),
        fan_svg(report.fan) if report.fan and section is report.sections[0] else "",
        _figures(section, report.language) if section.figures else "",
        join(
            quotes([_quote(each, place, report)])
            if isinstance(each, Citation)
            else _told(each, facts)
            for each in section.quoting
        ),
    )


def _told(sentence: Sentence, facts: Mapping[str, Fact]) -> Markup:
    return Markup("<p>{}</p>").format(Markup("").join(_bound(sentence, facts)))


def _bound(sentence: Sentence, facts: Mapping[str, Fact]) -> Iterator[Markup | str]:
    """Write a sentence with each figure bound to its fact."""
    bound = Markup('<span class="gs-bound" title="{}: {}">{}</span>')
    at = 0
    for mark in sorted(sentence.marks, key=lambda mark: mark.start):
        words = sentence.text[mark.start : mark.end]
        fact = facts[mark.ref] if mark.kind is MarkKind.VALUE else None
        yield sentence.text[at : mark.start]
        yield words if fact is None else bound.format(fact.source, fact.formula, words)
        at = mark.end
    yield sentence.text[at:]


def _quote(citation: Citation, place: int, report: Report) -> Quote:
    language = read_language(report.language)
    kind = language.kinds.get(citation.kind, citation.kind)
    where = [kind, language.dates.say_day(citation.day), citation.lang, citation.passage_id]
    return Quote(
        text=citation.quote,
        where=[part for part in where if part],
        stars=citation.stars,
        number=citation.number,
        anchor=f"gs-report-{place}-{citation.number}",
        whole=citation.text if citation.text.strip() != citation.quote else "",
    )


def _figures(section: Section, code: str) -> Markup:
    """Lay figures out a line each; parts of a whole with a bar as long as they weigh."""
    longest = max(abs(fact.value) for fact in section.figures) or 1.0
    rows = [
        (
            figure_name(fact, code),
            figure_text(fact, code),
            _bar(fact.value / longest) if section.are_parts else "",
        )
        for fact in section.figures
    ]
    head = ("", words_of(code)["value"], "")
    return Markup('<div class="gs-figures">{}</div>').format(
        table(head, rows, numbers=[1], total=section.are_parts)
    )


def _bar(share: float) -> Markup:
    less = " gs-less" if share < 0 else ""
    return Markup('<span class="gs-bar{}" style="width:{:.1%}" aria-hidden="true"></span>').format(
        less, abs(share)
    )


def _proof(answer: Answer, report: Report) -> Markup:
    words = words_of(report.language)
    head = [
        words[name]
        for name in ("fact", "about", "measure", "first_day", "last_day", "value", "unit",
                     "source", "formula")
    ]  # fmt: skip
    rows = [
        (
            fact.fact_id,
            answer.names.get(fact.entity, fact.entity),
            " ".join(filter(None, [str(fact.metric).replace("_", " "), fact.part])),
            fact.period.first_day.isoformat(),
            fact.period.last_day.isoformat(),
            repr(fact.value),
            str(fact.unit),
            fact.source,
            fact.formula,
        )
        for fact in answer.facts
    ]
    return Markup("<h3>{}</h3><p class='gs-quiet'>{} {}</p>{}").format(
        answer.question, words["answer"], answer.answer_id, table(head, rows, numbers=[5])
    )
