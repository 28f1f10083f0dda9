"""What the page shows, as plain functions: HTML and figures out, nothing of Gradio."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from signals import Col, GroundswellError, Measure, Scope
from ui import cards, charts
from ui.demo_shop import holds_demo
from ui.examples import example_questions
from ui.markup import banner, chips, empty, fold, join, pairs, table, tabs
from ui.series import ChosenSeries, list_series, load_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from agent import Answer
    from ui.live import Live

ALL: Final = ""
"""Choice of every category."""
DEMO: Final = "groundswell demo"
OWN_FOLDER: Final = " --home my-shop"
_NOTHING: Final = Markup("")
_BROKEN: Final = "Something went wrong on this machine; the log of groundswell serve says what."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer, or with the reason why there is none."""

    question: str
    answer: Answer | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class ChartView:
    """A heading, figures where there are any, and tables that say the same in numbers."""

    heading: Markup = _NOTHING
    fan: go.Figure | None = None
    waterfall: go.Figure | None = None
    tables: str = ""


def header(live: Live) -> str:
    """Name the workspace and the run that everything on the page comes from."""
    run = live.run()
    facts = [("workspace", live.settings.home.resolve().name)]
    if run is not None:
        facts += [
            ("data up to", f"{run.made_on:%d %b %Y}"),
            ("demand is", str(run.measure)),
            ("run", run.run_id[:12]),
        ]
    return Markup(
        '<div class="gs"><div class="gs-head"><h1>Ground<span>swell</span></h1>'
        '<span class="gs-quiet">what will sell, why, and what people are saying</span>{}'
        "</div></div>"
    ).format(pairs(facts, "gs-facts"))


def footer(live: Live) -> str:
    """Say what to type next."""
    if live.run() is None:
        return ""
    demo = live.kept("demo", lambda: holds_demo(live.lake))
    return Markup(
        '<div class="gs"><div class="gs-foot">{}<code>groundswell ingest FILE{}</code> then '
        "<code>groundswell run{}</code>. Every number here has its proof; contributions describe "
        "the forecast, they are not causes.</div></div>"
    ).format(
        "This is the demo shop. For your own data: " if demo else "For newer data: ",
        *[OWN_FOLDER if demo else f" --home {live.settings.home}"] * 2,
    )


def ask(live: Live, question: str) -> Turn:
    """Answer one question; what goes wrong is part of the turn, never an exception."""
    question = question.strip()
    try:
        return Turn(question, live.analyst().ask(question))
    except GroundswellError as error:
        return Turn(question, failure=str(error))
    except Exception:
        logger.exception("a question could not be answered")
        return Turn(question, failure=_BROKEN)


def conversation(live: Live, turns: Sequence[Turn], waiting: str = "") -> str:
    """Show the conversation, or how to begin one.

    Parameters
    ----------
    waiting
        A question that is being answered.
    """
    if not turns and not waiting:
        return _welcome(live)
    several = len(turns) > 1
    shown = [_turn(turn, place, several=several) for place, turn in enumerate(turns)]
    if waiting:
        thinking = Markup('<div class="gs-answer gs-waiting">Looking at the data</div>')
        shown.append(_exchange(waiting, thinking))
    return Markup('<div class="gs" role="log" aria-live="polite">{}</div>').format(join(shown))


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
    view = forecast(live, chosen, folded=True)
    return replace(view, heading=join([tabs(names, chosen, place), view.heading]))


def series_choices(live: Live) -> list[tuple[str, str]]:
    """List what has a forecast, label and series id: the total, categories, products."""
    run = live.run()
    if run is None:
        return []
    return live.kept("choices", lambda: list_series(live.lake, run, live.catalogue()))


def forecast(live: Live, series_id: str | None, *, folded: bool = False) -> ChartView:
    """Show the forecast of one series: fan chart, contributions, accuracy, tables.

    Parameters
    ----------
    folded
        Whether the tables stay closed until they are asked for.
    """
    run = live.run()
    if run is None:
        return ChartView(_no_run())
    if series_id is None or series_id not in live.catalogue():
        return ChartView()
    try:
        series = load_series(live.lake, run, live.catalogue()[series_id])
    except GroundswellError as error:
        return ChartView(empty("No forecast", str(error)))
    unit = f"{series.measure} a {series.period}"
    waterfall = None
    if series.steps:
        waterfall = charts.waterfall(
            series.steps, series.total, f"the {series.span}, {series.measure}"
        )
    return ChartView(
        heading=_series_heading(series, verdict=not folded),
        fan=charts.fan_chart(series.history, series.forecast, unit),
        waterfall=waterfall,
        tables=_series_tables(series, folded=folded),
    )


def alert_choices(live: Live) -> list[tuple[str, str]]:
    """List the categories that have open alerts, all of them first."""
    found = live.alerts()
    names = sorted({category for category in found[Col.CATEGORY] if category})
    return [(f"All categories ({len(found)})", ALL), *((name, name) for name in names)]


def alert_title(live: Live) -> str:
    """Name the tab of alerts with how many are open."""
    count = len(live.alerts())
    return f"Alerts ({count})" if count else "Alerts"


def alerts(live: Live, category: str | None) -> str:
    """Show the open alerts of a category, the most severe first."""
    if live.run() is None:
        return _no_run()
    found = live.alerts()
    if category:
        found = found[found[Col.CATEGORY] == category]
    if found.empty:
        return empty(
            "No open alerts", "What people write is as it usually is.", "groundswell alerts"
        )
    shown = found.sort_values(Col.SEVERITY, ascending=False, kind="stable")
    body = join(cards.alert_card(row) for _, row in shown.iterrows())
    return Markup('<div class="gs">{}</div>').format(body)


def _welcome(live: Live) -> str:
    if live.run() is None:
        return _no_run()
    return Markup(
        '<div class="gs"><div class="gs-welcome"><h2>What would you like to know?</h2>'
        '<p class="gs-quiet">Answers come from your own numbers and reviews, with proof for '
        "each.</p>{}</div></div>"
    ).format(chips(live.kept("examples", lambda: example_questions(live)), "Example questions"))


def _no_run() -> Markup:
    return empty(
        "Nothing has been forecast here yet",
        "Bring in your data and run it, or look at the demo shop first:",
        DEMO,
    )


def _turn(turn: Turn, place: int, *, several: bool) -> Markup:
    if turn.answer is None:
        body = banner(turn.failure, refusal=True)
    else:
        charted = several and turn.answer.chart is not None
        body = cards.answer_card(turn.answer, place, charted=charted)
    return _exchange(turn.question, Markup('<article class="gs-answer">{}</article>').format(body))


def _exchange(question: str, body: Markup) -> Markup:
    return Markup('<section class="gs-turn"><div class="gs-question">{}</div>{}</section>').format(
        question, body
    )


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
