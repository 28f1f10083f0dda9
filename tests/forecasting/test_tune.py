"""The search for settings: within its time, gone on with, never worse by its own word."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from forecasting import (
    ForecastSettings,
    NetworkOptions,
    TreeOptions,
    Tuned,
    save_tuned,
    tune_experts,
    with_tuned,
)
from signals import ConfigError, DataError

# trees that learn nearly nothing, so that there is something to find
SETTINGS = ForecastSettings(
    origins=3, trees=60, experts=("lightgbm",), tree_options=TreeOptions(rate=0.0005)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tuning")


@pytest.fixture(scope="module")
def found(panel, folder):
    return tune_experts(panel, SETTINGS, folder, seconds=8.0)[0]


def test_what_is_found_is_better_where_it_was_sought_and_where_not(found):
    assert found.family == "trees"
    assert found.better
    assert found.loss < found.usual_loss
    assert found.proof < found.usual_proof


def test_later_runs_use_what_was_found(found, tmp_path):
    file = tmp_path / "tuned.json"

    save_tuned([found], file)

    taken = with_tuned(SETTINGS, file)
    assert taken.trees == found.values["trees"]
    assert taken.tree_options.rate == found.values["rate"]
    assert with_tuned(SETTINGS, tmp_path / "absent.json") == SETTINGS


def test_a_search_goes_on_from_what_was_tried(panel, folder, found):
    told = []

    again = tune_experts(
        panel, SETTINGS, folder, seconds=0.01, progress=lambda step, *_: told.append(step)
    )[0]

    assert again.tried == found.tried
    assert again.values == found.values
    assert told[-1] == f"tuning trees: {found.tried} tried, WQL {found.loss:.4f}"
    journals = [file.read_text() for file in folder.glob("*.log")]
    assert len(journals) == 1
    assert all(isinstance(json.loads(line), dict) for line in journals[0].splitlines())


def test_without_time_only_the_setting_in_use_is_judged_and_it_stays(panel, tmp_path):
    began = time.perf_counter()

    found = tune_experts(panel, SETTINGS, tmp_path, seconds=0.01)[0]
    save_tuned([found], tmp_path / "tuned.json")

    assert found.tried == 1
    assert not found.better
    assert not (tmp_path / "tuned.json").exists()
    assert time.perf_counter() - began < 60


def test_what_fails_its_proof_is_not_kept(tmp_path):
    lucky = Tuned("trees", {"leaves": 63}, 9, loss=0.1, usual_loss=0.2, proof=0.3, usual_proof=0.2)

    save_tuned([lucky], tmp_path / "tuned.json")

    assert not (tmp_path / "tuned.json").exists()


def test_another_search_leaves_the_other_family_as_it_was(tmp_path):
    file = tmp_path / "tuned.json"
    save_tuned([Tuned("trees", {"leaves": 31}, 9, 0.1, 0.2, 0.1, 0.2)], file)
    save_tuned([Tuned("networks", {"dropout": 0.3}, 9, 0.1, 0.2, 0.1, 0.2)], file)

    taken = with_tuned(ForecastSettings(), file)

    assert taken.tree_options.leaves == 31
    assert taken.network_options.dropout == 0.3


def test_a_file_of_something_else_is_refused(tmp_path):
    (tmp_path / "tuned.json").write_text('{"trees": {"values": {"speed": 3}}}')

    with pytest.raises(ConfigError, match="does not hold what groundswell forecast tune writes"):
        with_tuned(SETTINGS, tmp_path / "tuned.json")


def test_experts_without_settings_are_refused(panel, tmp_path):
    naive = replace(SETTINGS, experts=("seasonal naive",))

    with pytest.raises(ConfigError, match="none of the experts seasonal naive has settings"):
        tune_experts(panel, naive, tmp_path, seconds=1.0)


def test_a_history_too_short_to_prove_anything_is_refused(make_panel, tmp_path):
    with pytest.raises(DataError, match=r"leave 1 origin\(s\); tuning needs at least 2"):
        tune_experts(make_panel(periods=21), SETTINGS, tmp_path, seconds=1.0)


def test_options_that_make_no_sense_are_refused():
    with pytest.raises(ConfigError, match=r"dropout is 1.5; it must be within \[0, 1\)"):
        NetworkOptions(dropout=1.5)
    with pytest.raises(ConfigError, match="leaves is 1; it must be at least 2"):
        TreeOptions(leaves=1)
