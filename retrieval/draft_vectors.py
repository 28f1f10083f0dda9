"""Vectors encoded for an index that is not written yet, kept for the case that the process dies."""

from __future__ import annotations

import json
import logging
import shutil
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

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
        self._place_of: dict[str, tuple[Path, int]] = {}
        self._hashes: list[str] = []
        self._vectors: list[npt.NDArray[np.float32]] = []
        for part in sorted(folder.glob("v*")):
            if not damage(part) and read_manifest(part)["encoder_id"] == encoder_id:
                hashes = json.loads((part / _HASHES).read_text(encoding="utf-8"))
                self._place_of.update((name, (part, row)) for row, name in enumerate(hashes))
        if self._place_of:
            logger.info("%d texts were encoded before the process died", len(self._place_of))

    def find(self, hashes: Sequence[str]) -> pd.DataFrame:
        """Give the vectors of those texts that were encoded; a ``KnownVectors``."""
        places = {name: self._place_of[name] for name in hashes if name in self._place_of}
        parts = {
            part: np.load(part / _VECTORS, mmap_mode="r", allow_pickle=False)
            for part in {part for part, _ in places.values()}
        }
        vectors = [np.array(parts[part][row]) for part, row in places.values()]
        return pd.DataFrame({Col.TEXT_HASH: list(places), Col.VECTOR: vectors})

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

    def _write(self, part: Path) -> None:
        np.save(part / _VECTORS, np.concatenate(self._vectors), allow_pickle=False)
        (part / _HASHES).write_text(json.dumps(self._hashes), encoding="utf-8")
