"""Vectors encoded for an index that is not written yet, kept for the case that the process dies."""

from __future__ import annotations

import json
import logging
import shutil
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from signals import Col, damage, publish, read_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

_TEXTS: Final = 1_024
"""Texts in a part; so many are encoded again at most, some seconds' work."""
_PARTS: Final = 9_999
_VECTORS: Final = "vectors.npy"
_HASHES: Final = "hashes.json"

logger = logging.getLogger(__name__)


class DraftVectors:
    """Parts on disk, each a small artefact of its own: an array and the hashes of its texts.

    Parameters
    ----------
    folder
        Need not exist; parts left by a process that died are found there. Damaged ones and those
        of another encoder are left alone.
    """

    def __init__(self, folder: Path, encoder_id: str) -> None:
        self._folder = folder
        self._encoder_id = encoder_id
        self._hashes: list[str] = []
        self._vectors: list[npt.NDArray[np.float32]] = []
        self._parts = [
            part
            for part in sorted(folder.glob("v*"))
            if not damage(part) and read_manifest(part)["encoder_id"] == encoder_id
        ]
        read = [
            pa.array(json.loads((part / _HASHES).read_text(encoding="utf-8")), pa.string())
            for part in self._parts
        ]
        self._starts = np.cumsum([0, *map(len, read)])
        self._known = pa.chunked_array(read, pa.string()).combine_chunks()
        if self._parts:
            logger.info("%d texts were encoded before the process died", len(self._known))

    def find(self, hashes: Sequence[str]) -> pd.DataFrame:
        """Give the vectors of those texts that were encoded; a ``KnownVectors``."""
        rows = pd.Series(rows_of(self._known, hashes), index=list(hashes))
        rows = rows[rows >= 0].sort_values()
        part_of = np.searchsorted(self._starts, rows, side="right") - 1
        vectors = [
            vector
            for number in np.unique(part_of).tolist()
            for vector in self._read(number)[
                rows[part_of == number].to_numpy() - self._starts[number]
            ]
        ]
        return pd.DataFrame({Col.TEXT_HASH: rows.index, Col.VECTOR: vectors})

    def add(self, hashes: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        """Keep vectors of shape (texts, dim), a part as soon as there are enough."""
        self._hashes.extend(hashes)
        self._vectors.append(vectors)
        if len(self._hashes) >= _TEXTS:
            publish(self._folder, self._write, {"encoder_id": self._encoder_id}, keep=_PARTS)
            self._hashes, self._vectors = [], []

    def forget(self) -> None:
        """Delete all parts, once the index is written."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _read(self, part: int) -> npt.NDArray[np.float32]:
        vectors: npt.NDArray[np.float32] = np.load(self._parts[part] / _VECTORS, allow_pickle=False)
        return vectors

    def _write(self, part: Path) -> None:
        np.save(part / _VECTORS, np.concatenate(self._vectors), allow_pickle=False)
        (part / _HASHES).write_text(json.dumps(self._hashes), encoding="utf-8")


def rows_of(held: pa.Array, hashes: Sequence[str]) -> npt.NDArray[np.int64]:
    """Find the row of each hash among those held; -1 where it is not."""
    found = pc.index_in(pa.array(hashes, pa.string()), value_set=held)
    rows: npt.NDArray[np.int64] = pc.fill_null(found, -1).to_numpy().astype(np.int64)
    return rows
