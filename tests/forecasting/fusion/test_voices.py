"""Behaviour, pictures and texts are heard in turn, each judged by what it adds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from forecasting.fusion.heard import Place, Vectors, swapped_between_series
from forecasting.fusion.modalities import Signals
from forecasting.fusion.network import FusionNetwork
from forecasting.fusion.voices import learn_voices, load_voices
from signals import DriverGroup, ModelError

SERIES, ORIGINS, STEPS = 20, 48, 3
IDS = tuple(f"product:{number}" for number in range(SERIES))
BEHAVIOUR, PICTURES, SENTIMENT = (
    DriverGroup.BEHAVIOUR, DriverGroup.PICTURES, DriverGroup.SENTIMENT,
)  # fmt: skip
EVERY = frozenset({BEHAVIOUR, PICTURES, SENTIMENT})


def world(*, views: float = 0.0, look: float = 0.0, mood: float = 0.0):
    """Sales that exceed their forecast by what was viewed, shown and said."""
    random = np.random.default_rng(4)
    series, origin, step = (
        axis.ravel() for axis in np.mgrid[0:SERIES, 0:ORIGINS, 0:STEPS].astype(np.int64)
    )
    seen, said = random.normal(0, 1, (2, SERIES, ORIGINS))
    styles = random.normal(0, 1, (SERIES, 6))
    kind = np.repeat([1.0, -1.0], SERIES // 2)
    at = (series, origin)
    misses = views * seen[at] + look * styles[series, 0] + mood * said[at]
    signals = Signals(
        np.stack([step / STEPS, np.ones(len(step))], axis=1).astype(np.float32),
        np.full(len(step), "product:tools"),
        {
            "behaviour": Vectors.of(seen[at][:, None]),
            "pictures": Vectors(styles.astype(np.float32), series),
            "mood": Vectors.of(said[at][:, None]),
            "traits": Vectors(np.stack([kind > 0, kind < 0], axis=1).astype(np.float32), series),
        },
    )
    place = Place(series, origin, step)
    return signals, misses + random.normal(0, 0.2, len(series)), place


def learnt(groups=EVERY, **effects):
    signals, misses, place = world(**effects)
    voices = learn_voices(signals, misses, place, IDS, groups=groups, seed=1)
    return voices, signals, place, [IDS[series] for series in place.series]


def test_each_group_is_trusted_for_what_it_tells_and_for_nothing_else():
    voices, _, _, _ = learnt(views=0.3)

    gates = {group: fusion.gate.value for group, fusion in voices.fusions.items()}
    assert list(gates) == [BEHAVIOUR, PICTURES, SENTIMENT]
    assert gates[BEHAVIOUR] > 0.6
    assert gates[PICTURES] == gates[SENTIMENT] == 0.0


def test_pictures_are_believed_where_products_that_look_alike_sell_alike():
    voices, _, _, _ = learnt(groups={PICTURES}, look=0.3)

    gate = voices.fusions[PICTURES].gate
    assert gate.value > 0.4
    assert gate.gain > 5 * max(gate.placebo_gain, 0.0)


def test_without_text_the_forecast_is_that_of_someone_who_never_read_any():
    read, signals, _, ids = learnt(views=0.3, mood=0.3)
    never, _, _, _ = learnt(groups=EVERY - {SENTIMENT}, views=0.3, mood=0.3)

    without = read.factor(signals, ids, EVERY - {SENTIMENT})

    assert without.tobytes() == never.factor(signals, ids, EVERY).tobytes()
    assert np.abs(read.factor(signals, ids, EVERY) / without - 1).max() > 0.1


def test_what_stands_beside_colours_what_is_said_and_says_nothing_itself():
    torch.manual_seed(0)
    network = FusionNetwork({"mood": 2}, context=1, beside={"traits": 3}).eval()
    torch.nn.init.normal_(network.deep.weight)
    context, mood = torch.ones(4, 1), torch.randn(4, 2)
    tea, mugs = torch.eye(3)[:2].repeat_interleave(4, dim=0).split(4)

    spoken = [
        network(context, {"mood": mood}, {"traits": kind}, torch.zeros(4)) for kind in (tea, mugs)
    ]
    silent = network(context, {"mood": torch.zeros(4, 2)}, {"traits": tea}, torch.zeros(4))

    assert (spoken[0] - spoken[1]).abs().min() > 1e-4
    assert not silent.any()


def test_the_placebo_of_pictures_keeps_the_time_and_changes_the_product():
    _, _, place = world()

    other = swapped_between_series(place, np.random.default_rng(1))

    assert (other >= 0).all()
    assert (place.series[other] != place.series).all()
    assert (place.origin[other] == place.origin).all()
    assert (place.step[other] == place.step).all()


def test_what_is_loaded_says_the_same_to_the_byte(tmp_path):
    voices, signals, _, ids = learnt(views=0.3, mood=0.3)
    voices.save(tmp_path)

    loaded = load_voices(tmp_path)

    for present in (EVERY, frozenset({SENTIMENT}), frozenset()):
        said = loaded.factor(signals, ids, present).tobytes()
        assert said == voices.factor(signals, ids, present).tobytes()


def test_other_signals_than_those_of_the_training_are_refused():
    voices, signals, _, ids = learnt(groups={BEHAVIOUR}, views=0.3)
    fewer = {name: each for name, each in signals.modalities.items() if name != "pictures"}

    with pytest.raises(ModelError, match="of these widths"):
        voices.factor(Signals(signals.context, signals.kinds, fewer), ids, EVERY)
