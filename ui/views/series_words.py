"""What is said of a forecast series in the words of the reader: span, accuracy, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecasting import FINAL, accuracy_frame
from signals import Col
from ui.markup import table

if TYPE_CHECKING:
    from markupsafe import Markup

    from agent import Entity
    from forecasting import RunInfo
    from signals import Lake
    from ui.series import ChosenSeries
    from ui.views.words import Words

_WHOLE: Final = 0  # step that stands for all steps


def span(series: ChosenSeries, words: Words) -> str:
    """Name the periods that are counted: ``next 8 weeks``."""
    if series.counted[0] == series.wide.index[0]:
        return words.say(f"span.next_{series.period}", count=len(series.counted))
    first = words.day(series.counted[0])
    return words.say(f"span.from_{series.period}", count=len(series.counted), first=first)


def summary(series: ChosenSeries, words: Words) -> str:
    """Say in a line what is expected, beside as many periods before."""
    measure = words.called("measure", series.measure)
    total = words.number(series.total)
    told = words.say("series.expected", total=total, measure=measure, span=span(series, words))
    before = series.history[Col.UNITS].tail(len(series.counted))
    begins_now = series.counted[0] == series.wide.index[0]
    if not begins_now or len(before) < len(series.counted) or before.sum() <= 0:
        return told
    change = words.share(series.total / before.sum() - 1, 1, signed=True)
    earlier = words.say(f"span.before_{series.period}", count=len(before))
    return told + words.say(
        "series.against", change=change, before=words.number(before.sum()), span=earlier
    )


def forecast_head(series: ChosenSeries, words: Words) -> list[str]:
    """Head the table of a forecast."""
    levels = (
        words.say("chart.level", share=words.share(float(level))) for level in series.wide.columns
    )
    return [words[f"series.from_{series.period}"], *levels]


def forecast_rows(series: ChosenSeries, words: Words) -> list[list[str]]:
    """Write a forecast as texts, a row a period."""
    return [
        [words.day(day), *(words.number(value, 1) for value in values)]
        for day, values in zip(series.wide.index, series.wide.to_numpy(), strict=True)
    ]


def forecast_table(series: ChosenSeries, words: Words) -> Markup:
    """Lay out a forecast, a row a period and a column a level."""
    head = forecast_head(series, words)
    return table(head, forecast_rows(series, words), numbers=range(1, len(head)))


def steps_rows(series: ChosenSeries, words: Words) -> list[list[str]]:
    """Write the contributions as texts, the forecast last."""
    (name, baseline), *parts = series.steps
    return [
        [words.part(name), words.number(baseline, 1)],
        *([words.part(part), words.number(value, 1, signed=True)] for part, value in parts),
        [words["parts.forecast"], words.number(series.total, 1)],
    ]


def steps_head(series: ChosenSeries, words: Words) -> list[str]:
    """Head the table of contributions."""
    return [words["series.part"], words.called("measure", series.measure)]


def steps_table(series: ChosenSeries, words: Words) -> Markup:
    """Lay out how the contributions add up."""
    rows = steps_rows(series, words)
    return table(steps_head(series, words), rows, numbers=[1], total=True)


def accuracy_line(lake: Lake, run: RunInfo, entity: Entity, words: Words) -> str:
    """Say how far earlier forecasts of this series were off."""
    rows = accuracy_frame(lake, run.run_id, [entity.series_id])
    final = rows[(rows[Col.VARIANT] == FINAL.variant) & (rows[Col.STEP] == _WHOLE)]
    values = dict(zip(final[Col.METRIC], final[Col.VALUE], strict=True))
    if "wape" not in values:
        return words["series.no_accuracy"]
    told = words.say("series.wape", wape=words.share(values["wape"]))
    if "coverage_80" in values:
        told += words.say("series.coverage", coverage=words.share(values["coverage_80"]))
    return told


def text_verdict(run: RunInfo, entity: Entity, words: Words) -> str:
    """Say what the backtest says about reading reviews; nothing where it tried only one way."""
    verdict = run.config.get("text", {}).get(str(entity.kind))
    if verdict is None:
        return ""
    figures = {name: words.share(verdict[name], 1) for name in ("with_text", "without_text")}
    return words.say(
        "series.text_helped" if verdict["helped"] else "series.text_did_not", **figures
    )
