"""Examples keep every text, label and marked term, in batches within the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from signals.aspects import ASPECTS
from signals.sentiment.e5 import E5, Precision, load_e5
from signals.tuning.examples import UNKNOWN, Example, Examples, make_examples
from signals.tuning.training_sets import Part
from tests.signals.tuning.small_talk import judged_things, shop_talk

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def tiny(tiny_folder: Path) -> E5:
    return load_e5(tiny_folder, Precision.FLOAT32)


def test_batches_hold_every_text_once_within_the_budget(tiny: E5) -> None:
    examples = make_examples(tiny, [shop_talk()], [judged_things(40)], Part.TRAIN, 64)

    batches = list(examples.batches(64, np.random.default_rng(1)))
    again = list(examples.batches(64, np.random.default_rng(1)))

    assert sorted(np.concatenate([b.rows for b in batches])) == list(range(len(examples)))
    assert all(batch.mask.numel() <= 64 for batch in batches)
    assert [b.rows.tolist() for b in batches] == [b.rows.tolist() for b in again]


def test_a_marked_term_points_at_its_tokens(tiny: E5) -> None:
    aspects = judged_things(1)
    aspects.rows["part"] = Part.TRAIN
    (row,) = aspects.rows.to_dict("records")

    examples = make_examples(tiny, [shop_talk(count=8)], [aspects], Part.TRAIN, 64)
    (batch,) = (b for b in examples.batches(10_000) if len(b.spans))

    words = tiny.tokens([row["text"]], "")[0]
    for (place, start, stop), label, term in zip(
        batch.spans.tolist(), batch.span_labels.tolist(), row["terms"], strict=True
    ):
        (token,) = batch.tokens[place, start:stop].tolist()
        thing = row["text"][term[0] : term[1]]
        assert token in words
        assert token == tiny.tokens([thing], "")[0][1]
        assert label == term[2]


def test_aspects_nobody_decided_about_stay_unknown(tiny: E5) -> None:
    aspects = judged_things(4)
    aspects.rows["part"] = Part.TRAIN
    aspects.rows["known"] = [frozenset({"taste", "sound"})] * len(aspects.rows)
    aspects.rows["aspects"] = [{"taste": 2}] * len(aspects.rows)

    examples = make_examples(tiny, [shop_talk(count=4)], [aspects], Part.TRAIN, 64)
    (batch,) = examples.batches(10_000)
    marked = batch.mentions[batch.labels == UNKNOWN]

    assert (marked[:, ASPECTS.index("taste")] == 1).all()
    assert (marked[:, ASPECTS.index("sound")] == 0).all()
    assert (marked[:, ASPECTS.index("battery")] == UNKNOWN).all()


def test_other_texts_have_another_fingerprint() -> None:
    one = Examples([Example([1, 2], "a", "en", 0)], 0).fingerprint()

    assert one == Examples([Example([1, 2], "a", "en", 0)], 0).fingerprint()
    assert one != Examples([Example([1, 2], "a", "en", 2)], 0).fingerprint()
    assert one != Examples([Example([1, 3], "a", "en", 0)], 0).fingerprint()
