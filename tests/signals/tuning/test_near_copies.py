"""Near copies are found whatever their case and marks, and do not judge what they taught."""

from __future__ import annotations

import numpy as np
import pandas as pd

from signals import Col
from signals.tuning.labelled_set import PART, Part
from signals.tuning.near_copies import near_copies, without_near_copies

LONG = "The strap of this watch broke after two weeks, and nobody answers my letters about it"


def test_a_review_sent_twice_with_a_word_changed_is_found():
    texts = [LONG, LONG.replace("two", "three").upper(), "It works and looks good on my arm."]

    assert near_copies(texts, [LONG + "!"]) == [(0, 0), (1, 0)]


def test_chinese_texts_are_compared_by_their_characters():
    text = "收到就是坏的，客服也不理人，太失望了，以后再也不会来这家店买东西了"

    assert near_copies([text.replace("太失望", "很失望")], ["物流很快，包装完好", text]) == [(0, 1)]


def test_texts_of_the_same_kind_are_no_copies():
    words = [
        f"{first}{last}"
        for first in ("batt", "scre", "str", "pri", "del", "col", "si", "so")
        for last in ("ery", "en", "ap", "ce", "ivery", "our", "ze", "und")
    ]
    random = np.random.default_rng(3)
    texts = [" ".join(random.permutation(words)[:8]) for _ in range(60)]

    assert near_copies(texts[:30], texts[30:]) == []


def test_what_nearly_copies_a_text_that_judges_trains_nothing():
    rows = pd.DataFrame(
        {
            Col.TEXT: [LONG.replace("letters", "mails"), "It works and looks good.", LONG],
            PART: [Part.TRAIN, Part.TRAIN, Part.TEST],
        }
    )

    kept = without_near_copies(rows)

    assert kept[Col.TEXT].tolist() == ["It works and looks good.", LONG]
