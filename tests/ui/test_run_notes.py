"""What a run says about itself: simpler rules, flags, or nothing."""

from __future__ import annotations

import pytest

from ui.run_notes import notes_of

FALLBACKS = {
    "autoets": {"sales never change": ["product:a", "product:b"], "too short": ["product:c"]},
    "croston": {"fewer than 2 periods with sales": ["product:c"]},
}


def test_series_of_a_simpler_rule_are_counted_once_and_by_expert():
    (note,) = notes_of({"fallbacks": FALLBACKS})

    assert note.startswith("A simpler rule forecasts 3 series")
    assert "(autoets 3, croston 1)" in note


@pytest.mark.parametrize("config", [{}, {"fallbacks": {}}])
def test_a_run_without_any_says_nothing(config):
    assert notes_of(config) == []


def test_flags_are_counted_beside_what_is_usual():
    flags = {"beyond_seen": [{}, {}], "outside_interval": [{}] * 11, "recent_values": 52}

    (note,) = notes_of({"flags": flags, "settings": {"levels": [0.1, 0.5, 0.9]}})

    assert "2 forecasts beyond all" in note
    assert "11 of 52 recent outcomes outside the 80% interval" in note


def test_a_peak_is_told_with_what_the_models_see_and_what_to_do():
    peak = {"series_id": "product:a", "day": "2024-05-06", "units": 1e6, "seen_as": 27.0}

    (note,) = notes_of({"preparation": {"peaks": [peak]}})

    assert "product:a in the period of 2024-05-06 sold 1,000,000, seen as 27" in note
    assert "fill = nothing" in note
