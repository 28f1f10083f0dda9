"""``groundswell alerts scan``: look for alerts now, and tell who is to be told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.commands.alerts_log import SinkOption
from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from ui.alerting.deliver import Told
    from ui.alerting.look import Look


def scan(
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Last day that counts; without it, the last with texts or sales.",
        ),
    ] = None,
    sink: SinkOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score new texts, look for alerts, and send those that nobody was told of.

    Run it as often as you like: an alert is sent to each target once, and again when it becomes a
    step (20 points of severity) worse or is opened again. Without targets nothing is sent.
    """
    import pandas as pd

    from signals import Lake
    from ui.alerting.look import look
    from ui.alerting.wiring import make_messenger
    from ui.console import bars, print_json, print_next, print_text
    from ui.settings import load_settings
    from ui.wiring import make_alert_states, make_scorer, make_state

    settings = load_settings(home)
    messenger = make_messenger(settings, make_state(settings), sink)
    states = make_alert_states(settings)
    end = None if as_of is None else pd.Timestamp(as_of, tz="UTC") + pd.Timedelta(days=1)
    with bars(quiet=as_json) as progress:
        found = look(
            Lake(settings.workspace.lake),
            make_scorer(settings),
            states,
            as_of=end,
            progress=progress,
        )
    told = messenger.tell(found.open, states)
    if as_json:
        print_json(to_json(found, told))
        return
    print_text(in_a_line(found, told))
    print_next("groundswell alerts", *(["groundswell alerts log"] if told.sent else []))


def to_json(found: Look, told: Told) -> dict[str, Any]:
    """Give what a look found and what was told, as JSON values."""
    return {
        "as_of": found.as_of.isoformat(),
        "open": len(found.open),
        "new": found.new,
        "scored": found.scored,
        "reopened": [state.alert_id for state in found.reopened],
        "told": told.to_dict(),
    }


def in_a_line(found: Look, told: Told) -> str:
    """Say what a look found and what was told."""
    parts = [f"{len(found.open)} open alerts, {found.new} rows new, {told.sent} messages sent"]
    if found.reopened:
        parts.append(f"open again: {', '.join(state.alert_id for state in found.reopened)}")
    if told.quiet:
        parts.append("it is a quiet hour: what is due is sent after it")
    if told.waiting:
        parts.append(f"{told.waiting} wait")
    parts += [f"{name} failed: {reason}" for name, reason in told.reasons.items()]
    return "; ".join(parts) + "."
