"""``groundswell health`` and the metrics, on the tiny shop and on a new one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from forecasting import Covered, Freshness, InputDrift, Moved, Watched
from signals import DriverGroup
from ui.cli import app
from ui.monitoring.findings import findings
from ui.monitoring.metrics import exposition
from ui.monitoring.monitor import Monitor, Seen

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ui.conftest import Shop

runner = CliRunner()
DAY = pd.Timestamp("2026-03-02")


@pytest.fixture
def drifted() -> Seen:
    moved = Moved("total", DAY, DAY + pd.Timedelta(weeks=3), 1.312, is_new=True)
    watched = Watched(
        run_id="r1", learnt_on=DAY, seen_to=DAY, since=5, horizon=8, series=60, moved=(moved,),
        covered=Covered(0.8, 0.62, 300, 5),
        inputs=(InputDrift("price", DriverGroup.PRICE, 0.41, 0.25),),
    )  # fmt: skip
    return Seen((Freshness("sales", DAY, 12.0, 1.0),), watched)


def samples(seen: Seen) -> dict[str, float]:
    found = text_string_to_metric_families(exposition(seen).decode())
    return {
        sample.name + "".join(sorted(sample.labels.values())): sample.value
        for family in found
        for sample in family.samples
        if not family.name.startswith("groundswell_build")
    }


def test_a_new_workspace_is_told_to_begin(tmp_path: Path) -> None:
    found = runner.invoke(app, ["health", "--home", str(tmp_path / "new"), "--json"])

    assert found.exit_code == 1
    assert json.loads(found.stdout)["findings"][0]["advice"].startswith("bring data in")


def test_old_data_are_late_and_fresh_ones_are_not(small_shop: Shop) -> None:
    monitor = Monitor(small_shop.settings)
    seen = monitor.look(pd.Timestamp("2025-12-29", tz="UTC"))

    assert seen.watched is None
    assert "does not say what it was made from" in seen.why_not


def test_each_finding_names_the_figure_it_rests_on(drifted: Seen) -> None:
    told = {each.name: each for each in findings(drifted)}

    assert not any(told[name].is_fine for name in ("sales", "drift", "intervals", "inputs"))
    assert "1 of 60 series" in told["drift"].found
    assert "total +31% since 2026-03-02" in told["drift"].found
    assert "62% of 300 outcomes of 5 periods" in told["intervals"].found
    assert "price: stability index 0.41" in told["inputs"].found
    assert "(total +31% since 2026-03-02)" in told["learning"].found
    assert "(5 of 8 periods)" in told["learning"].found
    assert told["learning"].advice == "let the models learn anew: groundswell run"


def test_metrics_are_what_prometheus_reads(drifted: Seen) -> None:
    found = samples(drifted)

    assert found["groundswell_feed_age_secondssales"] == 12 * 86_400
    assert found["groundswell_feed_latesales"] == 1
    assert found["groundswell_series_drifted"] == 1
    assert found["groundswell_interval_coverage_ratio"] == 0.62
    assert found["groundswell_input_stability_indexprice"] == 0.41
    assert found["groundswell_learning_advised"] == 1


def test_metrics_of_a_workspace_without_runs_have_no_forecasts() -> None:
    assert samples(Seen((), None, "nothing yet")) == {}
