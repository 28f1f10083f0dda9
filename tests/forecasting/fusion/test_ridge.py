"""What signals say by themselves: alike for all where little is known, each kind its own way."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.fusion.heard import Heard, Vectors
from forecasting.fusion.ridge import sums_of

KINDS = np.array(["product:tea", "product:mugs"])


def lesson(rows: int, *, effects=(0.3, -0.1)):
    """Two kinds of products whose sales answer one signal, each with an effect of its own."""
    random = np.random.default_rng(1)
    kind = np.arange(rows) % 2
    said = random.normal(0, 1, (rows, 2))
    heard = Heard(np.ones((rows, 1), np.float32), KINDS[kind], {"mood": Vectors.of(said)})
    return heard, np.asarray(effects)[kind] * said[:, 0] + random.normal(0, 0.2, rows)


def effects_of(ridge):
    return [float((ridge.common + ridge.own[kind])[0]) for kind in KINDS]


def test_each_kind_gets_its_own_effect_once_enough_was_seen():
    ridge = sums_of(*lesson(40_000)).ridge(4.0)

    assert effects_of(ridge) == pytest.approx([0.3, -0.1], abs=0.01)


def test_the_stronger_it_is_held_back_the_closer_to_nothing():
    sums = sums_of(*lesson(400))

    sizes = [np.abs(effects_of(sums.ridge(strength))).sum() for strength in (1.0, 100.0, 1e5)]

    assert sizes[0] > sizes[1] > sizes[2]
    assert sizes[2] < 0.01


def test_a_kind_never_seen_gets_what_all_have_in_common():
    heard, misses = lesson(4_000, effects=(0.3, 0.3))
    ridge = sums_of(heard, misses).ridge(4.0)
    new = Heard(heard.context[:5], np.full(5, "product:lamps"), {"mood": heard.blocks["mood"]})

    said = ridge.say(new.take(np.arange(5)))

    np.testing.assert_allclose(said, 0.3 * heard.blocks["mood"].dense()[:5, 0], atol=0.03)


def test_a_wide_modality_is_held_back_as_much_as_a_narrow_one():
    heard, misses = lesson(400)
    noise = np.random.default_rng(2).normal(0, 1, (400, 200))
    crowded = Heard(heard.context, heard.kinds, {**heard.blocks, "words": Vectors.of(noise)})

    alone, beside = (sums_of(each, misses).ridge(4.0) for each in (heard, crowded))

    assert effects_of(beside) == pytest.approx(effects_of(alone), abs=0.05)
