"""Runs of tokens are found within a text, whatever stands beside it, and weigh the same."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from signals.sentiment.phrases import BUCKETS, Phrases, runs_of


def test_a_text_has_its_tokens_and_pairs_of_neighbours_each_once() -> None:
    texts = [[5, 6, 5, 6], [7], []]

    found = runs_of(texts)

    runs = [{*ids, *pairwise(ids)} for ids in texts]
    assert np.diff(found.indptr).tolist() == [len(each) for each in runs] == [4, 1, 0]
    np.testing.assert_allclose(found.power(2).sum(axis=1), [1, 1, 0], rtol=1e-6)


def test_neighbours_in_a_batch_change_nothing() -> None:
    rng = np.random.default_rng(1)
    texts = [rng.integers(0, 250_000, rng.integers(1, 40)).tolist() for _ in range(50)]
    phrases = Phrases(*rng.normal(0, 1, (2, BUCKETS)).astype(np.float32))

    together = phrases.logits(texts)

    alone = np.concatenate([phrases.logits([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_order_matters_and_few_runs_share_a_bucket() -> None:
    ids = np.arange(100_000)

    assert (runs_of([[1, 2]]) != runs_of([[2, 1]])).nnz > 0
    alone = runs_of(ids[:, None].tolist()).indices
    chance = BUCKETS * (1 - np.exp(-len(ids) / BUCKETS))  # buckets that a random spread would fill
    assert len(set(alone)) == pytest.approx(chance, rel=0.02)


def test_polarity_parts_positive_from_negative_and_leaves_neutral_alone() -> None:
    weights = np.zeros((2, BUCKETS), dtype=np.float32)
    weights[0, runs_of([[5]]).indices] = 3
    weights[1, runs_of([[6]]).indices] = 2

    said = Phrases(*weights).logits([[5], [6], [7]])

    np.testing.assert_allclose(said, [[-1.5, 0, 1.5], [0, 2, 0], [0, 0, 0]], rtol=1e-6)


def test_no_texts_have_no_runs() -> None:
    assert runs_of([]).shape == (0, BUCKETS)
