"""Labelled texts to train on: public sets from a folder, and a user's own frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signals.tuning.labelled_set import (
    GROUP,
    LABEL,
    LABELS,
    NEGATIVE,
    NEUTRAL,
    PART,
    POSITIVE,
    WEIGHT,
    LabelledSet,
    Part,
    each_text_in_one_part,
    wanted_sets,
)
from signals.tuning.own_set import labelled_frame
from signals.tuning.public_sets import FILES, READERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "GROUP",
    "LABEL",
    "LABELS",
    "NEGATIVE",
    "NEUTRAL",
    "PART",
    "POSITIVE",
    "WEIGHT",
    "LabelledSet",
    "Part",
    "labelled_frame",
    "load_training_sets",
]


def load_training_sets(folder: Path, names: Sequence[str] | None = None) -> list[LabelledSet]:
    """Read the labelled sets under ``folder``; no text trains that any of them holds out.

    Raises
    ------
    DataError
        Naming every file that is missing.
    """
    wanted = wanted_sets(folder, names, FILES)
    return each_text_in_one_part([READERS[name](folder) for name in wanted])
