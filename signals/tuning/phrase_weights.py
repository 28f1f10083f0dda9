"""Learns what runs of tokens say, from the labelled texts of all sets at once."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import diags_array

from signals.sentiment.phrases import BUCKETS, Phrases, runs_of
from signals.tuning.examples import UNKNOWN
from signals.tuning.labelled_set import NEUTRAL, POSITIVE

if TYPE_CHECKING:
    import numpy.typing as npt
    from scipy.sparse import csr_array

    from signals.tuning.examples import Examples

_LOOSE: Final = 1.2
"""Inverse of the ridge, for marks weighed by rarity."""
_LEAST_TEXTS: Final = 2
"""A bucket that fewer texts share says nothing of the next one."""
_NOTHING: Final = np.zeros(BUCKETS)

logger = logging.getLogger(__name__)


def learn_phrases(train: Examples, seed: int = 7) -> Phrases:
    """Fit two logistic regressions with a ridge: positive or negative, and neutral or not.

    Neutral is learnt from the sets that know it; texts without a sentiment do not count. What is
    common to all texts says little, so marks are weighed by how rare they are; the intercepts are
    left out, since how frequent a class is the layers know.
    """
    started = time.perf_counter()
    rows = np.flatnonzero(train.labels != UNKNOWN)
    runs = runs_of(train.tokens(rows))  # (texts, BUCKETS)
    shared = np.bincount(runs.indices, minlength=BUCKETS)
    rarity = np.log((1 + len(rows)) / (1 + shared)) * (shared >= _LEAST_TEXTS)
    runs = runs @ diags_array(rarity.astype(np.float32))
    labels, weights = train.labels[rows], train.weights[rows]
    sides = labels != NEUTRAL
    known = train.has_neutral[rows]
    phrases = Phrases(
        *(
            (rarity * _fit(runs[chosen], says[chosen], weights[chosen], seed)).astype(np.float32)
            for chosen, says in ((sides, labels == POSITIVE), (known, labels == NEUTRAL))
        )
    )
    logger.info("learnt what runs of tokens say in %.0f s", time.perf_counter() - started)
    return phrases


def _fit(
    runs: csr_array, says: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64], seed: int
) -> npt.NDArray[np.float64]:
    """Fit one regression; shape (BUCKETS,), zeros where all texts say the same."""
    from sklearn.linear_model import LogisticRegression

    if says.all() or not says.any():
        return _NOTHING
    model = LogisticRegression(C=_LOOSE, solver="liblinear", random_state=seed)
    found: npt.NDArray[np.float64] = model.fit(runs, says, sample_weight=weights).coef_[0]
    return found
