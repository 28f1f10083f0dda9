"""A user's own labelled texts, in any format that is read, labelled in any common way."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Final

from signals.clean import clean_text
from signals.errors import DataError
from signals.intake.readers import read_raw
from signals.language import detect_language
from signals.tuning.labelled_set import NEGATIVE, NEUTRAL, POSITIVE, LabelledSet, split_rows
from signals.tuning.near_copies import without_near_copies

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

_WORDS: Final = "negative / neutral / positive"
_STARS: Final = "stars 1 to 5"
_SCHEMES: Final[Mapping[str, Mapping[str, int]]] = {
    _WORDS: {
        "negative": NEGATIVE, "neg": NEGATIVE, "neutral": NEUTRAL, "neu": NEUTRAL,
        "positive": POSITIVE, "pos": POSITIVE,
    },
    "0 negative, 1 positive": {"0": NEGATIVE, "1": POSITIVE},
    "0 negative, 1 neutral, 2 positive": {"0": NEGATIVE, "1": NEUTRAL, "2": POSITIVE},
    "-1 negative, 0 neutral, 1 positive": {"-1": NEGATIVE, "0": NEUTRAL, "1": POSITIVE},
    _STARS: {"1": NEGATIVE, "2": NEGATIVE, "3": NEUTRAL, "4": POSITIVE, "5": POSITIVE},
}  # fmt: skip

logger = logging.getLogger(__name__)


def labelled_frame(
    file: Path, text: str, label: str, lang: str | None = None, name: str | None = None
) -> LabelledSet:
    """Read the labelled texts of one file.

    Labels are negative, neutral and positive (or neg, neu, pos, in any case), 0 / 1, 0 / 1 / 2,
    -1 / 0 / 1, or stars from 1 to 5; which of these was found is in ``licence``. Numbers must hold
    both sides, since 1 and 2 alone may be bad stars or good marks. Rows without a text or label are
    left out. A tenth of the texts is held out to judge by; what nearly copies one of these trains
    nothing.

    Parameters
    ----------
    file
        Any format that ``ingest`` reads.
    text, label
        Names of its columns.
    lang
        None takes the language most texts are in.
    name
        None takes the name of the file.

    Raises
    ------
    DataError
        When a column is missing, a label is none of these, or the labels may be read two ways.
    """
    raw = read_raw(file)
    frame = raw.frame
    missing = [column for column in (text, label) if column not in frame]
    if missing:
        raise DataError(f"{file} lacks the column(s) {missing}; it has {list(frame.columns)}")
    texts = frame[text].fillna("").astype(str).map(clean_text)
    written = frame[label].map(_as_written)
    filled = (texts != "") & (written != "")
    if not filled.any():
        raise DataError(f"{file} has no row with both {text!r} and {label!r}")
    scheme = _scheme(file, label, written[filled], dict(zip(frame.index, raw.lines, strict=True)))
    labels = written[filled].map(_SCHEMES[scheme]).astype(int)
    stars = scheme == _STARS
    weights = labels.eq(NEUTRAL).map({True: 0.5, False: 1.0}) if stars else 1.0
    logger.info("read %d labelled texts, labels are %s", int(filled.sum()), scheme)
    return LabelledSet(
        name or file.name.partition(".")[0],
        lang or Counter(map(detect_language, texts[filled])).most_common(1)[0][0],
        f"own ({scheme})",
        without_near_copies(split_rows(texts[filled], labels, weights)),
        has_neutral=bool(labels.eq(NEUTRAL).any()),
        from_stars=stars,
    )


def _as_written(cell: object) -> str:
    """Write a label as the schemes do: lower case, whole numbers without their ``.0``."""
    written = "" if cell is None or cell != cell else str(cell).strip().casefold()
    return written.removesuffix(".0").removeprefix("+")


def _scheme(file: Path, label: str, written: pd.Series[str], lines: Mapping[int, int]) -> str:
    found = set(written)
    fitting = [scheme for scheme, labels in _SCHEMES.items() if found <= set(labels)]
    if not fitting:
        nearest = max(_SCHEMES, key=lambda scheme: int(written.isin(list(_SCHEMES[scheme])).sum()))
        row = written.index[~written.isin(list(_SCHEMES[nearest]))][0]
        raise DataError(
            f"{file} line {lines[row]}: {label!r} holds {written[row]!r}; most of its labels are "
            f"{nearest}; give each row one of {sorted(_SCHEMES[nearest])}, or leave it empty"
        )
    sure = [s for s in fitting if s == _WORDS or _both_sides(found, _SCHEMES[s])]
    if not sure:
        raise DataError(
            f"{file}: {label!r} holds only {sorted(found)}, which may be {' or '.join(fitting)}, "
            "and none of them with both sides; write negative, neutral and positive instead"
        )
    return sure[0]


def _both_sides(found: set[str], labels: Mapping[str, int]) -> bool:
    return {NEGATIVE, POSITIVE} <= {labels[written] for written in found}
