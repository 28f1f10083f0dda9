"""A run that is killed goes on where it was, and ends with the same bytes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from forecasting import ForecastSettings, Unfinished, run_forecast, run_id_of
from forecasting.experts.trees import Trees

SETTINGS = ForecastSettings(
    origins=3, experts=("last four periods", "price response", "lightgbm", "seasonal naive")
)
WORK = """
import runpy, sys
from pathlib import Path
from forecasting import Unfinished, run_forecast, run_id_of
shop, told = (runpy.run_path(file) for file in sys.argv[1:3])
panel, settings = shop["shop_panel"](), told["SETTINGS"]
run_forecast(panel, settings, unfinished=Unfinished(Path(sys.argv[3]), run_id_of(panel, settings)))
"""


@pytest.fixture
def unfinished(panel, tmp_path):
    return Unfinished(tmp_path / "unfinished", run_id_of(panel, SETTINGS))


def _kill_in_the_middle(root: Path, done: int) -> None:
    """Run in another process, and kill it when it has finished some work but not all."""
    here = Path(__file__)
    command = [sys.executable, "-c", WORK, here.parent / "conftest.py", here, root]
    process = subprocess.Popen(command, cwd=here.parents[2])
    try:
        while len(list(root.rglob("manifest.json"))) < done and process.poll() is None:
            time.sleep(0.01)
    finally:
        process.kill()
    assert process.wait() == -signal.SIGKILL


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(panel, unfinished, monkeypatch):
    whole = run_forecast(panel, SETTINGS)
    _kill_in_the_middle(unfinished.root, done=9)
    fitted = []
    fit = Trees.fit
    monkeypatch.setattr(Trees, "fit", lambda *a, **k: fitted.append(1) or fit(*a, **k))

    again = run_forecast(panel, SETTINGS, unfinished=unfinished)

    assert len(fitted) < SETTINGS.origins + 1
    for name in ("forecasts", "contributions", "accuracy"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(whole, name), check_exact=True)
    assert {**again.about, "seconds": 0} == {**whole.about, "seconds": 0}


def test_finished_work_is_not_done_again(panel, unfinished, monkeypatch):
    whole = run_forecast(panel, SETTINGS, unfinished=unfinished)
    monkeypatch.setattr(Trees, "fit", lambda *_, **__: pytest.fail("fitted again"))

    again = run_forecast(panel, SETTINGS, unfinished=unfinished)

    pd.testing.assert_frame_equal(again.forecasts, whole.forecasts, check_exact=True)


def test_damaged_work_is_done_again(panel, unfinished):
    whole = run_forecast(panel, SETTINGS, unfinished=unfinished)
    for file in unfinished.root.rglob("*.safetensors"):
        file.write_bytes(file.read_bytes()[:-8] + b"\0" * 8)

    again = run_forecast(panel, SETTINGS, unfinished=unfinished)

    pd.testing.assert_frame_equal(again.forecasts, whole.forecasts, check_exact=True)


def test_nothing_is_kept_in_a_form_that_could_run_code_and_nothing_stays(panel, unfinished):
    run_forecast(panel, SETTINGS, unfinished=unfinished)
    files = {file.suffix for file in unfinished.root.rglob("*") if file.is_file()}

    unfinished.forget()

    assert files <= {".safetensors", ".json", ".txt", ""}
    assert not unfinished.root.exists()
