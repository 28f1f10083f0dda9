"""When an alert is told: how severe, not at night, small ones once a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from signals import ConfigError

SEVERITY_STEP: Final = 20.0
"""Points of severity that make an alert worth telling again."""

_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class AlertRules:
    """What is told when.

    Parameters
    ----------
    least_severity
        An alert below it is told in the daily summary only, in [0, 100].
    zone
        In which the hours below are meant.
    quiet
        From when to when nothing is told, over midnight if the end is earlier; None: at no time.
    digest_at
        When the summary of a day is told; None: never.
    per_hour
        Most messages an hour for one target; the rest wait, the most severe go first.
    """

    least_severity: float = 20.0
    zone: tzinfo = UTC
    quiet: tuple[time, time] | None = None
    digest_at: time | None = None
    per_hour: int = 30

    def is_quiet(self, now: datetime) -> bool:
        """Whether nothing is told at a moment."""
        if self.quiet is None:
            return False
        start, end = self.quiet
        here = now.astimezone(self.zone).time()
        return start <= here < end if start < end else here >= start or here < end

    def digest_day(self, now: datetime) -> date | None:
        """Return the day whose summary is due at a moment; None when none is."""
        here = now.astimezone(self.zone)
        if self.digest_at is None or here.time() < self.digest_at:
            return None
        return here.date()


def step_of(severity: float) -> int:
    """Return the step of a severity; an alert is told again when it reaches a higher one."""
    return int(severity // SEVERITY_STEP)


def read_zone(name: str) -> tzinfo:
    """Find a time zone by its name.

    Raises
    ------
    ConfigError
        When there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(
            f"alert_time_zone is {name!r}, which no time zone is called; expected a name such as "
            "UTC, America/Sao_Paulo or Asia/Shanghai"
        ) from error


def read_time(setting: str, text: str) -> time:
    """Read a time of day such as 08:00.

    Raises
    ------
    ConfigError
        When it is none.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ConfigError(f"{setting} holds {text!r}; expected a time of day such as 08:00")
    return time(int(found[1]), int(found[2]))


def read_hours(setting: str, text: str) -> tuple[time, time]:
    """Read hours such as 22:00-07:00.

    Raises
    ------
    ConfigError
        When they are none, or begin when they end.
    """
    start, _, end = text.partition("-")
    hours = read_time(setting, start), read_time(setting, end)
    if hours[0] == hours[1]:
        raise ConfigError(f"{setting} is {text!r}, which ends when it begins; leave it out")
    return hours
