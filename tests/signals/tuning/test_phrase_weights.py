"""What runs of tokens say is learnt from labels, and only from texts that have one."""

from __future__ import annotations

import numpy as np

from signals.tuning.examples import UNKNOWN, Example, Examples
from signals.tuning.phrase_weights import learn_phrases

GOOD, BAD, PLAIN, THING, NOT = 11, 12, 13, 14, 15


def told(tokens: list[int], label: int, *, has_neutral: bool = True) -> Example:
    return Example([0, tokens[0], *tokens[1:], 2], "shop", "en", label, has_neutral=has_neutral)


def test_words_and_their_reversal_get_the_sign_of_their_labels() -> None:
    rows = [([GOOD, THING], 2), ([BAD, THING], 0), ([PLAIN, THING], 1), ([NOT, GOOD, THING], 0)]
    train = Examples([told(tokens, label) for tokens, label in rows * 30], 0)

    said = learn_phrases(train).logits([[GOOD], [BAD], [PLAIN], [NOT, GOOD], [99]])

    assert said[0, 2] > 0 > said[0, 0]
    assert said[1, 0] > 0 > said[1, 2]
    assert said[2].argmax() == 1
    assert said[3, 0] > said[3, 2]
    np.testing.assert_array_equal(said[4], 0)  # nobody said so


def test_labels_that_do_not_differ_teach_nothing() -> None:
    without_neutral = [told([GOOD, THING], 2, has_neutral=False) for _ in range(9)]
    unknown = [told([BAD, THING], UNKNOWN) for _ in range(9)]

    phrases = learn_phrases(Examples([*without_neutral, *unknown], 0))

    assert not phrases.polarity.any()
    assert not phrases.neutral.any()
