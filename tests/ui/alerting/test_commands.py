"""``groundswell alerts`` as a user types it, over a shop whose watch begins to fail."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from signals import DOCUMENTS, PRODUCTS, Col, ConfigError, DataError, Lake, NotReady, text_hash
from signals.author_key import author_key
from ui.commands.alerting import alerting

APP = typer.Typer()
APP.add_typer(alerting, name="alerts")
LAST = pd.Timestamp("2026-03-31")
BEGAN = LAST - pd.Timedelta(days=4)
DAYS = 110
GOOD = "I love it, great quality, reading number {}."
BAD = "Terrible, the battery died, a waste of money, number {}."


def reviews(product: str, start: pd.Timestamp, days: int, share: float, seed: int) -> pd.DataFrame:
    """Ten reviews a day, of which a share is bad."""
    random = np.random.default_rng(seed)
    moments = start.tz_localize("UTC") + pd.to_timedelta(
        np.repeat(np.arange(days) * 24 + 9, 10), unit="h"
    )
    bad = random.random(len(moments)) < share
    texts = [(BAD if each else GOOD).format(f"{product}{n}") for n, each in enumerate(bad)]
    return pd.DataFrame(
        {
            Col.DOC_ID: [f"{product}-{start:%m%d}-{n}" for n in range(len(moments))],
            Col.KIND: "review", Col.PRODUCT_ID: product, Col.LANG: "en", Col.TEXT: texts,
            Col.TEXT_HASH: [text_hash(text) for text in texts],
            Col.AUTHOR: [f"author {product} {n}" for n in range(len(moments))],
            Col.EVENT_TIME: moments, Col.AVAILABLE_AT: moments,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def failing_shop(tmp_path_factory):
    """A watch and a lamp with one bad review in ten, the watch with eight in the last five days."""
    home = tmp_path_factory.mktemp("failing") / "shop"
    start = LAST - pd.Timedelta(days=DAYS - 1)
    products = pd.DataFrame(
        {
            Col.PRODUCT_ID: ["P1", "P2"], Col.NAME: ["Watch", "Lamp"],
            Col.CATEGORY: ["Wearables", "Home"],
            Col.AVAILABLE_AT: pd.Timestamp("1970-01-01", tz="UTC"),
        }
    )  # fmt: skip
    lake = Lake(home / "lake")
    author_key(lake.root)
    with lake.batch() as batch:
        batch.add(PRODUCTS, products)
        batch.add(DOCUMENTS, reviews("P1", start, DAYS - 5, 0.1, 1))
        batch.add(DOCUMENTS, reviews("P1", BEGAN, 5, 0.8, 2))
        batch.add(DOCUMENTS, reviews("P2", start, DAYS, 0.1, 3))
    return home


@pytest.fixture
def home(failing_shop, tmp_path):
    return shutil.copytree(failing_shop, tmp_path / "shop")


@pytest.fixture
def run(home, monkeypatch):
    monkeypatch.setenv("GROUNDSWELL_SCORER", "lexicon")

    def invoke(*arguments: object):
        return CliRunner().invoke(APP, ["alerts", *map(str, arguments), "--home", str(home)])

    return invoke


def of_the_watch(run) -> dict[str, object]:
    """Return the most severe alert, which is about the watch."""
    alert = json.loads(run("--json").stdout)["alerts"][0]
    assert alert[Col.NAME] == "Watch"
    return alert


def test_a_scan_tells_once_and_the_list_shows_what_it_found(run, tmp_path):
    sink = tmp_path / "told.jsonl"

    first = json.loads(run("scan", "--sink", sink, "--json").stdout)
    second = json.loads(run("scan", "--sink", sink, "--json").stdout)

    told = [json.loads(line) for line in sink.read_text(encoding="utf-8").splitlines()]
    log = json.loads(run("log", "--json").stdout)
    assert first["scored"] == 2 * DAYS * 10
    assert first["told"]["sent"] == len(told) == len(log) >= 1
    assert (second["scored"], second["new"], second["told"]["sent"]) == (0, 0, 0)
    assert any(message["subject"].startswith("Watch") for message in told)
    assert {entry["status"] for entry in log} == {"sent"}
    assert of_the_watch(run)[Col.STATUS] == "open"


def test_an_alert_can_be_taken_put_off_and_resolved(run):
    run("scan")
    alert_id = of_the_watch(run)[Col.ALERT_ID]

    taken = run("ack", alert_id[:8], "--by", "Ana", "--note", "asked the supplier")
    listed = of_the_watch(run)
    put_off = json.loads(run("snooze", alert_id, "--for", "2w", "--by", "Bo", "--json").stdout)
    left = json.loads(run("--json").stdout)["alerts"]
    resolved = run("resolve", alert_id, "--by", "Bo")

    assert taken.stdout.strip() == f"Alert {alert_id} is acknowledged, by Ana."
    assert listed[Col.STATUS] == "acknowledged"
    assert put_off["status"] == "snoozed"
    assert alert_id not in [alert[Col.ALERT_ID] for alert in left]
    assert resolved.stdout.strip() == f"Alert {alert_id} is resolved, by Bo."


def test_nobody_is_told_of_an_alert_that_was_taken(run, tmp_path):
    run("scan")
    for alert in json.loads(run("--json").stdout)["alerts"]:
        run("ack", alert[Col.ALERT_ID], "--by", "Ana")

    again = json.loads(run("scan", "--sink", tmp_path / "told.jsonl", "--json").stdout)

    assert again["told"]["sent"] == 0


def test_a_backtest_says_how_many_and_how_soon(run, home):
    made = json.loads(run("backtest", "--days", "12", "--json").stdout)
    shown = run("backtest", "--days", "12")

    [alert] = [each for each in made["alerts"] if each["entity"] == "product:P1"][:1]
    assert made["end"] == "2026-03-31"
    assert (made["days"], made["products"], made["raised"]) == (12, 2, len(made["alerts"]))
    assert alert["name"] == "Watch"
    assert pd.Timestamp(alert["raised_on"]) - BEGAN <= pd.Timedelta(days=2)
    assert 0 <= alert["delay"] <= 2
    assert alert["went_on"] is True
    assert "median delay" in shown.stdout
    assert "Watch" in shown.stdout
    assert Lake(home / "lake").sql("SELECT count(*) AS n FROM alerts")["n"][0] == 0


def test_days_before_the_wave_raise_nothing(run):
    before = f"{BEGAN - pd.Timedelta(days=1):%Y-%m-%d}"

    made = json.loads(run("backtest", "--days", "3", "--as-of", before, "--json").stdout)

    assert made["raised"] == 0
    assert made["median_delay_days"] is None


def test_a_folder_is_watched_to_its_end(run, home, tmp_path):
    inbox, sink = tmp_path / "inbox", tmp_path / "told.jsonl"
    inbox.mkdir()
    fresh = reviews("P2", LAST + pd.Timedelta(days=1), 3, 0.9, 5)
    fresh[["doc_id", "product_id", "text", "event_time", "author"]].to_csv(
        inbox / "reviews.csv", index=False
    )

    seen = run("watch", inbox, "--yes", "--once", "--sink", sink)

    assert seen.exit_code == 0, seen.output
    assert "folder: 30 rows, 30 new, 0 set aside" in seen.stdout
    names = [alert[Col.NAME] for alert in json.loads(run("--json").stdout)["alerts"]]
    assert "Lamp" in names
    assert "Lamp" in sink.read_text(encoding="utf-8")


def test_a_test_message_goes_to_a_file(run, tmp_path):
    sink = tmp_path / "told.jsonl"

    sent = run("test", "--sink", sink)

    assert sent.exit_code == 0
    assert "Groundswell: a test" in sink.read_text(encoding="utf-8")


def test_a_target_that_does_not_listen_fails_the_test(run, monkeypatch):
    monkeypatch.setenv("GROUNDSWELL_ALERT_TARGETS", "json://me:s3cretword@127.0.0.1:9/x")

    sent = run("test")

    assert sent.exit_code == 1
    assert "json:" in sent.stdout
    assert "s3cretword" not in sent.output


def test_targets_stay_out_of_the_settings_file(run, home):
    (home / "settings.toml").write_text('alert_targets = "slack://a/b/c"\n', encoding="utf-8")

    assert isinstance(run("scan").exception, ConfigError)


@pytest.mark.parametrize(
    ("arguments", "error", "problem"),
    [
        (["ack", "nope"], DataError, "no alert is 'nope'; give the id"),
        (["test"], ConfigError, "there is nobody to tell; set GROUNDSWELL_ALERT_TARGETS"),
        (["backtest", "--as-of", "2020-01-01"], DataError, "there are no texts about products"),
        (["watch", "/nowhere/at/all"], DataError, "is no folder"),
        (["watch", "kafka://h/t", "--table", "x"], DataError, "there is no table 'x'"),
    ],
)
def test_what_cannot_be_done_says_what_to_do(run, arguments, error, problem):
    failed = run(*arguments).exception

    assert isinstance(failed, error)
    assert problem in str(failed)


@pytest.mark.parametrize(
    ("span", "problem"), [("soon", "expected a time"), ("2026-02-30", "no day")]
)
def test_a_snooze_that_is_no_time_is_refused(run, span, problem):
    run("scan")

    failed = run("snooze", of_the_watch(run)[Col.ALERT_ID], "--for", span).exception

    assert isinstance(failed, DataError)
    assert problem in str(failed)


def test_a_workspace_without_texts_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("GROUNDSWELL_SCORER", "lexicon")

    failed = CliRunner().invoke(APP, ["alerts", "scan", "--home", str(tmp_path)]).exception

    assert isinstance(failed, NotReady)
    assert "groundswell ingest" in str(failed)


def test_an_unknown_command_is_named(run):
    assert "No such command 'scna'" in run("scna").output
