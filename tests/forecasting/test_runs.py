"""Runs in the lake, models on disk."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting import (
    ForecastSettings,
    accuracy_frame,
    all_runs,
    contribution_frame,
    forecast_frame,
    holds_forecaster,
    latest_run,
    load_forecaster,
    repeat_run,
    run_as_of,
    run_forecast,
    save_run,
)
from forecasting.kept_forecaster import save_forecaster
from signals import RUNS, Col, Lake, ModelError, NotReady, publish

NOW = pd.Timestamp("2025-01-01", tz="UTC")


@pytest.fixture(scope="module")
def run(panel):
    return run_forecast(panel, ForecastSettings(origins=2, trees=15))


@pytest.fixture
def stored(run, tmp_path):
    lake = Lake(tmp_path / "lake")
    save_run(run, lake, tmp_path / "models", now=NOW)
    return lake


def test_what_was_stored_is_read_back(stored, run):
    info = latest_run(stored)

    assert info.run_id == run.run_id
    assert info.made_on == run.made_on
    assert info.config["text_helped"] is run.about["text_helped"]
    assert len(forecast_frame(stored, run.run_id)) == len(run.forecasts)
    total = forecast_frame(stored, run.run_id, ["total"])
    assert set(total[Col.SERIES_ID]) == {"total"}
    assert len(contribution_frame(stored, run.run_id, ["total"])) == 4 * 3 * 7
    assert "all" in set(accuracy_frame(stored, run.run_id)[Col.SERIES_ID])


def test_saving_the_same_run_again_only_records_that_it_was_made_again(stored, run, tmp_path):
    before = stored.versions()

    save_run(run, stored, tmp_path / "models", now=NOW + pd.Timedelta(days=1))

    changed = {name for name, version in stored.versions().items() if version != before[name]}
    assert changed == {"runs"}


def test_a_run_that_is_made_again_is_the_latest(stored, run):
    assert repeat_run(stored, run.run_id, now=NOW + pd.Timedelta(days=2))
    assert not repeat_run(stored, "unheard of", now=NOW)
    assert latest_run(stored).run_id == run.run_id


def test_a_run_of_an_earlier_day_made_afterwards_is_not_the_latest(stored, run):
    about = stored.read(RUNS).assign(**{
        Col.RUN_ID: "looks-back", Col.MADE_ON: run.made_on - pd.Timedelta(weeks=8),
        Col.RECORDED_AT: NOW + pd.Timedelta(days=3),
    })  # fmt: skip
    with stored.batch() as batch:
        batch.add(RUNS, about)

    assert latest_run(stored).run_id == run.run_id
    assert all_runs(stored)[0].run_id == "looks-back"
    today = (NOW + pd.Timedelta(days=9)).tz_localize(None).normalize()
    assert run_as_of(stored, today).run_id == run.run_id


def test_a_loaded_forecaster_forecasts_to_the_byte_what_was_stored(stored, run, panel, tmp_path):
    again = load_forecaster(tmp_path / "models")

    assert again.predict(panel).tobytes() == run.forecaster.predict(panel).tobytes()


def test_a_loaded_forecaster_keeps_its_sums_and_the_launches_in_them(panel, tmp_path):
    cheap = ForecastSettings(origins=2, experts=("last four periods",))
    run = run_forecast(replace(panel, cold={"product:new": "c1"}), cheap)
    save_run(run, Lake(tmp_path / "lake"), tmp_path / "models", now=NOW)

    again = load_forecaster(tmp_path / "models")

    assert again.launches is not None
    assert again.launches.series_ids == ("product:new",)
    assert again.predict(panel).tobytes() == run.forecaster.predict(panel).tobytes()
    alone = replace(again, launches=None)
    assert np.abs(alone.predict(panel) - again.predict(panel)).max() > 0.1


def test_models_of_an_earlier_version_are_refused_with_what_to_do(run, tmp_path):
    save_forecaster(run.forecaster, tmp_path)
    body = json.loads((tmp_path / "forecaster.json").read_text(encoding="utf-8"))
    body["calibration"]["shifts"] = body["calibration"].pop("stretches")

    publish(tmp_path / "models", lambda draft: _put(tmp_path, draft, json.dumps(body)), {})

    with pytest.raises(ModelError, match=r"earlier version.*groundswell run"):
        load_forecaster(tmp_path / "models")


def _put(folder, draft, text):
    for place in folder.glob("expert-*"):
        shutil.copytree(place, draft / place.name)
    (draft / "forecaster.json").write_text(text, encoding="utf-8")


def test_the_forecaster_of_an_earlier_run_is_loaded_by_its_id(stored, run, panel, tmp_path):
    other = run_forecast(panel, ForecastSettings(origins=2, experts=("last four periods",)))
    save_run(other, stored, tmp_path / "models", now=NOW + pd.Timedelta(days=1))

    again = load_forecaster(tmp_path / "models", run.run_id)

    assert again.predict(panel).tobytes() == run.forecaster.predict(panel).tobytes()
    assert [info.run_id for info in all_runs(stored)] == [other.run_id, run.run_id]
    with pytest.raises(NotReady, match="keeps no version of run_id unheard"):
        load_forecaster(tmp_path / "models", "unheard")


def test_models_are_found_by_the_run_that_learnt_them(stored, run, panel, tmp_path):
    models = tmp_path / "models"

    again = load_forecaster(models, run.run_id)

    assert again.predict(panel).tobytes() == run.forecaster.predict(panel).tobytes()
    assert holds_forecaster(models, run.run_id)
    assert not holds_forecaster(models, "unheard of")
    with pytest.raises(NotReady, match="keeps no version of run_id unheard of"):
        load_forecaster(models, "unheard of")


def test_no_model_file_is_a_pickle(stored, tmp_path):
    files = [file for file in (tmp_path / "models").rglob("*") if file.is_file()]

    assert {file.suffix for file in files} <= {".json", ".safetensors", ".txt", ""}
    assert not any(file.read_bytes().startswith(b"\x80") for file in files)


def test_a_damaged_model_is_refused(stored, tmp_path):
    learnt = next((tmp_path / "models").rglob("forecaster.json"))
    learnt.write_text(learnt.read_text(encoding="utf-8") + " ", encoding="utf-8")

    with pytest.raises(ModelError, match="damaged"):
        load_forecaster(tmp_path / "models")


def test_before_the_first_run_it_says_what_to_do(tmp_path):
    with pytest.raises(NotReady, match="groundswell run"):
        latest_run(Lake(tmp_path / "lake"))
