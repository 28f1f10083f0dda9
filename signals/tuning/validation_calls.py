"""What a trained scorer calls texts of each label, counted on texts kept out of its training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from signals.frames import Col
from signals.tuning.labelled_set import LABEL, LABELS, Part
from signals.tuning.score_quality import table_of_calls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals.sentiment.scoring import Scorer
    from signals.tuning.labelled_set import LabelledSet

_MOST_A_SET: Final = 500  # so that no large set speaks for all, and to spare time


def validation_calls(scorer: Scorer, sets: Sequence[LabelledSet]) -> list[list[int]]:
    """Count calls on the validation part of each set, all three classes standing for election.

    Returns
    -------
    list[list[int]]
        Rows are labels, columns what the texts were called: negative, neutral, positive.
    """
    table = np.zeros((len(LABELS), len(LABELS)))
    for labelled in sets:
        rows = labelled.part(Part.VALIDATION).head(_MOST_A_SET)
        if len(rows):
            chances = scorer.score(rows[Col.TEXT].tolist()).probabilities
            table += table_of_calls(chances, rows[LABEL].to_numpy(np.int64))
    counts: list[list[int]] = table.astype(int).tolist()
    return counts
