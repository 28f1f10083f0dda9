"""Stars that contradict their text, found by cross-validation and left out of training."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from signals.frames import Col
from signals.tuning.labelled_set import LABEL, NEGATIVE, PART, POSITIVE, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from signals.tuning.labelled_set import LabelledSet

_LEAST_CHANCE: Final = 0.85
_FOLDS: Final = 4
_LEAST_ROWS: Final = 50
_FIRST_CHARS: Final = 500
_CHARS_TOGETHER: Final = {"zh": (1, 3)}
_MOST_FEATURES: Final = 100_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NoiseReport:
    """What was left out of one set.

    Parameters
    ----------
    rows
        Training rows called negative or positive that were checked; 0 where the set was not.
    dropped
        Those among them whose text says the opposite of their stars.
    """

    name: str
    rows: int
    dropped: int

    @property
    def share(self) -> float:
        """Dropped rows among those checked."""
        return self.dropped / self.rows if self.rows else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the report for a manifest."""
        return {**asdict(self), "share": round(self.share, 4)}


def without_contradictions(
    labelled: LabelledSet, *, seed: int = 7
) -> tuple[LabelledSet, NoiseReport]:
    """Drop the training rows whose text says the opposite of their stars.

    Sets whose labels were not stars, and sides with fewer than 50 texts, stay as they are; so do
    three stars, and all rows that tune or judge.
    """
    rows = labelled.rows
    sides = (rows[PART] == Part.TRAIN) & rows[LABEL].isin([NEGATIVE, POSITIVE])
    checked = rows[sides]
    fewest = min((checked[LABEL] == side).sum() for side in (NEGATIVE, POSITIVE))
    if not labelled.from_stars or fewest < _LEAST_ROWS:
        return labelled, NoiseReport(labelled.name, 0, 0)
    started = time.perf_counter()
    against = contradictions(
        checked[Col.TEXT].tolist(),
        checked[LABEL].to_numpy() == POSITIVE,
        lang=labelled.lang,
        seed=seed,
    )
    report = NoiseReport(labelled.name, len(checked), int(against.sum()))
    kept = rows.drop(index=checked.index[against]).reset_index(drop=True)
    logger.info(
        "%s: %d of %d texts contradict their stars, %.0f s",
        report.name, report.dropped, report.rows, time.perf_counter() - started,
    )  # fmt: skip
    return replace(labelled, rows=kept), report


def contradictions(
    texts: Sequence[str], positive: npt.NDArray[np.bool_], *, lang: str, seed: int = 7
) -> npt.NDArray[np.bool_]:
    """Find the texts that a cheap model, which did not see their label, is sure to say otherwise.

    Parameters
    ----------
    positive
        The side each text was given, shape (texts,).

    Returns
    -------
    numpy.ndarray
        True for a contradiction, shape (texts,).

    Notes
    -----
    A label is off when the out-of-fold chance of the other side reaches the mean chance of that
    side among the texts labelled so (Northcutt et al. 2021, the threshold t_j of equation 1).
    Deviations: the chance must also be at least 0.85, because below that half of the texts read on
    six real sets praised and blamed at once; all off-diagonal texts are dropped, not as many as the
    estimated joint says; there are only two sides, as three stars contradict nothing; the weights
    of character runs are learnt from all texts, which takes no label into account.

    References
    ----------
    Northcutt, Jiang, Chuang: Confident learning: estimating uncertainty in dataset labels. JAIR 70,
    2021.
    """
    says_positive = _out_of_fold(texts, positive, lang, seed)
    usual_positive = max(float(says_positive[positive].mean()), _LEAST_CHANCE)
    usual_negative = max(float((1 - says_positive[~positive]).mean()), _LEAST_CHANCE)
    return np.where(positive, 1 - says_positive >= usual_negative, says_positive >= usual_positive)


def _out_of_fold(
    texts: Sequence[str], positive: npt.NDArray[np.bool_], lang: str, seed: int
) -> npt.NDArray[np.float64]:
    """Give each text its chance to be positive, from models trained on the other folds."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    weights = TfidfVectorizer(
        analyzer="char",
        ngram_range=_CHARS_TOGETHER.get(lang, (2, 4)),
        min_df=2,
        max_features=_MOST_FEATURES,
        sublinear_tf=True,
        dtype=np.float32,
    )
    features = weights.fit_transform([text[:_FIRST_CHARS] for text in texts])
    # balanced: in sets that are nearly all praise, a rare side would else never look sure
    model = LogisticRegression(
        C=4.0, solver="liblinear", class_weight="balanced", random_state=seed
    )
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    chances = cross_val_predict(model, features, positive, cv=folds, method="predict_proba")
    return np.asarray(chances[:, 1], dtype=np.float64)
