"""What a head learns by heart: words, their neighbours and stems."""

from __future__ import annotations

import numpy as np

from agent.understanding.pieces import PLACES, pieces_of, places_of


def test_words_pairs_and_stems_are_pieces():
    assert pieces_of("didn't sales dropped 10%?") == [
        "didn't", "sales", "dropped", "10", "%",
        "didn't sales", "sales dropped", "dropped 10", "10 %",
        "didn'-", "dropp-",
    ]  # fmt: skip


def test_chinese_is_cut_into_runs_of_up_to_three_characters():
    assert pieces_of("x卖多少") == ["卖", "多", "少", "卖多", "多少", "卖多少", "x"]


def test_a_repeated_word_counts_once_and_nothing_has_no_place():
    assert np.array_equal(places_of("tea tea tea"), places_of("tea tea"))
    assert places_of("?!").size == 0
    assert places_of("销量 vendas sales").max() < PLACES
