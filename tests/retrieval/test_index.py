"""What every index must do alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from retrieval import ExactIndex
from retrieval.faiss_index import FaissIndex, search_wide
from retrieval.ivf_index import IvfIndex
from signals import ModelError

DIM = 16


@pytest.fixture(params=[ExactIndex, FaissIndex, IvfIndex], ids=["exact", "faiss", "ivf"])
def make_index(request):
    return request.param


def unit_rows(count: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def filled(make_index, rows: np.ndarray, parts: int = 3):
    index = make_index(rows.shape[1])
    for part in np.array_split(rows, parts):
        index.add(part)
    return index


def test_a_row_finds_itself_with_similarity_one(make_index):
    rows = unit_rows(200)
    index = filled(make_index, rows)

    found, scores = index.search(rows[7], k=3)

    assert found[0] == 7
    assert scores[0] == pytest.approx(1.0, abs=1e-5)
    assert len(index) == 200


def test_k_rows_come_back_although_the_nearest_are_not_allowed(make_index):
    rows = unit_rows(300)
    index = filled(make_index, rows)
    query = unit_rows(1, seed=1)[0]
    order = np.argsort(-(rows @ query))
    allowed = np.ones(300, dtype=bool)
    allowed[order[:290]] = False

    found, scores = index.search(query, k=5, allowed=allowed)

    np.testing.assert_array_equal(found, order[290:295])
    np.testing.assert_allclose(scores, (rows @ query)[order[290:295]], atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("kind", [ExactIndex, FaissIndex, IvfIndex])
def test_a_filtered_search_is_a_search_of_the_subset(kind, data):
    count = data.draw(st.integers(1, 60))
    rows = unit_rows(count, seed=data.draw(st.integers(0, 10_000)))
    query = unit_rows(1, seed=data.draw(st.integers(10_001, 20_000)))[0]
    allowed = data.draw(hnp.arrays(np.bool_, count))
    k = data.draw(st.integers(1, 80))

    found, scores = filled(kind, rows).search(query, k=k, allowed=allowed)

    subset = np.flatnonzero(allowed)
    expected = subset[np.argsort(-(rows[subset] @ query), kind="stable")][:k]
    assert allowed[found].all()
    assert len(found) == len(expected)
    np.testing.assert_allclose(scores, rows[expected] @ query, atol=1e-5)
    np.testing.assert_allclose(rows[found] @ query, rows[expected] @ query, atol=1e-5)


def test_nothing_allowed_finds_nothing(make_index):
    index = filled(make_index, unit_rows(10))

    found, scores = index.search(unit_rows(1)[0], k=5, allowed=np.zeros(10, dtype=bool))

    assert found.size == scores.size == 0


def test_an_empty_index_finds_nothing(make_index):
    found, _ = make_index(DIM).search(unit_rows(1)[0], k=5)

    assert found.size == 0


def test_of_equal_rows_the_earlier_comes_first(make_index):
    row = unit_rows(1)
    index = filled(make_index, np.repeat(row, 9, axis=0))

    found, _ = index.search(row[0], k=9)

    assert found.tolist() == list(range(9))


def test_a_stored_index_gives_the_same_rows(make_index, tmp_path):
    rows = unit_rows(150)
    index = filled(make_index, rows)
    index.save(tmp_path)

    again = make_index.load(tmp_path, DIM)

    picked = np.array([140, 3, 3, 77])
    np.testing.assert_array_equal(again.vectors(picked), rows[picked])
    np.testing.assert_array_equal(again.search(rows[3], k=9)[0], index.search(rows[3], k=9)[0])


def test_vectors_of_another_length_are_refused(make_index):
    with pytest.raises(ModelError, match=r"shape \(3, 8\); the index holds vectors of length 16"):
        make_index(DIM).add(np.zeros((3, 8), dtype=np.float32))


def test_a_wide_search_is_exact_or_says_it_cannot_be():
    rows = unit_rows(500)
    index = filled(FaissIndex, rows)
    query = unit_rows(1, seed=3)[0]
    half = np.arange(500) % 2 == 0
    farthest = np.zeros(500, dtype=bool)
    farthest[np.argsort(rows @ query)[:250]] = True

    found = search_wide(index._index, query, 5, half)

    assert found is not None
    np.testing.assert_array_equal(found[0], index.search(query, k=5, allowed=half)[0])
    assert search_wide(index._index, query, 5, farthest) is None


@pytest.fixture(scope="module")
def many() -> np.ndarray:
    """More rows than are compared one by one, around 300 centres as texts are around topics."""
    random = np.random.default_rng(5)
    centres = unit_rows(300, seed=6)
    rows = centres[random.integers(300, size=30_000)] + random.normal(0, 0.1, (30_000, DIM))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_clusters_find_nearly_all_that_an_exact_search_finds_also_after_a_restart(many, tmp_path):
    exact = filled(FaissIndex, many)
    filled(IvfIndex, many).save(tmp_path)
    clustered = IvfIndex.load(tmp_path, DIM)
    allowed = np.arange(len(many)) % 4 != 0

    found = total = 0
    for query in many[::1000] + 0.01:
        wanted, scores = exact.search(query, k=10, allowed=allowed)
        rows, exact_scores = clustered.search(query, k=10, allowed=allowed)
        assert allowed[rows].all()
        assert exact_scores[0] == pytest.approx(scores[0], abs=1e-5)
        found += len(set(wanted) & set(rows))
        total += len(wanted)

    assert found >= 0.99 * total


def test_rows_added_to_a_loaded_index_are_found(many, tmp_path):
    filled(IvfIndex, many).save(tmp_path)
    index = IvfIndex.load(tmp_path, DIM)
    odd = np.zeros((1, DIM), dtype=np.float32)
    odd[0, 0] = 3.0

    index.add(odd)

    assert index.search(odd[0], k=1)[0].tolist() == [len(many)]
    np.testing.assert_array_equal(index.vectors(np.array([0, 29_999])), many[[0, 29_999]])
