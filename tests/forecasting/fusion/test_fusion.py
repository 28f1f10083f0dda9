"""Signals correct a forecast where they tell something, and are switched off where they do not."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from forecasting.fusion.fusion import Fusion, learn_fusion, load_fusion
from forecasting.fusion.heard import Heard, Place, Vectors, shifted_in_time
from forecasting.fusion.network import WIDEST, FusionNetwork
from signals import ModelError

SERIES, ORIGINS, STEPS = 16, 60, 4
IDS = tuple(f"product:{number}" for number in range(SERIES))


def world(effect: float, *, listeners: int = SERIES, seed: int = 3):
    """Sales that exceed their forecast by ``effect`` a unit of mood, for some of the series."""
    random = np.random.default_rng(seed)
    series, origin, step = (
        axis.ravel() for axis in np.mgrid[0:SERIES, 0:ORIGINS, 0:STEPS].astype(np.int64)
    )
    mood = random.normal(0, 1, (SERIES, ORIGINS)) * (random.random((SERIES, ORIGINS)) < 0.7)
    vector = random.normal(0, 1, (SERIES, ORIGINS, 6)) * (mood != 0)[..., None]
    at = (series, origin)
    heard = Heard(
        context=np.stack([step / STEPS, np.ones(len(step))], axis=1).astype(np.float32),
        kinds=np.full(len(step), "product:tools"),
        blocks={
            "mood": Vectors.of(np.stack([mood[at], np.abs(mood[at])], axis=1)),
            "words": Vectors.of(vector[at]),
        },
    )
    answers = effect * (series < listeners)
    misses = answers * np.tanh(mood[at]) + random.normal(0, 0.25, len(series))
    return heard, misses, Place(series, origin, step)


def fused(effect: float, **kinds) -> tuple[Fusion, Heard, Place]:
    heard, misses, place = world(effect, **kinds)
    return learn_fusion(heard, misses, place, IDS, seed=1), heard, place


def test_signals_that_lead_sales_are_used_and_right_in_sign():
    fusion, heard, place = fused(0.4)

    factor = fusion.factor(heard, [IDS[series] for series in place.series])

    mood = heard.blocks["mood"].dense()[:, 0]
    assert fusion.gate.value > 0.6
    assert fusion.gate.gain > 5 * max(fusion.gate.placebo_gain, 0.0)
    assert np.median(factor[mood > 1]) > 1.2 > 0.85 > np.median(factor[mood < -1])


def test_noise_is_switched_off_and_says_so():
    fusion, heard, place = fused(0.0)

    assert fusion.gate.value == 0.0
    assert fusion.gate.reason
    factor = fusion.factor(heard, [IDS[series] for series in place.series])
    assert (factor == 1.0).all()


@pytest.mark.parametrize("seed", range(3))
def test_signals_shifted_in_time_are_not_believed(seed):
    heard, misses, place = world(0.4, seed=seed)
    turned = heard.with_signals_of(shifted_in_time(place, np.random.default_rng(seed)))

    fusion = learn_fusion(turned, misses, place, IDS, seed=1)

    assert fusion.gate.value <= 0.05


@pytest.mark.parametrize("seed", range(4))
def test_a_single_series_that_drifts_like_its_signals_by_luck_is_not_believed(seed):
    random = np.random.default_rng(seed)
    drift = np.zeros((360, 5))
    for period in range(1, 360):
        drift[period] = 0.95 * drift[period - 1] + random.normal(0, 0.3, 5)
    origin, step = (axis.ravel() for axis in np.mgrid[0:350, 0:STEPS].astype(np.int64))
    heard = Heard(
        np.stack([step / STEPS, np.ones(len(step))], axis=1).astype(np.float32),
        np.full(len(step), "product:tools"),
        {"mood": Vectors.of(drift[origin, 1:])},
    )
    misses = 0.1 * drift[origin + step, 0] + random.normal(0, 0.02, len(origin))

    fusion = learn_fusion(
        heard, misses, Place(np.zeros_like(origin), origin, step), IDS[:1], seed=1
    )

    assert fusion.gate.value <= 0.05


def test_series_that_do_not_listen_are_hardly_moved():
    fusion, _, _ = fused(0.5, listeners=SERIES // 2)

    answers = np.array([fusion.answers[name] for name in IDS])
    assert answers[: SERIES // 2].min() > 2 * answers[SERIES // 2 :].max()


def test_where_nothing_is_heard_nothing_is_moved():
    fusion, heard, place = fused(0.4)
    quiet = np.flatnonzero(heard.blocks["mood"].dense()[:, 0] == 0)

    factor = fusion.factor(heard.take(quiet), [IDS[series] for series in place.series[quiet]])

    assert (factor == 1.0).all()


def test_a_modality_that_is_silent_changes_nothing_the_others_say():
    torch.manual_seed(0)
    network = FusionNetwork({"mood": 2, "words": 3}, context=1).eval()
    torch.nn.init.normal_(network.deep.weight)
    context, mood = torch.ones(4, 1), torch.randn(4, 2)

    alone = network(context, {"mood": mood, "words": torch.zeros(4, 3)}, {}, torch.zeros(4))

    torch.nn.init.normal_(network.encoders["words"].weight, std=9.0)
    again = network(context, {"mood": mood, "words": torch.zeros(4, 3)}, {}, torch.zeros(4))
    assert torch.equal(alone, again)
    assert alone.abs().max() <= WIDEST


def test_too_few_rows_are_not_judged():
    heard, misses, place = world(0.4)
    few = np.arange(100)

    fusion = learn_fusion(heard.take(few), misses[few], place.take(few), IDS, seed=1)

    assert fusion.gate.value == 0.0
    assert "too little" in fusion.gate.reason


def test_what_is_loaded_says_the_same_to_the_byte(tmp_path):
    fusion, heard, place = fused(0.4)
    names = [IDS[series] for series in place.series]
    fusion.save(tmp_path)

    loaded = load_fusion(tmp_path)

    assert loaded.factor(heard, names).tobytes() == fusion.factor(heard, names).tobytes()


def test_weights_of_another_network_are_refused(tmp_path):
    fusion, _, _ = fused(0.4)
    fusion.save(tmp_path)
    about = (tmp_path / "fusion.json").read_text(encoding="utf-8")
    (tmp_path / "fusion.json").write_text(
        about.replace('"context": 2', '"context": 3'), encoding="utf-8"
    )

    with pytest.raises(ModelError, match="does not fit"):
        load_fusion(tmp_path)


def test_the_placebo_keeps_series_and_step_and_changes_the_time():
    _, _, place = world(0.0)

    other = shifted_in_time(place, np.random.default_rng(5))

    found = other >= 0
    assert found.mean() > 0.95
    rows = np.flatnonzero(found)
    assert (place.series[other[rows]] == place.series[rows]).all()
    assert (place.step[other[rows]] == place.step[rows]).all()
    apart = np.abs(place.origin[other[rows]] - place.origin[rows])
    assert apart.min() >= ORIGINS // 4
