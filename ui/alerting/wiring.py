"""Settings into what tells of alerts; libraries are loaded when they are needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ui.alerting.deliver import Messenger
from ui.alerting.rules import AlertRules, read_hours, read_time, read_zone
from ui.console import err

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals import StateDatabase
    from ui.alerting.outbox import Outbox
    from ui.alerting.targets import Target
    from ui.settings import Settings

CONSOLE = "console"
"""Name of the sink that shows messages on standard error, apart from what a command prints."""


def make_messenger(
    settings: Settings, database: StateDatabase, sink: str | None = None
) -> Messenger:
    """Build what tells people of alerts.

    Parameters
    ----------
    sink
        ``console`` or a file, which is told instead of the targets in the settings.

    Raises
    ------
    ConfigError
        When a target or an hour in the settings cannot be read.
    """
    return Messenger(_targets(settings, sink), make_outbox(database), make_rules(settings))


def make_outbox(database: StateDatabase) -> Outbox:
    """Open the log of what was told of alerts."""
    from ui.alerting.outbox import Outbox

    return Outbox(database)


def make_rules(settings: Settings) -> AlertRules:
    """Read when alerts are told."""
    quiet, digest = settings.alert_quiet_hours, settings.alert_digest
    return AlertRules(
        least_severity=settings.alert_severity,
        zone=read_zone(settings.alert_time_zone),
        quiet=read_hours("alert_quiet_hours", quiet) if quiet else None,
        digest_at=read_time("alert_digest", digest) if digest else None,
        per_hour=settings.alerts_per_hour,
    )


def _targets(settings: Settings, sink: str | None) -> Sequence[Target]:
    secret = settings.alert_targets
    if sink is None and secret is None:
        return ()
    from ui.alerting.targets import ConsoleSink, FileSink, targets_of

    if sink == CONSOLE:
        return (ConsoleSink(lambda text: err.print(text, highlight=False, markup=False)),)
    if sink is not None:
        return (FileSink(Path(sink)),)
    return targets_of(secret.get_secret_value()) if secret else ()
