"""``groundswell alerts list``: what people complain about right now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    import pandas as pd
    from rich.panel import Panel

    from signals import Lake
    from ui.settings import Settings


def alerts(
    home: HomeOption = None,
    limit: Annotated[int, typer.Option(min=1, help="Most severe alerts to show.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List the open alerts: where more reviews than usual are negative, with quotes.

    Alerts are looked for by groundswell run, alerts scan and alerts watch. Those that somebody
    snoozed or resolved are left out.
    """
    from signals import Col
    from ui.console import print_json, print_next
    from ui.settings import load_settings

    settings = load_settings(home)
    if as_json:
        made_on, count, shown = _read(settings, limit)
        print_json({"made_on": made_on, "open": count, "alerts": shown})
        return
    shown = show_alerts(settings, limit=limit)
    if shown:
        print_next(f'groundswell ask "Why are reviews of {shown[0][Col.NAME]} getting worse?"')


def show_alerts(settings: Settings, *, limit: int = 20) -> list[dict[str, Any]]:
    """Print the open alerts, and return them."""
    from ui.console import out

    made_on, count, shown = _read(settings, limit)
    if not shown:
        out.print(f"No open alerts as of {made_on}.")
        return shown
    out.print(f"Open alerts as of {made_on}", style="bold")
    for alert in shown:
        out.print(_panel(alert), soft_wrap=False)
    if count > limit:
        out.print(f"{count - limit} more; see them with --limit {count}")
    return shown


def _read(settings: Settings, limit: int) -> tuple[str, int, list[dict[str, Any]]]:
    """Read the last day looked at, how many alerts are open, and the most severe of them."""
    import pandas as pd

    from signals import Col, Lake, open_alerts
    from ui.alerting.states import AlertStatus
    from ui.wiring import make_alert_states

    lake = Lake(settings.workspace.lake)
    as_of = _last_look(lake)
    found = open_alerts(lake, as_of)
    states = make_alert_states(settings).states(found[Col.ALERT_ID])
    status = [
        states[name].status if name in states else AlertStatus.OPEN for name in found[Col.ALERT_ID]
    ]
    found = found.assign(**{Col.STATUS: status})
    found = found[found[Col.STATUS].isin((AlertStatus.OPEN, AlertStatus.ACKNOWLEDGED))]
    shown = [_as_json(row) for row in found.head(limit).to_dict("records")]
    return str((as_of - pd.Timedelta(days=1)).date()), len(found), shown


def _last_look(lake: Lake) -> pd.Timestamp:
    """Return the end of the last day that a run or a scan has looked at."""
    import pandas as pd

    from forecasting import latest_run
    from signals import ALERTS, Col, NotReady

    scanned = lake.read(ALERTS, columns=[Col.AVAILABLE_AT])[Col.AVAILABLE_AT].max()
    try:
        run = pd.Timestamp(latest_run(lake).made_on).tz_localize("UTC") + pd.Timedelta(days=1)
    except NotReady:
        if pd.isna(scanned):
            raise
        return pd.Timestamp(scanned)
    return run if pd.isna(scanned) else max(run, pd.Timestamp(scanned))


def _as_json(row: dict[Any, Any]) -> dict[str, Any]:
    from signals import Col

    where_known = (
        Col.CORRECTED_SHARE, Col.CORRECTED_EXPECTED, Col.EWMA, Col.RIVAL, Col.SERIES_ID,
        Col.UNITS_AT_RISK, Col.MONEY_AT_RISK, Col.CURRENCY,
    )  # fmt: skip
    return {
        Col.STATUS: row[Col.STATUS],
        Col.ALERT_ID: row[Col.ALERT_ID],
        Col.KIND: row[Col.KIND],
        Col.ENTITY: row[Col.ENTITY],
        Col.NAME: row[Col.NAME],
        Col.ASPECT: row[Col.ASPECT],
        Col.WINDOW_START: str(row[Col.WINDOW_START].date()),
        Col.WINDOW_END: str(row[Col.WINDOW_END].date()),
        Col.OBSERVED: round(row[Col.OBSERVED], 4),
        Col.EXPECTED: round(row[Col.EXPECTED], 4),
        Col.DOCUMENTS: int(row[Col.DOCUMENTS]),
        Col.P_VALUE: row[Col.P_VALUE],
        Col.SEVERITY: row[Col.SEVERITY],
        Col.QUOTES: json.loads(row[Col.QUOTES] or "[]"),
        **{name: _plain(row[name]) for name in where_known},
    }


def _plain(value: object) -> object:
    """Give None for what a row does not know."""
    return None if value != value else value  # NaN alone differs from itself


def _panel(alert: dict[str, Any]) -> Panel:
    """Draw one alert; texts of customers are never read as markup."""
    from rich.panel import Panel
    from rich.text import Text

    from signals import Col
    from ui.alert_words import against_usual, at_risk

    risk = at_risk(alert)
    lines = [
        f"Severity {alert[Col.SEVERITY]:.0f} of 100, since {alert[Col.WINDOW_START]}",
        against_usual(alert) + (f"; at risk in 28 days: {risk}" if risk else ""),
        *(
            f"“{quote[Col.TEXT]}” ({quote[Col.LANG]}, {quote[Col.DAY]})"
            for quote in alert[Col.QUOTES]
        ),
    ]
    about = f", {alert[Col.ASPECT]}" if alert[Col.ASPECT] else ""
    return Panel(
        Text("\n".join(lines)),
        title=Text(f"{alert[Col.NAME]}{about}"),
        title_align="left",
        subtitle=Text(f"{alert[Col.ALERT_ID]} {alert[Col.STATUS]}"),
        subtitle_align="left",
    )
