"""The chart inside an answer: the series it is about, one below the other's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from agent import Metric
from signals import GroundswellError
from ui import charts
from ui.markup import fold, join
from ui.series import load_series
from ui.views.figures import figure
from ui.views.series_words import forecast_table, span, steps_table

if TYPE_CHECKING:
    from agent import Answer
    from ui.live import Live
    from ui.series import ChosenSeries
    from ui.views.words import Words

_HEIGHT: Final = 220
_DRAWN: Final = 2  # series of an answer; the others are in the tab of forecasts


def answer_chart(live: Live, answer: Answer, words: Words) -> Markup:
    """Draw what an answer is about, with tables of the same numbers; nothing where it has none."""
    if answer.chart is None or live.run() is None:
        return Markup("")
    wanted = (answer.chart.series_id, *answer.chart.others)[:_DRAWN]
    return join(_drawn(live, answer, name, words) for name in wanted)


def _drawn(live: Live, answer: Answer, series_id: str, words: Words) -> Markup:
    run = live.run()
    if run is None or series_id not in live.catalogue():
        return Markup("")
    periods = [
        (fact.period.first_day, fact.period.last_day)
        for fact in answer.facts
        if fact.metric is Metric.FORECAST and fact.entity == series_id
    ]
    window = periods[0] if periods else None
    entity = live.catalogue()[series_id]
    name = answer.names.get(series_id, entity.name)

    def draw() -> Markup:
        try:
            series = load_series(live.lake, run, entity, window)
        except GroundswellError:
            return Markup("")  # the answer says that there is no forecast
        return _figure(series, name, words)

    return live.kept(f"chart {series_id} {window} {name} {words.code}", draw)


def _figure(series: ChosenSeries, name: str, words: Words) -> Markup:
    unit = words.say(
        "chart.unit",
        measure=words.called("measure", series.measure),
        period=words.called("period", series.period),
    )
    fan = charts.fan_chart(series.history, series.forecast, unit)
    fan.update_layout(height=_HEIGHT)
    parts = [
        Markup("<figcaption>{}</figcaption>").format(name),
        figure(fan, words, words.say("chart.fan_label", name=name)),
        fold(words["chart.as_table"], forecast_table(series, words)),
    ]
    if series.steps:
        summed = words.say("chart.adds_up", span=span(series, words))
        parts.append(fold(summed, steps_table(series, words)))
    return Markup('<figure class="gs-in-answer">{}</figure>').format(join(parts))
