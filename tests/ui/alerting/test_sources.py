"""What comes from a folder, Kafka or NATS is in the lake exactly once, whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from signals import QUARANTINE, Col, ConfigError, DataError, Lake, MissingExtra
from tests.ui.alerting.brokers import Folder, Kafka, Nats, review
from ui.alerting.sources import Wanted, open_source
from ui.alerting.watch import Pace, take, watch
from ui.settings import load_settings
from ui.wiring import make_state

WATCHER = Path(__file__).with_name("crashing_watcher.py")
ROOT = str(Path(__file__).parents[3])
LONG_S = 60


@pytest.fixture(params=[Folder, Kafka, Nats], ids=["folder", "kafka", "nats"])
def place(request, tmp_path):
    with closing(request.param(tmp_path)) as made:
        yield made


@pytest.fixture(params=[Kafka, Nats], ids=["kafka", "nats"])
def broker(request, tmp_path):
    with closing(request.param(tmp_path)) as made:
        yield made


def opened(place, home, **more):
    settings = load_settings(
        home, scorer="lexicon", stream_options=place.options or None, max_quarantine_share=1.0
    )
    wanted = Wanted(place.address, **({"guess": True} | more))
    return closing(open_source(settings, make_state(settings), wanted))


def take_next(source, home, reports=None) -> bool:
    """Wait for rows and store them; False when none come for a while."""
    end = time.monotonic() + LONG_S
    while time.monotonic() < end:
        arrival = source.fetch(2.0)
        if arrival is not None:
            told = [] if reports is None else reports
            take(source, arrival, Lake(home / "lake"), told.append)
            return True
    return False


def texts(home) -> list[str]:
    """Read all rows of documents, every version."""
    rows = Lake(home / "lake").sql("SELECT text FROM stored_documents ORDER BY text")
    return list(rows[Col.TEXT])


def test_rows_are_stored_once_and_bad_ones_are_set_aside(place, tmp_path):
    home, reports = tmp_path / "home", []
    place.publish([review(1), b"{not json", review(2, event_time="someday"), review(3)])

    with opened(place, home) as source:
        while sum(report.rows_in for report in reports) < 4:
            assert take_next(source, home, reports)
        assert source.fetch(1.0) is None

    problems = Lake(home / "lake").read(QUARANTINE)
    assert [text[:27] for text in texts(home)] == [
        "The strap of watch number 1",
        "The strap of watch number 3",
    ]
    assert set(problems[Col.RULE]) == {"unreadable line", "unreadable day"}
    assert sum(report.quarantined for report in reports) == 2


def test_killed_between_write_and_commit_nothing_is_lost_or_doubled(place, tmp_path):
    home = tmp_path / "home"
    place.publish([review(number) for number in range(5)])
    environment = {
        **os.environ,
        "PYTHONPATH": ROOT,
        "GROUNDSWELL_STREAM_OPTIONS": place.options,
    }

    killed = subprocess.run(
        [sys.executable, str(WATCHER), str(home), place.address],
        env=environment, check=False, timeout=240,
    )  # fmt: skip
    after_the_kill = texts(home)
    reports = []
    with opened(place, home) as source:
        assert take_next(source, home, reports), "what was not committed comes again"
    with opened(place, home) as source:
        assert source.fetch(5.0) is None, "what was committed does not"

    assert killed.returncode == -signal.SIGKILL
    assert len(after_the_kill) == 5
    assert texts(home) == after_the_kill
    assert sum(table.new for report in reports for table in report.tables) == 0


def test_a_broker_that_goes_away_and_comes_back_is_survived(broker, tmp_path):
    home = tmp_path / "home"
    broker.publish([review(1)])
    with opened(broker, home) as source:
        assert take_next(source, home)
        broker.go_away()
        while_away = [source.fetch(2.0) for _ in range(2)]
        broker.come_back()
        broker.publish([review(2)])
        assert take_next(source, home)
    with opened(broker, home) as source:
        nothing = source.fetch(5.0)

    assert while_away == [None, None]
    assert len(texts(home)) == 2
    assert nothing is None


def test_a_broker_that_is_away_when_rows_are_committed_costs_nothing(broker, tmp_path):
    home = tmp_path / "home"
    broker.publish([review(1), review(2)])
    with opened(broker, home) as source:
        arrival = None
        while arrival is None:
            arrival = source.fetch(2.0)
        broker.go_away()
        take(source, arrival, Lake(home / "lake"), lambda report: None)
        broker.come_back()
        broker.publish([review(3)])
        while len(texts(home)) < 3:
            assert take_next(source, home)

    assert len(texts(home)) == len(set(texts(home))) == 3


def test_fields_of_messages_are_remembered(broker, tmp_path):
    """A message that comes again is the same row, though it now comes with others."""
    home = tmp_path / "home"
    said = {"comment": "Late.", "when": "2026-03-01", "sku": "P1"}
    broker.publish([review(0, text=None, event_time=None, product_id=None, **said)])
    maps = ("text=comment", "event_time=when", "product_id=sku")

    with opened(broker, home, assignments=maps) as source:
        assert take_next(source, home)
    broker.publish([review(0, text=None, event_time=None, product_id=None, **said)])
    with opened(broker, home) as source:
        assert take_next(source, home)

    assert texts(home) == ["Late."]


def test_the_loop_takes_looks_and_ends(place, tmp_path):
    home, looks, reports = tmp_path / "home", [], []
    place.publish([review(1), review(2)])

    with opened(place, home) as source:
        watch(
            source,
            Lake(home / "lake"),
            look=looks.append,
            pace=Pace(wait_s=8.0, look_every_s=600.0, once=True),
            told=reports.append,
            stopped=lambda: False,
        )

    assert len(texts(home)) == 2
    assert looks[0] is True
    assert sum(report.rows_in for report in reports) == 2


def test_a_file_that_nobody_confirmed_is_refused_once(tmp_path, caplog):
    place, home = Folder(tmp_path), tmp_path / "home"
    place.publish([review(1)])

    with opened(place, home, guess=False) as source:
        assert source.fetch(0.1) is None
        assert source.fetch(0.1) is None

    assert caplog.text.count("has columns that nobody confirmed") == 1


def test_a_file_with_too_many_bad_rows_is_refused_as_a_whole(tmp_path, caplog):
    place, home, reports = Folder(tmp_path), tmp_path / "home", []
    settings = load_settings(home, scorer="lexicon")
    place.publish([review(1), review(2, event_time="someday")])

    with closing(
        open_source(settings, make_state(settings), Wanted(place.address, guess=True))
    ) as source:
        take(source, source.fetch(5.0), Lake(home / "lake"), reports.append)
        again = source.fetch(0.1)

    assert reports[0].quarantined == 1
    assert texts(home) == []
    assert again is None
    assert "1 of 2 rows (50.0%) are bad" in caplog.text


def test_a_file_still_being_written_waits(tmp_path):
    place, home = Folder(tmp_path), tmp_path / "home"
    (Path(place.address) / "growing.jsonl").write_bytes(review(1))
    (Path(place.address) / "half.jsonl.part").write_bytes(review(2))

    with opened(place, home) as source:
        at_once = source.fetch(0.1)
        later = source.fetch(10.0)

    assert at_once is None
    assert later.feeds[0].file == "growing.jsonl"


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("nowhere", "nowhere is no folder"),
        ("amqp://host/queue", "amqp:// with what follows cannot be watched"),
        ("kafka://host:9092", "kafka:// with what follows cannot be watched"),
        ("nats://me:word@host:4222/x", "GROUNDSWELL_STREAM_OPTIONS and write nats://host:4222/x"),
        ("nats://127.0.0.1:1/x", "no NATS server answers at 127.0.0.1:1"),
    ],
)
def test_what_cannot_be_watched_is_said(tmp_path, address, problem):
    settings = load_settings(tmp_path / "home")

    with pytest.raises(DataError, match=problem) as caught:
        open_source(settings, make_state(settings), Wanted(address))

    assert "word@" not in str(caught.value)


def test_options_that_make_no_sense_are_refused(tmp_path):
    def with_options(options: str, address: str) -> None:
        settings = load_settings(tmp_path / "home", stream_options=options)
        open_source(settings, make_state(settings), Wanted(address))

    with pytest.raises(ConfigError, match="not NAME=VALUE") as caught:
        with_options("hunter2", "kafka://h:1/t")
    assert "hunter2" not in str(caught.value)
    with pytest.raises(DataError, match=r'stream_options cannot be used.*"acks.none"'):
        with_options("acks.none=1", "kafka://h:1/t")
    with pytest.raises(DataError, match=r"holds \['acks'\]; NATS takes \['user'"):
        with_options("acks=1", "nats://h:1/t")


@pytest.mark.parametrize("kind", ["kafka", "nats"])
def test_a_client_that_is_not_installed_names_its_extra(tmp_path, monkeypatch, kind):
    monkeypatch.delitem(sys.modules, f"ui.alerting.{kind}_source", raising=False)
    monkeypatch.setitem(sys.modules, {"kafka": "confluent_kafka", "nats": "nats"}[kind], None)
    settings = load_settings(tmp_path / "home")

    with pytest.raises(MissingExtra, match=rf"groundswell\[{kind}\]"):
        open_source(settings, make_state(settings), Wanted(f"{kind}://h:1/t"))


def test_the_command_takes_tells_and_ends_when_it_is_told_to(tmp_path):
    """A process of its own; what it took before SIGTERM is not taken again."""
    home, sink = tmp_path / "home", tmp_path / "told.jsonl"
    with closing(Nats(tmp_path)) as server:
        server.publish([review(1), review(2)])
        arguments = ["alerts", "watch", server.address, "--home", home, "--sink", sink]
        with subprocess.Popen(
            [sys.executable, "-m", "ui", *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": ROOT, "GROUNDSWELL_SCORER": "lexicon"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as watcher:  # fmt: skip
            told = watcher.stdout.readline()
            watcher.terminate()
            _, said = watcher.communicate(timeout=LONG_S)
        with opened(server, home) as source:
            left = source.fetch(5.0)

    assert told.startswith("nats shop.reviews: 2 rows, 2 new, 0 set aside")
    assert "Watching nats shop.reviews" in said
    assert "columns are read from fields so" in said
    assert watcher.returncode == 0
    assert len(texts(home)) == 2
    assert left is None


def test_a_topic_or_subject_that_is_not_there_is_said(broker, tmp_path):
    broker.address = broker.address.replace("reviews", "raves").replace("shop.", "other.")

    with pytest.raises(DataError, match="create it first"), opened(broker, tmp_path / "home"):
        pass


def test_fields_that_are_not_those_of_the_table_are_said(broker, tmp_path):
    broker.publish([b'{"body": "no day, no text"}'])

    with (
        opened(broker, tmp_path / "home") as source,
        pytest.raises(DataError, match="the first messages cannot be read: documents lacks"),
    ):
        take_next(source, tmp_path / "home")
