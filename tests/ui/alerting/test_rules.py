"""Hours, zones and steps of severity."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from signals import ConfigError
from ui.alerting.rules import AlertRules, read_hours, read_time, read_zone, step_of


@pytest.mark.parametrize(
    ("hours", "hour", "quiet"),
    [
        ("22:00-07:00", 23, True),
        ("22:00-07:00", 6, True),
        ("22:00-07:00", 7, False),
        ("12:00-14:00", 13, True),
        ("12:00-14:00", 14, False),
        ("12:00-14:00", 11, False),
    ],
)
def test_quiet_hours_may_go_over_midnight(hours, hour, quiet):
    rules = AlertRules(quiet=read_hours("alert_quiet_hours", hours))

    assert rules.is_quiet(datetime(2026, 3, 2, hour, tzinfo=UTC)) is quiet


def test_the_day_of_a_summary_is_that_of_the_zone():
    rules = AlertRules(zone=read_zone("Asia/Shanghai"), digest_at=time(8))

    assert rules.digest_day(datetime(2026, 3, 2, 23, 59, tzinfo=UTC)) is None
    assert str(rules.digest_day(datetime(2026, 3, 3, 0, 0, tzinfo=UTC))) == "2026-03-03"


def test_quiet_hours_move_with_the_clocks():
    """In New York the clocks go forward at 2 on 8 March 2026; 7 in the morning is 11 UTC then."""
    rules = AlertRules(
        zone=read_zone("America/New_York"), quiet=read_hours("alert_quiet_hours", "22:00-07:00")
    )

    assert rules.is_quiet(datetime(2026, 3, 7, 11, 30, tzinfo=UTC))
    assert not rules.is_quiet(datetime(2026, 3, 8, 11, 30, tzinfo=UTC))


def test_severity_goes_up_in_steps():
    assert [step_of(severity) for severity in (0, 19.9, 20, 59, 100)] == [0, 0, 1, 2, 5]


def test_hours_and_zones_that_are_none_are_refused():
    with pytest.raises(ConfigError, match="alert_digest holds '25:00'; expected a time of day"):
        read_time("alert_digest", "25:00")
    with pytest.raises(ConfigError, match="holds ''; expected a time of day such as 08:00"):
        read_hours("alert_quiet_hours", "22:00")
    with pytest.raises(ConfigError, match="which ends when it begins"):
        read_hours("alert_quiet_hours", "7:00-07:00")
    with pytest.raises(ConfigError, match="'Mars/Base', which no time zone is called"):
        read_zone("Mars/Base")
