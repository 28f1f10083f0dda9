"""What became of an alert is remembered, with its history."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from signals import Col, DataError, StateDatabase
from ui.alerting.states import AlertStates, AlertStatus

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def states(database, clock):
    return AlertStates(database, clock=clock)


def found(severity: float, last_day: str, alert_id: str = "A1") -> pd.DataFrame:
    return pd.DataFrame(
        {
            Col.ALERT_ID: [alert_id],
            Col.SEVERITY: [severity],
            Col.WINDOW_END: [pd.Timestamp(last_day)],
        }
    )


def test_an_alert_nobody_touched_has_no_state(states):
    assert states.states(["A1"]) == {}


def test_the_newest_change_counts_and_all_are_kept(states, clock):
    states.change("A1", "acknowledged", by="Ana", note="asked the supplier")
    clock.now += timedelta(hours=1)
    changed = states.change("A1", "resolved", by="Bo")

    assert states.states(["A1", "A2"]) == {"A1": changed}
    assert [(s.status, s.by, s.note) for s in states.history("A1")] == [
        (AlertStatus.ACKNOWLEDGED, "Ana", "asked the supplier"),
        (AlertStatus.RESOLVED, "Bo", ""),
    ]
    assert changed.at == NOON + timedelta(hours=1)


def test_a_snooze_runs_out(states, clock):
    until = NOON + timedelta(days=2)
    states.change("A1", "snoozed", by="Ana", until=until)

    during = states.states(["A1"])["A1"]
    clock.now = until
    after = states.states(["A1"])["A1"]

    assert (during.status, during.until) == (AlertStatus.SNOOZED, until)
    assert (after.status, after.at, after.until) == (AlertStatus.OPEN, until, None)


def test_a_state_outlives_the_process(states, tmp_path, clock):
    changed = states.change("A1", "acknowledged", by="Ana")

    other = StateDatabase(f"sqlite:///{tmp_path}/state.db")
    assert AlertStates(other, clock=clock).states(["A1"]) == {"A1": changed}
    other.close()


def test_a_resolved_alert_that_becomes_worse_is_open_again(states):
    states.notice(found(30, "2026-03-01"))
    states.change("A1", "resolved", by="Ana")

    as_it_was = states.notice(found(45, "2026-03-02"))
    worse = states.notice(found(52, "2026-03-03"))

    assert as_it_was == []
    assert states.states(["A1"])["A1"] == worse[0]
    assert worse[0].status == AlertStatus.OPEN
    assert worse[0].note == "severity rose from 30 to 52"
    assert [s.status for s in states.history("A1")] == ["resolved", "open"]


def test_a_resolved_alert_that_comes_back_after_a_week_is_open_again(states):
    states.notice(found(30, "2026-03-01"))
    states.change("A1", "resolved", by="Ana")

    assert states.notice(found(30, "2026-03-07")) == []
    [again] = states.notice(found(30, "2026-03-08"))

    assert again.note == "it stands out again on 2026-03-08"


def test_an_alert_resolved_before_any_scan_was_noted_is_compared_with_the_first(states):
    states.change("A1", "resolved", by="Ana")

    assert states.notice(found(60, "2026-03-01")) == []
    assert states.notice(found(60, "2026-03-02")) == []
    assert len(states.notice(found(80, "2026-03-03"))) == 1


def test_an_acknowledged_alert_stays_acknowledged(states):
    states.notice(found(30, "2026-03-01"))
    states.change("A1", "acknowledged", by="Ana")

    assert states.notice(found(90, "2026-03-20")) == []
    assert states.states(["A1"])["A1"].status == AlertStatus.ACKNOWLEDGED


def test_several_may_change_and_scan_at_once(tmp_path):
    def work(number: int) -> None:
        with closing(StateDatabase(f"sqlite:///{tmp_path}/state.db")) as own:
            states = AlertStates(own)
            for turn in range(10):
                states.notice(found(30 + turn, "2026-03-01"))
                states.change("A1", "acknowledged", by=f"person {number}")

    with ThreadPoolExecutor(4) as several:
        list(several.map(work, range(4)))

    with closing(StateDatabase(f"sqlite:///{tmp_path}/state.db")) as own:
        assert len(AlertStates(own).history("A1")) == 40


@pytest.mark.parametrize(
    ("status", "more", "problem"),
    [
        ("closed", {}, r"'closed' is no state of an alert; choose from \['open'"),
        ("snoozed", {}, "a snooze, and nothing else, has an end"),
        ("open", {"until": NOON + timedelta(1)}, "a snooze, and nothing else, has an end"),
        ("snoozed", {"until": NOON}, "is over; give a later moment"),
        ("open", {"by": "  "}, "nobody is named who makes alert A1 open"),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_kept(states, status, more, problem):
    with pytest.raises(DataError, match=problem):
        states.change("A1", status, **({"by": "Ana"} | more))

    assert states.history("A1") == []


def test_a_moment_without_a_zone_is_a_mistake_of_the_caller(states):
    with pytest.raises(ValueError, match="carries a time zone"):
        states.change("A1", "snoozed", by="Ana", until=datetime(2030, 1, 1))  # noqa: DTZ001
