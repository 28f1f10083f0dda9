"""Each alert reaches each target once a step of severity, whatever goes wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from signals import ConfigError, StateDatabase
from ui.alerting.deliver import Messenger
from ui.alerting.outbox import CLAIM, DeliveryStatus, Outbox
from ui.alerting.rules import AlertRules
from ui.alerting.states import AlertStates
from ui.alerting.targets import AppriseTarget, ConsoleSink, FileSink, targets_of

TELLER = Path(__file__).with_name("crashing_teller.py")


@pytest.fixture
def states(database, clock):
    return AlertStates(database, clock=clock)


@pytest.fixture
def outbox(database):
    return Outbox(database)


@pytest.fixture
def messenger(hook, outbox, clock):
    def made(rules: AlertRules | None = None, *targets) -> Messenger:
        targets = targets or (AppriseTarget(hook.address, first_wait_s=0.01),)
        return Messenger(targets, outbox, rules or AlertRules(), clock=clock)

    return made


def test_a_web_hook_gets_an_alert_once(messenger, alerts, states, hook):
    first = messenger().tell(alerts(30), states)
    second = messenger().tell(alerts(30), states)

    assert (first.sent, second.sent) == (1, 0)
    [message] = hook.messages
    assert message["title"] == "Watch 1, battery: 46% negative, usually 17%"
    assert "“电池用两天就没电了” (zh, 2026-03-01)" in message["message"]
    assert "groundswell alerts ack A1" in message["message"]
    assert hook.keys[0] in message["message"]


def test_a_higher_step_is_told_again_and_a_lower_one_is_not(messenger, alerts, states, hook):
    for severity in (25, 35, 45, 30, 45):
        messenger().tell(alerts(severity), states)

    assert len(hook.messages) == 2
    assert len(set(hook.keys)) == 2


def test_only_open_alerts_are_told(messenger, alerts, states, hook, clock):
    states.change("A1", "acknowledged", by="Ana")
    states.change("A2", "snoozed", by="Ana", until=clock.now + timedelta(days=1))
    states.change("A3", "resolved", by="Ana")

    during = messenger().tell(alerts(50, 50, 50), states)
    clock.now += timedelta(days=1)
    after = messenger().tell(alerts(50, 50, 50), states)

    assert (during.sent, after.sent) == (0, 1)
    assert hook.messages[0]["title"].startswith("Watch 2")


def test_an_alert_that_is_opened_again_is_told_again(messenger, alerts, states, hook):
    messenger().tell(alerts(30), states)
    states.change("A1", "resolved", by="Ana")
    states.change("A1", "open", by="Ana")

    assert messenger().tell(alerts(30), states).sent == 1
    assert len(hook.messages) == 2


def test_a_short_failure_is_tried_again_at_once(messenger, alerts, states, hook):
    hook.answers = [503, 503]

    told = messenger().tell(alerts(30), states)

    assert (told.sent, told.failed, len(hook.messages)) == (1, 0, 1)


def test_a_long_failure_is_logged_and_tried_again_later(
    messenger, alerts, states, hook, outbox, clock
):
    hook.answers = [500] * 3

    failed = messenger().tell(alerts(30, 25), states)
    at_once = messenger().tell(alerts(30, 25), states)
    clock.now += timedelta(minutes=1)
    later = messenger().tell(alerts(30, 25), states)

    assert (failed.failed, failed.waiting, failed.sent) == (1, 1, 0)
    assert at_once.sent == 1, "the message that failed has to wait, the other need not"
    assert later.sent == 1
    assert {delivery.status for delivery in outbox.log(9)} == {DeliveryStatus.SENT}
    assert max(delivery.attempts for delivery in outbox.log(9)) == 2


def test_a_reason_names_no_secret(messenger, alerts, states, hook, outbox):
    hook.answers = [500] * 3

    told = messenger().tell(alerts(30), states)

    [reason] = told.reasons.values()
    [delivery] = outbox.log(9)
    assert "500" in reason
    assert delivery.reason == reason
    for shown in (str(told), str(delivery)):
        assert "s3cretword" not in shown


def test_a_target_that_is_down_does_not_hold_up_another(messenger, alerts, states, hook, tmp_path):
    down = AppriseTarget("json://127.0.0.1:9/hook", first_wait_s=0.01)
    sink = FileSink(tmp_path / "told.jsonl")

    told = messenger(None, down, sink).tell(alerts(30, 40), states)

    assert (told.sent, told.failed, told.waiting) == (2, 1, 1)
    assert (tmp_path / "told.jsonl").read_text(encoding="utf-8").count("\n") == 2


def test_a_process_killed_after_sending_sends_again_under_the_same_key(
    messenger, alerts, states, hook, tmp_path, clock
):
    alerts(30).to_pickle(tmp_path / "alerts.pkl")
    command = [sys.executable, str(TELLER), f"sqlite:///{tmp_path}/state.db", hook.address]
    with subprocess.Popen(
        [*command, str(tmp_path / "alerts.pkl")],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    ) as teller:
        hook.on_message = teller.kill
        teller.wait(timeout=240)
    hook.on_message = lambda: None

    clock.now = datetime.now(UTC)
    while_claimed = messenger().tell(alerts(30), states)
    clock.now += CLAIM
    again = messenger().tell(alerts(30), states)
    at_last = messenger().tell(alerts(30), states)

    assert (while_claimed.sent, again.sent, at_last.sent) == (0, 1, 0)
    assert len(hook.messages) == 2
    assert len(set(hook.keys)) == 1, "the receiver can tell that it is the same"


def test_two_that_tell_at_once_tell_once(alerts, hook, tmp_path, clock):
    def tell(_number: int) -> int:
        with closing(StateDatabase(f"sqlite:///{tmp_path}/state.db")) as own:
            target = AppriseTarget(hook.address)
            messenger = Messenger([target], Outbox(own), AlertRules(), clock=clock)
            return messenger.tell(alerts(30, 50), AlertStates(own, clock=clock)).sent

    with ThreadPoolExecutor(4) as several:
        sent = list(several.map(tell, range(4)))

    assert sum(sent) == len(hook.messages) == 2


def test_more_than_the_hour_allows_waits_the_most_severe_goes_first(
    messenger, alerts, states, hook, clock
):
    rules = AlertRules(per_hour=2)

    first = messenger(rules).tell(alerts(30, 90, 60), states)
    clock.now += timedelta(minutes=61)
    second = messenger(rules).tell(alerts(30, 90, 60), states)

    assert (first.sent, first.waiting, second.sent) == (2, 1, 1)
    assert [message["title"][:7] for message in hook.messages] == ["Watch 2", "Watch 3", "Watch 1"]


def test_quiet_hours_hold_back_in_their_own_zone(messenger, alerts, states, hook, clock):
    zone = ZoneInfo("Asia/Shanghai")
    rules = AlertRules(zone=zone, quiet=(time(22), time(7)))

    clock.now = datetime(2026, 3, 3, 6, 59, tzinfo=zone)
    night = messenger(rules).tell(alerts(30), states)
    clock.now += timedelta(minutes=1)
    morning = messenger(rules).tell(alerts(30), states)

    assert (night.quiet, night.sent) == (True, 0)
    assert (morning.quiet, morning.sent) == (False, 1)


def test_small_alerts_come_once_a_day_in_a_summary(messenger, alerts, states, hook, clock):
    rules = AlertRules(digest_at=time(13))
    states.change("A2", "acknowledged", by="Ana")
    states.change("A3", "resolved", by="Ana")

    for hours in (0, 1, 2, 25):
        clock.now = datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(hours=hours)
        messenger(rules).tell(alerts(10, 50, 50), states)

    assert [message["title"] for message in hook.messages] == [
        "Groundswell, 2026-03-02: 2 alerts",
        "Groundswell, 2026-03-03: 2 alerts",
    ]
    assert "[acknowledged] 50 Watch 2" in hook.messages[0]["message"]
    assert "[open] 10 Watch 1" in hook.messages[0]["message"]
    assert "Watch 3" not in hook.messages[0]["message"]


def test_a_review_cannot_call_a_whole_channel(messenger, alerts, states, hook):
    messenger().tell(alerts(30, text="@everyone <!channel> look @HERE, a@allmail.com"), states)

    told = hook.messages[0]["message"]
    assert "@everyone" not in told
    assert "<!channel" not in told
    assert "@HERE" not in told
    assert "a@allmail.com" in told


def test_the_console_shows_a_message(messenger, alerts, states):
    shown = []

    messenger(None, ConsoleSink(shown.append)).tell(alerts(30), states)

    assert shown[0].startswith("Watch 1, battery: 46% negative")


def test_a_test_message_goes_out_every_time(messenger, hook):
    assert messenger().test() == messenger().test() == {AppriseTarget(hook.address).target_id: None}
    assert len(hook.messages) == 2
    assert len(set(hook.keys)) == 1


def test_a_file_that_cannot_be_written_is_a_failure(messenger, alerts, states, tmp_path):
    told = messenger(None, FileSink(tmp_path)).tell(alerts(30), states)

    assert "Is a directory" in next(iter(told.reasons.values()))


def test_an_address_that_apprise_does_not_know_is_refused_and_not_shown():
    with pytest.raises(ConfigError, match=r"'slakc' that Apprise cannot use") as caught:
        targets_of("json://127.0.0.1/x slakc://TOKENTOKEN/SECRET")

    assert "TOKEN" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "mailto://user:word@example.org",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
        "workflows://host:443/643a4bca7d/sigsigsig",
        "wecombot://693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa",
        "dingtalk://abcdefghijklmnop",
        "feishu://abcdefghijklmnopqrstuvwxyz",
        "tgram://123456789:ABCdefghijkl-opqrstuvwxyz/12315544",
        "jsons://hooks.example.org/groundswell",
    ],
)
def test_the_services_people_use_are_understood(address):
    [target] = targets_of(address)

    assert target.target_id.partition(":")[0] == address.partition(":")[0]
    assert len(target.target_id.partition(":")[2]) == 8
