"""Forecasts of chosen series: fan chart, overlays, the same in a table, accuracy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
from markupsafe import Markup

from agent import EntityKind
from forecasting import FINAL, accuracy_frame
from signals import Col, GroundswellError, Measure
from ui import charts
from ui.markup import banner, empty, fold, join, table
from ui.series import ChosenSeries, list_series, load_series
from ui.tone import weekly_tone
from ui.views.figures import download, figure
from ui.views.frame import no_run
from ui.views.overlays import Earlier, Overlay, earlier_forecasts
from ui.views.series_words import (
    accuracy_line,
    forecast_head,
    forecast_rows,
    summary,
    text_verdict,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from agent import Entity
    from forecasting import RunInfo
    from ui.live import Live
    from ui.views.words import Words

MOST: Final = 4
"""Series shown at once."""
_METRICS: Final = ("wape", "mae", "rmse", "mase", "wql", "coverage_80")
_SHARES: Final = {"wape", "coverage_80"}
_EXPERTS_SHOWN: Final = 6


def series_choices(live: Live, words: Words) -> list[tuple[str, str]]:
    """List what has a forecast, label and series id: the total, categories, products."""
    run = live.run()
    if run is None:
        return []

    def listed() -> list[tuple[str, str]]:
        found = list_series(live.lake, run, live.catalogue())
        return [(_label(live, name, label, words), name) for label, name in found]

    return live.kept(f"choices {words.code}", listed)


def forecasts(
    live: Live, series_ids: Sequence[str], overlays: Collection[Overlay], words: Words
) -> Markup:
    """Show the forecasts of some series, one below the other."""
    run = live.run()
    if run is None:
        return no_run(words)
    known = [name for name in series_ids if name in live.catalogue()][:MOST]
    if not known:
        return empty(words["forecast.none"], words["forecast.none_hint"])
    return join(_one(live, run, name, overlays, words) for name in known)


def _label(live: Live, series_id: str, label: str, words: Words) -> str:
    """Name a series in a list; the whole shop as the reader calls it."""
    kind = live.catalogue()[series_id].kind
    if kind is EntityKind.TOTAL:
        return words.language.phrases["whole"]
    if kind is EntityKind.CATEGORY:
        return f"{live.catalogue()[series_id].name} · {words['series.category']}"
    return label


def _one(
    live: Live, run: RunInfo, series_id: str, overlays: Collection[Overlay], words: Words
) -> Markup:
    entity = live.catalogue()[series_id]
    try:
        series = load_series(live.lake, run, entity)
    except GroundswellError as error:
        return empty(words["forecast.none"], str(error))
    name = series_name(series, entity, words)
    body = [_heading(series, run, entity, name, words), *_fan(live, series, overlays, words, name)]
    body.append(_accuracy(live, run, entity, words))
    tone = weekly_tone(live.lake, run, entity)
    if tone is not None:
        drawn = figure(charts.sentiment_line(tone, words["chart.tone_unit"]), words,
                       words.say("chart.tone_label", name=name))  # fmt: skip
        body.append(fold(words["chart.tone"], join([drawn, tone_table(tone, words)])))
    return Markup('<section class="gs gs-panel">{}</section>').format(join(body))


def series_name(series: ChosenSeries, entity: Entity, words: Words) -> str:
    """Call a series as the reader does."""
    whole = entity.kind is EntityKind.TOTAL
    name = words.language.phrases["whole"] if whole else series.name
    return name[0].upper() + name[1:]


def _heading(series: ChosenSeries, run: RunInfo, entity: Entity, name: str, words: Words) -> Markup:
    notices = [text_verdict(run, entity, words)]
    if series.measure is Measure.REVIEW_COUNT:
        notices.insert(0, words["series.proxy"])
    banners = join(banner(notice) for notice in notices if notice)
    frame = _numbers(series)
    link = download(frame, f"forecast-{run.run_id[:8]}-{entity.kind}.csv", words["forecast.csv"])
    return Markup('<header><div><h2>{}</h2><p class="gs-quiet">{}</p></div>{}</header>{}').format(
        name, summary(series, words), link, banners
    )


def _fan(
    live: Live,
    series: ChosenSeries,
    overlays: Collection[Overlay],
    words: Words,
    name: str,
) -> list[Markup]:
    """Draw history, forecast and what was forecast before, and say the same in a table."""
    unit = words.say(
        "chart.unit",
        measure=words.called("measure", series.measure),
        period=words.called("period", series.period),
    )
    drawn = charts.fan_chart(series.history, series.forecast, unit)
    earlier = earlier_forecasts(live, series, overlays)
    for line, past in enumerate(earlier):
        label = words.say(f"overlay.line_{past.kind}", day=words.day(past.made_on))
        charts.add_earlier(drawn, past.units, label, line)
    missing = [kind for kind in overlays if not any(past.kind is kind for past in earlier)]
    notes = [banner(words[f"overlay.no_{kind}"]) for kind in missing]
    numbers = table(
        forecast_head(series, words), forecast_rows(series, words),
        numbers=range(1, len(series.wide.columns) + 1),
    )  # fmt: skip
    beside = Markup('<div class="gs-beside"><div>{}</div><div>{}</div></div>').format(
        figure(drawn, words, words.say("chart.fan_label", name=name)), numbers
    )
    return [*notes, beside, *([_overlay_table(series, earlier, words)] if earlier else [])]


def _overlay_table(series: ChosenSeries, earlier: Sequence[Earlier], words: Words) -> Markup:
    """Hold earlier forecasts against what was sold, where it is known."""
    sold = series.history.set_index(Col.DAY)[Col.UNITS]
    rows = []
    for past in earlier:
        days = pd.DatetimeIndex(past.units.index)
        for day, units, known in zip(days, past.units, sold.reindex(days), strict=True):
            told = [words[f"overlay.{past.kind}"], words.day(past.made_on), words.day(day)]
            miss = "" if pd.isna(known) else words.number(units - known, 1, signed=True)
            actual = "" if pd.isna(known) else words.number(known, 1)
            rows.append([*told, words.number(units, 1), actual, miss])
    head = [words[f"overlay.head_{name}"] for name in
            ("kind", "made_on", "period", "forecast", "actual", "miss")]  # fmt: skip
    return fold(words["overlay.as_table"], table(head, rows, numbers=[3, 4, 5]))


def _accuracy(live: Live, run: RunInfo, entity: Entity, words: Words) -> Markup:
    """Say how good earlier forecasts of a series were: the published one, then single experts."""
    rows = accuracy_frame(live.lake, run.run_id, [entity.series_id])
    whole = rows[rows[Col.STEP] == 0]
    wide = whole.pivot_table(
        index=[Col.EXPERT, Col.VARIANT], columns=Col.METRIC, values=Col.VALUE, aggfunc="first"
    )
    line = Markup('<p class="gs-quiet">{}</p>').format(accuracy_line(live.lake, run, entity, words))
    known = [metric for metric in _METRICS if metric in wide.columns]
    if wide.empty or not known:
        return line
    final = wide[wide.index.get_level_values(Col.VARIANT) == FINAL.variant]
    single = wide[~wide.index.get_level_values(Col.EXPERT).isin([FINAL.name])]
    best = single.sort_values(known[0], kind="stable").head(_EXPERTS_SHOWN)
    lines = [
        [words["accuracy.published"], *_cells(row, known, words)] for _, row in final.iterrows()
    ]
    lines += [
        [_expert(row[Col.EXPERT], row[Col.VARIANT], words), *_cells(row, known, words)]
        for _, row in best.reset_index().iterrows()
    ]
    head = [words["accuracy.forecaster"], *(words[f"accuracy.{metric}"] for metric in known)]
    numbers = table(head, lines, numbers=range(1, len(head)))
    return join([line, fold(words["accuracy.title"], numbers)])


def _expert(name: str, variant: str, words: Words) -> str:
    told = words.called("variant", variant)
    return f"{name} ({told})" if told else name


def _cells(row: pd.Series, metrics: Sequence[str], words: Words) -> list[str]:
    return [
        ""
        if pd.isna(row[metric])
        else words.share(row[metric], 1)
        if metric in _SHARES
        else words.number(row[metric], 2)
        for metric in metrics
    ]


def tone_table(tone: pd.DataFrame, words: Words) -> Markup:
    """Say in numbers what a line of tone draws."""
    rows = [
        [words.day(row[Col.DAY]), words.number(row[Col.POLARITY], 2, signed=True),
         words.number(row[Col.DOCUMENTS])]
        for row in tone.to_dict("records")
    ]  # fmt: skip
    head = [words[f"chart.{name}"] for name in ("week", "polarity", "documents")]
    return fold(words["chart.as_table"], table(head, rows, numbers=[1, 2]))


def _numbers(series: ChosenSeries) -> pd.DataFrame:
    """Give the forecast with all its digits, a row a period and level."""
    rows = series.forecast[[Col.DAY, Col.LEVEL, Col.UNITS]].sort_values([Col.DAY, Col.LEVEL])
    return rows.assign(
        **{Col.SERIES_ID: series.series_id, Col.MEASURE: str(series.measure),
           Col.DAY: rows[Col.DAY].dt.strftime("%Y-%m-%d")}
    )[[Col.SERIES_ID, Col.DAY, Col.LEVEL, Col.UNITS, Col.MEASURE]]  # fmt: skip
