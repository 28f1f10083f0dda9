"""Vectors stay in their file, and what is read is what was written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from retrieval.vector_file import BLOCK, VectorFile

DIM = 3


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(BLOCK + 5, DIM)).astype(np.float32)


@pytest.fixture(params=["temporary", "stored"])
def file(request, rows, tmp_path):
    file = VectorFile.temporary(DIM)
    for part in np.array_split(rows, 4):
        file.append(part)
    if request.param == "temporary":
        return file
    file.save(tmp_path / "vectors.npy")
    return VectorFile.open(tmp_path / "vectors.npy", DIM)


def test_rows_come_back_in_the_order_asked_for(file, rows):
    asked = np.array([BLOCK + 4, 0, 7, 7])

    np.testing.assert_array_equal(file.rows(asked), rows[asked])
    assert file.rows(np.zeros(0, np.int64)).shape == (0, DIM)
    assert len(file) == len(rows)


def test_blocks_hold_every_row_once(file, rows):
    blocks = list(file.blocks())

    assert [first for first, _ in blocks] == [0, BLOCK]
    np.testing.assert_array_equal(np.concatenate([block for _, block in blocks]), rows)


def test_numpy_reads_what_was_saved(file, rows, tmp_path):
    file.save(tmp_path / "again.npy")

    np.testing.assert_array_equal(np.load(tmp_path / "again.npy"), rows)


def test_several_threads_may_read_at_once(file, rows):
    asked = [np.random.default_rng(n).integers(len(rows), size=300) for n in range(8)]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(file.rows, asked))

    for wanted, read in zip(asked, found, strict=True):
        np.testing.assert_array_equal(read, rows[wanted])
