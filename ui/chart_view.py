"""The forecast of a series as the page shows it: a heading, two figures, and the same in tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from agent import Metric
from signals import GroundswellError, Measure, Scope
from ui import charts
from ui.markup import banner, empty, fold, join, no_run, table, tabs
from ui.series import ChosenSeries, list_series, load_series
from ui.tone import weekly_tone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import plotly.graph_objects as go

    from ui.live import Live
    from ui.page import Turn

_NOTHING: Final = Markup("")


@dataclass(frozen=True, slots=True)
class ChartView:
    """A heading, figures where there are any, and tables that say the same in numbers."""

    heading: Markup = _NOTHING
    fan: go.Figure | None = None
    waterfall: go.Figure | None = None
    tables: Markup = _NOTHING
    tone: go.Figure | None = None


def forecast(
    live: Live,
    series_id: str | None,
    *,
    folded: bool = False,
    window: tuple[date, date] | None = None,
) -> ChartView:
    """Show the forecast of one series: fan chart, contributions, accuracy, tables.

    Parameters
    ----------
    folded
        Whether the tables stay closed until they are asked for.
    window
        First and last day that sums are about; None means the whole horizon.
    """
    run = live.run()
    if run is None:
        return ChartView(no_run())
    if series_id is None or series_id not in live.catalogue():
        return ChartView()
    try:
        series = load_series(live.lake, run, live.catalogue()[series_id], window)
    except GroundswellError as error:
        return ChartView(empty("No forecast", str(error)))
    unit = f"{series.measure} a {series.period}"
    waterfall = None
    if series.steps:
        waterfall = charts.waterfall(
            series.steps, series.total, f"the {series.span}, {series.measure}"
        )
    tone = None if folded else weekly_tone(live.lake, run, live.catalogue()[series_id])
    return ChartView(
        tone=None if tone is None else charts.sentiment_line(tone),
        heading=_series_heading(series, verdict=not folded),
        fan=charts.fan_chart(series.history, series.forecast, unit),
        waterfall=waterfall,
        tables=_series_tables(series, folded=folded),
    )


def evidence(
    live: Live, turns: Sequence[Turn], place: int = -1, series_id: str | None = None
) -> ChartView:
    """Show the chart that goes with an answer; before the first, that of the whole shop.

    Parameters
    ----------
    place
        Of the answer in the conversation; the last one when there is no such place.
    series_id
        One of the series the answer is about; None means the one it is mostly about.
    """
    if live.run() is None:
        return ChartView()
    if not turns:
        return live.kept("first view", lambda: forecast(live, Scope.TOTAL, folded=True))
    place = place if 0 <= place < len(turns) else len(turns) - 1
    answer = turns[place].answer
    if answer is None or answer.chart is None:
        return ChartView()
    names = {
        name: answer.names.get(name, name)
        for name in (answer.chart.series_id, *answer.chart.others)
    }
    chosen = series_id if series_id in names else answer.chart.series_id
    periods = [
        (fact.period.first_day, fact.period.last_day)
        for fact in answer.facts
        if fact.metric is Metric.FORECAST and fact.entity == chosen
    ]
    view = forecast(live, chosen, folded=True, window=periods[0] if periods else None)
    return replace(view, heading=join([tabs(names, chosen, place), view.heading]))


def series_choices(live: Live) -> list[tuple[str, str]]:
    """List what has a forecast, label and series id: the total, categories, products."""
    run = live.run()
    if run is None:
        return []
    return live.kept("choices", lambda: list_series(live.lake, run, live.catalogue()))


def _series_heading(series: ChosenSeries, *, verdict: bool) -> Markup:
    notices = []
    if series.measure is Measure.REVIEW_COUNT:
        notices.append(
            banner("Demand is shown by the number of reviews, which stands for sales here.")
        )
    if verdict and series.text_verdict:
        notices.append(banner(series.text_verdict))
    return Markup('<div class="gs"><h2>{}</h2><p class="gs-quiet">{}</p>{}</div>').format(
        series.name, series.summary, join(notices)
    )


def _series_tables(series: ChosenSeries, *, folded: bool) -> Markup:
    forecast = table(series.columns, series.rows, numbers=range(1, len(series.columns)))
    parts = [("The forecast as a table", forecast)]
    if series.steps:
        sums = table(("Part", str(series.measure)), series.sums, numbers=[1], total=True)
        parts.insert(0, (f"How the {series.span} add up", sums))
    opened = [fold(name, body) if folded else _titled(name, body) for name, body in parts]
    return Markup(
        '<div class="gs"><p class="gs-quiet">{}</p><div class="{}">{}</div></div>'
    ).format(series.accuracy, "" if folded else "gs-two", join(opened))


def _titled(title: str, body: Markup) -> Markup:
    return Markup("<div><h3>{}</h3>{}</div>").format(title, body)
