"""Finished parts of a long benchmark, in a file that outlives its stop."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class KeptRuns:
    """What each finished seed found.

    Parameters
    ----------
    made_by
        What decides the outcome; what something else found is not taken over.
    """

    def __init__(self, file: Path, made_by: str) -> None:
        self._file = file
        self._key = hashlib.sha256(made_by.encode()).hexdigest()
        kept = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        self.runs: dict[int, dict[str, Any]] = {
            int(seed): found for seed, found in kept.get(self._key, {}).items()
        }

    def put(self, seed: int, found: dict[str, Any]) -> None:
        """Keep what a seed found; a death in the middle leaves the file as it was."""
        self.runs[seed] = found
        self._file.parent.mkdir(exist_ok=True)
        draft = self._file.with_suffix(".draft")
        draft.write_text(json.dumps({self._key: self.runs}, ensure_ascii=False), encoding="utf-8")
        draft.replace(self._file)

    def forget(self) -> None:
        """Remove the file; the report holds everything."""
        self._file.unlink(missing_ok=True)
