"""Alerts: a feed to filter, and one of them with its chart, quotes and what it touches."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pandas as pd
from markupsafe import Markup

from signals import AlertKind, Col
from ui import charts
from ui.alerting.states import AlertStatus
from ui.markup import Quote, empty, join, pairs, quotes
from ui.series import load_series
from ui.tone import weekly_tone
from ui.views.figures import figure
from ui.views.forecasts import series_choices, tone_table
from ui.views.frame import no_run
from ui.views.series_words import summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.alerting.states import AlertState
    from ui.live import Live
    from ui.views.words import Words

ALL: Final = ""
"""Choice of everything."""
SNOOZED: Final = 7
"""Days that a snooze lasts."""
_QUOTES: Final = 3
_GRAVE: Final = 50.0  # severity, of 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts are shown: of a category, a kind, a status; grave ones alone."""

    category: str = ALL
    kind: str = ALL
    status: str = ALL
    grave: bool = False


def alert_title(live: Live, words: Words) -> str:
    """Name the tab of alerts with how many are open."""
    count = len(live.alerts())
    return f"{words['tabs.alerts']} ({count})" if count else words["tabs.alerts"]


def category_choices(live: Live, words: Words) -> list[tuple[str, str]]:
    """List the categories that have open alerts, all of them first."""
    found = live.alerts()
    names = sorted({category for category in found[Col.CATEGORY] if category})
    every = words.say("alerts.all_categories", count=len(found))
    return [(every, ALL), *((name, name) for name in names)]


def kind_choices(words: Words) -> list[tuple[str, str]]:
    """List what can stand out."""
    each = [(words[f"alerts.{kind}"], str(kind)) for kind in AlertKind]
    return [(words["alerts.all_kinds"], ALL), *each]


def status_choices(words: Words) -> list[tuple[str, str]]:
    """List what can have become of alerts."""
    each = [(words[f"alerts.{status}"], str(status)) for status in AlertStatus]
    return [(words["alerts.all_statuses"], ALL), *each]


def matching(live: Live, wanted: Wanted) -> pd.DataFrame:
    """Choose open alerts, the most severe first."""
    found = live.alerts()
    keep = pd.Series(data=True, index=found.index)
    if wanted.category:
        keep &= found[Col.CATEGORY] == wanted.category
    if wanted.kind:
        keep &= found[Col.KIND] == wanted.kind
    if wanted.status:
        states = live.alert_states().states(found[Col.ALERT_ID])
        keep &= found[Col.ALERT_ID].map(lambda name: _status(states, name)) == wanted.status
    if wanted.grave:
        keep &= found[Col.SEVERITY].astype(float) >= _GRAVE
    return found[keep].sort_values(Col.SEVERITY, ascending=False, kind="stable")


def feed(live: Live, wanted: Wanted, chosen: str | None, words: Words) -> Markup:
    """List alerts as buttons; the chosen one is marked."""
    if live.run() is None:
        return no_run(words)
    found = matching(live, wanted)
    if found.empty:
        return empty(words["alerts.none"], words["alerts.none_hint"], "groundswell alerts")
    states = live.alert_states().states(found[Col.ALERT_ID])
    entries = (
        _entry(row, row[Col.ALERT_ID] == chosen, states.get(row[Col.ALERT_ID]), words)
        for _, row in found.iterrows()
    )
    return Markup('<div class="gs gs-feed" role="list">{}</div>').format(join(entries))


def detail(live: Live, alert_id: str | None, words: Words) -> Markup:
    """Show one alert: what was seen, what was usual, the weeks before, what people wrote."""
    run = live.run()
    found = live.alerts()
    rows = found[found[Col.ALERT_ID] == alert_id]
    if run is None or rows.empty:
        return Markup("")
    alert = rows.iloc[0]
    state = live.alert_states().states([str(alert_id)]).get(str(alert_id))
    body = [
        _heading(alert, words),
        Markup('<p><span class="gs-state">{}</span></p>').format(said_state(state, words)),
        pairs(_figures(alert, words), "gs-shares"),
        _weeks(live, alert, words),
        Markup("<h3>{}</h3>").format(words["alerts.quotes"]),
        quotes(_quotes(alert, words)),
        _touched(live, alert, words),
    ]
    return Markup('<article class="gs gs-alert{}">{}</article>').format(
        "" if _is_worse(alert) else " gs-good", join(body)
    )


def change(live: Live, alert_id: str, status: AlertStatus, by: str) -> None:
    """Put an alert into a state; a snooze ends after `SNOOZED` days.

    Raises
    ------
    DataError
        When the state cannot be kept.
    """
    until = datetime.now(UTC) + timedelta(days=SNOOZED) if status is AlertStatus.SNOOZED else None
    live.alert_states().change(alert_id, status, by=by, until=until)


def said_state(state: AlertState | None, words: Words) -> str:
    """Say where an alert stands."""
    if state is None:
        return words["alerts.open"]
    day = "" if state.until is None else words.day(state.until)
    return words.say(f"alerts.{state.status}", day=day) if day else words[f"alerts.{state.status}"]


def _status(states: Mapping[str, AlertState], alert_id: str) -> str:
    return str(states[alert_id].status) if alert_id in states else str(AlertStatus.OPEN)


def _is_worse(alert: pd.Series) -> bool:
    return bool(alert[Col.KIND] != AlertKind.POSITIVE_SHARE)


def _amount(alert: pd.Series, column: str, words: Words) -> str:
    if alert[Col.KIND] == AlertKind.VOLUME:
        return words.number(alert[column], 1)
    return words.share(alert[column])


def _subject(alert: pd.Series, words: Words) -> str:
    aspect = alert[Col.ASPECT]
    if not isinstance(aspect, str) or not aspect:
        return str(alert[Col.NAME])
    return f"{alert[Col.NAME]} · {words.language.aspects.get(aspect, aspect)}"


def _entry(alert: pd.Series, chosen: bool, state: AlertState | None, words: Words) -> Markup:
    return Markup(
        '<div role="listitem"><button type="button" class="gs-entry{}" data-alert="{}" '
        'aria-pressed="{}"><b>{}</b><span>{} → {}</span><span class="gs-quiet">{} · {}</span>'
        "</button></div>"
    ).format(
        "" if _is_worse(alert) else " gs-good",
        alert[Col.ALERT_ID],
        "true" if chosen else "false",
        _subject(alert, words),
        _amount(alert, Col.EXPECTED, words),
        f"{_amount(alert, Col.OBSERVED, words)} {words[f'alerts.{alert[Col.KIND]}']}",
        words.say("alerts.since", day=words.day(alert[Col.WINDOW_START])),
        said_state(state, words),
    )


def _heading(alert: pd.Series, words: Words) -> Markup:
    return Markup('<header><h2>{}</h2><span class="gs-quiet">{}</span></header>').format(
        _subject(alert, words),
        words.say(
            "alerts.window",
            first=words.day(alert[Col.WINDOW_START]),
            last=words.day(alert[Col.WINDOW_END]),
        ),
    )


def _figures(alert: pd.Series, words: Words) -> list[tuple[str, str]]:
    now = words.say("alerts.now", what=words[f"alerts.{alert[Col.KIND]}"])
    severity = words.say("alerts.of_100", value=words.number(alert[Col.SEVERITY]))
    figures = [
        (now, _amount(alert, Col.OBSERVED, words)),
        (words["alerts.expected"], _amount(alert, Col.EXPECTED, words)),
        (words["alerts.documents"], words.number(int(alert[Col.DOCUMENTS]))),
        (words["alerts.severity"], severity),
    ]
    if isinstance(alert[Col.RIVAL], str) and alert[Col.RIVAL]:
        figures.append((words["alerts.rival"], alert[Col.RIVAL]))
    if pd.notna(alert[Col.UNITS_AT_RISK]):
        figures.append((words["alerts.risk"], _risk(alert, words)))
    return figures


def _risk(alert: pd.Series, words: Words) -> str:
    """Write units at risk, and money where prices are known."""
    units = words.say("alerts.units", value=words.number(alert[Col.UNITS_AT_RISK]))
    if pd.isna(alert[Col.MONEY_AT_RISK]):
        return units
    currency = alert[Col.CURRENCY] if isinstance(alert[Col.CURRENCY], str) else ""
    return f"{units}, {words.number(alert[Col.MONEY_AT_RISK])} {currency}".strip()


def _weeks(live: Live, alert: pd.Series, words: Words) -> Markup:
    """Draw what people wrote week by week about what the alert is about."""
    run, entity_id = live.run(), str(alert[Col.ENTITY])
    if run is None or entity_id not in live.catalogue():
        return Markup("")
    tone = weekly_tone(live.lake, run, live.catalogue()[entity_id])
    if tone is None:
        return Markup("")
    drawn = figure(
        charts.sentiment_line(tone, words["chart.tone_unit"]),
        words,
        words.say("chart.tone_label", name=alert[Col.NAME]),
    )
    return join([drawn, tone_table(tone, words)])


def _quotes(alert: pd.Series, words: Words) -> list[Quote]:
    stored = json.loads(alert[Col.QUOTES] or "[]")
    return [
        Quote(text=str(quote["text"]), where=[words.day(pd.Timestamp(quote["day"])),
                                              str(quote["lang"])])
        for quote in stored[:_QUOTES]
    ]  # fmt: skip


def _touched(live: Live, alert: pd.Series, words: Words) -> Markup:
    """Say which forecast the alert is about, and what it says."""
    run, entity_id = live.run(), str(alert[Col.ENTITY])
    known = {name for _, name in series_choices(live, words)}
    if run is None or entity_id not in known:
        return Markup("")
    series = load_series(live.lake, run, live.catalogue()[entity_id])
    return Markup("<h3>{}</h3><p>{}</p>").format(words["alerts.touches"], summary(series, words))
