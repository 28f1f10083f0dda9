"""Why a forecast is what it is: contributions, what people wrote, what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from agent import Asked, Intent, Metric
from signals import GroundswellError
from ui import charts
from ui.markup import banner, empty, fold, join
from ui.series import load_series
from ui.views.figures import figure, with_table
from ui.views.forecasts import series_name
from ui.views.frame import no_run
from ui.views.series_words import span, steps_head, steps_rows, summary, text_verdict

if TYPE_CHECKING:
    from agent import Answer, Citation, Fact
    from ui.live import Live
    from ui.series import ChosenSeries
    from ui.views.words import Words

_WHOLE_QUOTE: Final = 90  # letters up to which a quote stands in the table as it is


def contributions(live: Live, series_id: str | None, words: Words) -> Markup:
    """Draw how the baseline and signed contributions add up to a forecast."""
    run = live.run()
    if run is None:
        return no_run(words)
    if series_id is None or series_id not in live.catalogue():
        return empty(words["forecast.none"], words["forecast.none_hint"])
    entity = live.catalogue()[series_id]
    try:
        series = load_series(live.lake, run, entity)
    except GroundswellError as error:
        return empty(words["forecast.none"], str(error))
    name = series_name(series, entity, words)
    verdict = text_verdict(run, entity, words)
    body = join(
        [
            Markup('<header><div><h2>{}</h2><p class="gs-quiet">{}</p></div></header>').format(
                name, summary(series, words)
            ),
            banner(verdict) if verdict else Markup(""),
            _waterfall(series, name, words),
            Markup('<p class="gs-quiet">{}</p>').format(words["why.association"]),
        ]
    )
    return Markup('<section class="gs gs-panel">{}</section>').format(body)


def evidence(live: Live, series_id: str | None, words: Words) -> Markup:
    """List what people wrote lately about a series; every quote opens its review."""
    answer = _said(live, Intent.EVIDENCE, series_id, words)
    if not isinstance(answer, str) and answer.citations:
        shown = join([_lead(answer), _evidence_table(answer, words)])
    else:
        shown = banner(answer if isinstance(answer, str) else answer.text)
    return _titled(words["why.evidence"], shown)


def changed(live: Live, series_id: str | None, words: Words) -> Markup:
    """Take apart how a forecast differs from that of the run before."""
    answer = _said(live, Intent.CHANGED, series_id, words)
    if isinstance(answer, str) or answer.abstention is not None:
        told = banner(answer if isinstance(answer, str) else answer.text)
        return _titled(words["why.changed"], told)
    return _titled(words["why.changed"], join([_lead(answer), _revision(answer, words)]))


def being_worked_out(title: str, words: Words) -> Markup:
    """Stand where something will be shown that takes a while."""
    waiting = Markup('<p class="gs-waiting">{}</p>').format(words["ask.waiting"])
    return _titled(title, waiting)


def _said(live: Live, intent: Intent, series_id: str | None, words: Words) -> Answer | str:
    """Let the analyst answer about a series; give the reason in words where that cannot be."""
    if live.run() is None or series_id is None or series_id not in live.catalogue():
        return words["forecast.none_hint"]
    entity = live.catalogue()[series_id]
    plan = Asked(intent, entity, language=words.code).plan()
    try:
        return live.analyst().answer(plan)
    except GroundswellError as error:
        return str(error)


def _waterfall(series: ChosenSeries, name: str, words: Words) -> Markup:
    if not series.steps:
        return banner(words["why.no_parts"])
    steps = [(words.part(part), units) for part, units in series.steps]
    title = f"{span(series, words)}, {words.called('measure', series.measure)}"
    drawn = charts.waterfall(steps, series.total, title, words["parts.forecast"])
    label = words.say("why.waterfall_label", name=name)
    return with_table(
        figure(drawn, words, label), words, steps_head(series, words), steps_rows(series, words),
        opened=True, total=True,
    )  # fmt: skip


def _lead(answer: Answer) -> Markup:
    """Give the sentences of an answer that hold its figures, without the quotes."""
    told = [sentence.text for sentence in answer.sentences if sentence.fact_ids]
    return Markup("<p>{}</p>").format(" ".join(told))


def _evidence_table(answer: Answer, words: Words) -> Markup:
    head = [words[f"evidence.{name}"] for name in ("day", "kind", "stars", "language", "text")]
    th = join(Markup('<th scope="col">{}</th>').format(name) for name in head)
    rows = join(_evidence_row(citation, words) for citation in answer.citations)
    return Markup(
        '<div class="gs-scroll" tabindex="0"><table class="gs-evidence"><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(th, rows)


def _evidence_row(citation: Citation, words: Words) -> Markup:
    quote = Markup("<q>{}</q>").format(citation.quote)
    if citation.text.strip() != citation.quote or len(citation.text) > _WHOLE_QUOTE:
        whole = Markup("<blockquote>{}</blockquote>").format(citation.text)
        quote = join([quote, fold(words["evidence.open"], whole)])
    cells = [
        words.day(citation.day),
        words.language.kinds.get(citation.kind, citation.kind),
        "" if citation.stars is None else words.number(citation.stars),
        citation.lang,
        quote,
    ]
    return Markup("<tr>{}</tr>").format(join(Markup("<td>{}</td>").format(each) for each in cells))


def _revision(answer: Answer, words: Words) -> Markup:
    """Draw what moved a forecast from the run before to the newest."""
    facts = {fact.metric: fact for fact in answer.facts}
    parts = [fact for fact in answer.facts if fact.metric is Metric.REVISION_PART]
    before, now = facts.get(Metric.EARLIER_FORECAST), facts.get(Metric.FORECAST)
    if not parts or before is None or now is None:
        return Markup("")
    named = [(_source(fact, words), fact) for fact in parts]
    steps = [(words["why.before"], before.value), *((name, fact.value) for name, fact in named)]
    title = words.called("unit", now.unit)
    drawn = charts.waterfall(steps, now.value, title, words["why.now"])
    rows = [
        [words["why.before"], words.number(before.value, 1)],
        *([name, words.number(fact.value, 1, signed=True)] for name, fact in named),
        [words["why.now"], words.number(now.value, 1)],
    ]
    head = [words["why.source"], title]
    label = words["why.changed"]
    return with_table(figure(drawn, words, label), words, head, rows, opened=True, total=True)


def _source(fact: Fact, words: Words) -> str:
    return words.language.sources.get(fact.part, fact.part)


def _titled(title: str, body: Markup) -> Markup:
    return Markup('<section class="gs gs-panel"><h2>{}</h2>{}</section>').format(title, body)
