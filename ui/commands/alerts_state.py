"""``groundswell alerts ack``, ``snooze`` and ``resolve``: somebody takes care of an alert."""

from __future__ import annotations

import getpass
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from pathlib import Path

    from signals import Lake
    from ui.alerting.states import AlertState

_UNITS: Final = {"h": "hours", "d": "days", "w": "weeks"}
_SPAN: Final = re.compile(r"(\d{1,4})([hdw])")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")

_AlertArgument = Annotated[
    str, typer.Argument(help="Id of the alert, or its beginning.", metavar="ALERT")
]
_ByOption = Annotated[
    str | None, typer.Option(help="Who takes care of it; without it, your user name.")
]
_NoteOption = Annotated[str, typer.Option(help="What there is to say about it.")]


def ack(
    alert: _AlertArgument,
    by: _ByOption = None,
    note: _NoteOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that you look after an alert; nobody is told of it any more."""
    _tell(_change(home, alert, "acknowledged", by, note), as_json=as_json)


def snooze(
    alert: _AlertArgument,
    span: Annotated[
        str,
        typer.Option("--for", help="How long (12h, 3d, 2w), or until which day (2026-03-31)."),
    ] = "3d",
    by: _ByOption = None,
    note: _NoteOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put an alert off; if it is still there after that, it is told again."""
    state = _change(home, alert, "snoozed", by, note, until=_until(span, datetime.now(UTC)))
    _tell(state, as_json=as_json)


def resolve(
    alert: _AlertArgument,
    by: _ByOption = None,
    note: _NoteOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that an alert is dealt with; when it rises again, it is open again."""
    _tell(_change(home, alert, "resolved", by, note), as_json=as_json)


def _change(
    home: Path | None,
    alert: str,
    status: str,
    by: str | None,
    note: str,
    *,
    until: datetime | None = None,
) -> AlertState:
    from signals import Lake
    from ui.settings import load_settings
    from ui.wiring import make_actor, make_alert_states

    settings = load_settings(home)
    alert_id = _found(Lake(settings.workspace.lake), alert)
    name = make_actor(settings).name
    if name and by not in (None, name):
        raise typer.BadParameter(
            f"you act as {name}, so it is {name} who does it", param_hint="--by"
        )
    who = name or (by if by is not None else getpass.getuser())
    return make_alert_states(settings).change(alert_id, status, by=who, until=until, note=note)


def _found(lake: Lake, beginning: str) -> str:
    """Find the alert whose id begins so."""
    from signals import ALERTS, Col, DataError

    ids = sorted(set(lake.read(ALERTS, columns=[Col.ALERT_ID])[Col.ALERT_ID]))
    found = [each for each in ids if each.startswith(beginning)]
    if beginning in found:
        return beginning
    if len(found) != 1:
        what = f"several alerts begin with {beginning!r}" if found else f"no alert is {beginning!r}"
        raise DataError(f"{what}; give the id that groundswell alerts shows")
    return str(found[0])


def _until(span: str, now: datetime) -> datetime:
    from signals import DataError

    if found := _SPAN.fullmatch(span):
        return now + timedelta(**{_UNITS[found[2]]: int(found[1])})
    if _DAY.fullmatch(span):
        try:
            return datetime.fromisoformat(span).replace(tzinfo=UTC)
        except ValueError as error:
            raise DataError(f"--for {span} is no day: {error}") from error
    raise DataError(f"--for is {span!r}; expected a time such as 12h, 3d or 2w, or a day")


def _tell(state: AlertState, *, as_json: bool) -> None:
    from dataclasses import asdict

    from ui.console import print_json, print_text

    if as_json:
        print_json(asdict(state))
        return
    until = f" until {state.until:%Y-%m-%d %H:%M} UTC" if state.until else ""
    print_text(f"Alert {state.alert_id} is {state.status}{until}, by {state.by}.")
