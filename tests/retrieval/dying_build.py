"""Builds an index of the texts of a file, line by line, and dies by SIGKILL on the way."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pandas as pd

from retrieval import HashingEncoder, Passage, PassageKind, build_index

MOMENT = pd.Timestamp("2025-03-01")


class Dying(HashingEncoder):
    """Kills its process when it is asked for more texts than it has left."""

    def __init__(self, left: int) -> None:
        super().__init__(16)
        self._left = left

    def encode_passages(self, texts):
        self._left -= len(texts)
        if self._left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode_passages(texts)


def passage_of(text: str) -> Passage:
    """Make a passage of a line."""
    return Passage(
        text, PassageKind.REVIEW, text, "en", None, None, MOMENT, MOMENT.tz_localize("UTC"),
        text, 0, len(text),
    )  # fmt: skip


if __name__ == "__main__":
    file, folder, left = sys.argv[1:]
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    build_index(map(passage_of, lines), Dying(int(left)), Path(folder))
