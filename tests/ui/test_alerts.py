"""``groundswell alerts`` lists what is open, in words and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from signals import ALERTS, RUNS, Col, Lake, Measure, NotReady, Workspace
from ui.commands.alerts import alerts

if TYPE_CHECKING:
    from pathlib import Path

APP = typer.Typer()
APP.command()(alerts)
MADE_ON = pd.Timestamp("2025-10-05")


def alert(alert_id: str, severity: float, **more: object) -> dict[str, object]:
    return {
        Col.ALERT_ID: alert_id, Col.KIND: "negative_share", Col.ENTITY: f"product:{alert_id}",
        Col.NAME: f"[bold]Watch {alert_id}", Col.ASPECT: "battery",
        Col.WINDOW_START: MADE_ON - pd.Timedelta(days=9), Col.WINDOW_END: MADE_ON,
        Col.OBSERVED: 0.75, Col.EXPECTED: 0.1, Col.DOCUMENTS: 40, Col.P_VALUE: 1e-6,
        Col.SEVERITY: severity, Col.STATUS: "open",
        Col.QUOTES: json.dumps([{"doc_id": "D1", "text": "电池[发烫]", "day": "2025-10-01",
                                 "lang": "zh"}]),
        Col.AVAILABLE_AT: (MADE_ON + pd.Timedelta(days=1)).tz_localize("UTC"),
    } | more  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    lake = Lake(Workspace(tmp_path).lake)
    run = {
        Col.RUN_ID: "r", Col.MADE_ON: MADE_ON, Col.MEASURE: Measure.UNITS_SOLD.value,
        Col.MODEL: "m", Col.CONFIG: "{}", Col.RECORDED_AT: pd.Timestamp("2025-10-06", tz="UTC"),
    }  # fmt: skip
    rows = [alert("one", 30.0), alert("two", 60.0), alert("old", 90.0, **{Col.STATUS: "resolved"})]
    with lake.batch() as batch:
        batch.add(RUNS, pd.DataFrame([run]))
        batch.add(ALERTS, pd.DataFrame(rows))
    return tmp_path


def test_json_holds_the_open_alerts_the_most_severe_first(home):
    result = CliRunner().invoke(APP, ["--home", str(home), "--json"])

    told = json.loads(result.stdout)
    assert told["made_on"] == "2025-10-05"
    assert told["open"] == 2
    assert [found[Col.ALERT_ID] for found in told["alerts"]] == ["two", "one"]
    assert told["alerts"][0][Col.QUOTES][0]["text"] == "电池[发烫]"
    assert told["alerts"][0][Col.WINDOW_START] == "2025-09-26"


def test_the_table_shows_texts_as_they_are(home):
    """Brackets in a name or a review are no markup."""
    result = CliRunner().invoke(APP, ["--home", str(home), "--limit", "1"], env={"COLUMNS": "160"})

    assert result.exit_code == 0
    assert "[bold]Watch two" in result.stdout
    assert "电池[发烫]" in result.stdout
    assert "75% of 40" in result.stdout
    assert "1 more" in result.stdout


def test_before_a_run_it_says_what_to_do(tmp_path):
    result = CliRunner().invoke(APP, ["--home", str(tmp_path)])

    assert isinstance(result.exception, NotReady)
    assert "groundswell run" in str(result.exception)


def test_no_open_alert_is_said_in_a_line(home):
    lake = Lake(Workspace(home).lake)
    run = {
        Col.RUN_ID: "s", Col.MADE_ON: MADE_ON + pd.Timedelta(days=40),
        Col.MEASURE: Measure.UNITS_SOLD.value, Col.MODEL: "m", Col.CONFIG: "{}",
        Col.RECORDED_AT: pd.Timestamp("2025-11-20", tz="UTC"),
    }  # fmt: skip
    with lake.batch() as batch:
        batch.add(RUNS, pd.DataFrame([run]))

    result = CliRunner().invoke(APP, ["--home", str(home)])

    assert result.stdout.strip() == "No open alerts as of 2025-11-14."
