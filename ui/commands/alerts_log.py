"""``groundswell alerts log`` and ``test``: who was told what, and whether telling works."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.options import HomeOption, JsonOption

SinkOption = Annotated[
    str | None,
    typer.Option(help="Tell a file (one JSON object a line), or console, and nobody else."),
]


def log(
    limit: Annotated[int, typer.Option(min=1, help="Newest messages to show.")] = 20,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show which alerts were sent where, when, and what failed."""
    from dataclasses import asdict

    from rich.table import Table
    from rich.text import Text

    from ui.alerting.wiring import make_outbox
    from ui.console import out, print_json
    from ui.settings import load_settings
    from ui.wiring import make_state

    found = make_outbox(make_state(load_settings(home))).log(limit)
    if as_json:
        print_json([asdict(delivery) for delivery in found])
        return
    if not found:
        out.print("Nothing was sent yet.")
        return
    table = Table("When (UTC)", "Target", "State", "Tries", "Message", "Why it failed")
    for each in found:
        cells = (each.target_id, str(each.status), str(each.attempts), each.subject, each.reason)
        table.add_row(f"{each.at:%Y-%m-%d %H:%M}", *map(Text, cells))
    out.print(table)


def send_test(
    sink: SinkOption = None, home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """Send a test message to every target; exit 1 when one did not take it."""
    from signals import ConfigError
    from ui.alerting.wiring import make_messenger
    from ui.console import print_json, print_text
    from ui.settings import load_settings
    from ui.wiring import make_state

    settings = load_settings(home)
    results = make_messenger(settings, make_state(settings), sink).test()
    if not results:
        raise ConfigError(
            "there is nobody to tell; set GROUNDSWELL_ALERT_TARGETS to addresses of Apprise, such "
            "as json://HOST/PATH, or give --sink FILE"
        )
    if as_json:
        print_json({name: reason or "sent" for name, reason in results.items()})
    else:
        for name, reason in results.items():
            print_text(f"{name}: {reason or 'sent'}")
    if any(reason is not None for reason in results.values()):
        raise typer.Exit(1)
