"""The card says what the results on file say, and what is not on file it calls so."""

from __future__ import annotations

import json

import model_card
import pytest
from model_card import CARD, card, figures_of_sets, noise
from model_card_failures import failures

ABOUT = {
    "files": {"model.safetensors": {"bytes": 14_000_000, "sha256": "0123456789abcdef" * 4}},
    "plan": {"smoothing": 0.05},
    "noise": {"few": {"name": "few", "rows": 200, "dropped": 3, "share": 0.015}},
}


def result(**more: object) -> dict[str, object]:
    figure = {
        "name": "few (pt, 1200 texts): macro_f1", "value": 0.8, "unit": "share",
        "better": "higher", "reach": 0.9, "peer": "TF-IDF", "peer_value": 0.81,
        "low": 0.78, "high": 0.82, "peers": {"LeIA": 0.6, "TF-IDF": 0.81},
    }  # fmt: skip
    return {"data": "some texts; sentiment@0123456789ab", "figures": [figure], **more}


def test_the_card_is_what_the_files_say():
    assert CARD.read_text(encoding="utf-8") == card(), "run: python benchmarks/model_card.py"


def test_a_figure_stands_with_its_interval_its_goal_and_all_its_peers():
    table = figures_of_sets(ABOUT, result())

    row = "| few | Portuguese | 1,200 | macro_f1 | 0.800 [0.780, 0.820] | ≥ 0.9 | LeIA 0.600; "
    assert row + "TF-IDF 0.810 |" in table
    assert "earlier model" not in table


def test_figures_of_another_model_are_called_so():
    assert "earlier model" in figures_of_sets(ABOUT, result(data="sentiment@ffffffffffff"))


def test_what_nobody_measured_is_not_on_file_and_names_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr(model_card, "RESULTS", tmp_path)

    text = card()

    for name in ("quality", "left_out", "speed"):
        assert f"Not on file; `python benchmarks/sentiment_{name}.py` measures it." in text


def test_what_was_dropped_as_noise_is_told():
    told = " ".join(noise(ABOUT))

    assert "5% of each is spread over all classes" in told
    assert "few 3 of 200 (1.5%)" in told


def test_shortfalls_and_better_peers_are_known_failures():
    told = failures(result(), None)

    assert "Falls short: few (pt, 1200 texts): macro_f1 is 0.800, to reach was 0.9." in told
    assert "TF-IDF 0.810 (inside the interval)" in told


def test_labels_that_are_mostly_missed_are_known_failures():
    calls = {"few (pt, 100 texts)": [[40, 0, 0], [30, 10, 0], [2, 0, 18]]}

    told = failures(result(details={"calls": calls}))

    assert "of 40 neutral texts 10 are called neutral (25%)" in told
    assert "of 40 negative" not in told
    assert "| few (pt, 100 texts) | positive | 10% | 0% | 90% | 20 |" in told


def test_weak_aspects_and_accuracy_by_length_are_told():
    details = {
        "aspect_detection": {"cars": {"price": {"f1": 0.4, "texts": 9},
                                      "look": {"f1": 0.9, "texts": 9}}},
        "accuracy_by_length": [
            {"lang": "zh", "shorter_than": 20, "texts": 90, "accuracy": 0.85},
            {"lang": "zh", "shorter_than": None, "texts": 50, "accuracy": 0.95},
        ],
    }  # fmt: skip

    told = failures(result(details=details))

    assert "Aspects found badly in cars (F1 below 0.5): price (0.40)." in told
    assert "in the text, Chinese: below 20 0.85 (90), longer 0.95 (50)." in told


@pytest.mark.parametrize("name", ["sentiment_quality", "sentiment_left_out", "sentiment_speed"])
def test_results_on_file_can_be_read(name):
    file = model_card.RESULTS / f"{name}.json"
    if not file.is_file():
        pytest.skip(f"{file.name} was not measured yet")

    assert json.loads(file.read_text(encoding="utf-8"))["benchmark"] == name
