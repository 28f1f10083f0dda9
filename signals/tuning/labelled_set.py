"""One set of labelled texts, split for good into what trains, what tunes and what judges.

Each set is split by the content of its texts, or by time where its rows have one, so that a text
never trains a model and judges it as well.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from signals.clean import clean_text
from signals.errors import DataError
from signals.frames import Col

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

LABELS: Final = ("negative", "neutral", "positive")
NEGATIVE, NEUTRAL, POSITIVE = range(3)

LABEL: Final = "label"
WEIGHT: Final = "weight"
PART: Final = "part"
GROUP: Final = "group"

_SIGNS: Final = re.compile(r"[\W_]+")


class Part(StrEnum):
    """What a text is for."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Texts of one data set with their sentiment.

    Parameters
    ----------
    licence
        As its publisher states it.
    rows
        Columns text, label (0 negative, 1 neutral, 2 positive), weight in (0, 1] and part; sets of
        several categories or domains name them in the column group.
    has_neutral
        False where the publisher only tells good from bad, so that nothing was called neutral.
    last_day
        The last day of a text that trains a model; None where the set has no days.
    from_stars
        True where labels are the stars a customer gave, which some texts contradict.
    """

    name: str
    lang: str
    licence: str
    rows: pd.DataFrame
    has_neutral: bool = True
    last_day: pd.Timestamp | None = None
    from_stars: bool = False

    def part(self, part: Part) -> pd.DataFrame:
        """Return the rows that are for something."""
        return self.rows[self.rows[PART] == part].reset_index(drop=True)

    def sample(self, count: int, rng: np.random.Generator) -> LabelledSet:
        """Keep at most ``count`` training rows, labels as even as they allow; the rest stays."""
        train = self.rows[self.rows[PART] == Part.TRAIN]
        shuffled = train.iloc[rng.permutation(len(train))]
        turn = shuffled.groupby(LABEL).cumcount().to_numpy()
        kept = shuffled.index[np.argsort(turn, kind="stable")[:count]]
        rows = self.rows[(self.rows[PART] != Part.TRAIN) | self.rows.index.isin(kept)]
        return replace(self, rows=rows.reset_index(drop=True))


def wanted_sets(
    folder: Path, names: Sequence[str] | None, files: Mapping[str, Sequence[str]]
) -> list[str]:
    """Check the sets asked for, all of ``files`` when ``names`` is None; return their names.

    Raises
    ------
    DataError
        Naming the sets that are not known, or every file that is missing.
    """
    wanted = list(files) if names is None else list(names)
    unknown = set(wanted) - set(files)
    if unknown:
        raise DataError(f"no reader for the set(s) {sorted(unknown)}; there are {sorted(files)}")
    missing = [file for name in wanted for file in files[name] if not (folder / file).is_file()]
    if missing:
        raise DataError(f"{folder} lacks {missing}; expected the public sets under these names")
    return wanted


def split_rows(
    texts: pd.Series[str],
    labels: pd.Series[int] | npt.NDArray[np.int64],
    weights: pd.Series[float] | float = 1.0,
    *,
    test: pd.Series[bool] | None = None,
    group: pd.Series[str] | None = None,
) -> pd.DataFrame:
    """Clean and split: a given test part, or a tenth by hash; then a twentieth for validation."""
    rows = pd.DataFrame({Col.TEXT: texts, LABEL: labels, WEIGHT: weights})
    if group is not None:
        rows[GROUP] = group
    rows[Col.TEXT] = rows[Col.TEXT].map(clean_text)  # as the lake stores it
    share = rows[Col.TEXT].map(place_of)
    held_out = share < 0.10 if test is None else test
    rows[PART] = np.select(
        [held_out, share.between(0.10, 0.15)], [Part.TEST, Part.VALIDATION], Part.TRAIN
    )
    rows = rows[rows[Col.TEXT].str.len() > 0]
    return rows.drop_duplicates([Col.TEXT, PART]).reset_index(drop=True)


def place_of(text: str) -> float:
    """Give each text a place in [0, 1) by its content."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:4], "big") / 2**32


def text_key(text: str) -> str:
    """Return what two copies of a text share, whatever their case, spaces and punctuation.

    Examples
    --------
    >>> text_key("Muito  bom!") == text_key("muito bom")
    True
    """
    return _SIGNS.sub("", text.casefold()) or text


def each_text_in_one_part(sets: Sequence[LabelledSet]) -> list[LabelledSet]:
    """Drop the training rows whose text is held out in any of the sets.

    Other held-out rows follow the rules of ``rows_in_one_part``.
    """
    apart = rows_in_one_part([labelled.rows for labelled in sets])
    return [replace(labelled, rows=rows) for labelled, rows in zip(sets, apart, strict=True)]


def rows_in_one_part(tables: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    """Drop rows of tables with columns text and part so that each text has one part in all.

    Test rows all stay. A validation row goes when its text is a test row somewhere, a training row
    when its text is a test or validation row somewhere; texts are equal when ``text_key`` is.
    """
    keys = [table[Col.TEXT].map(text_key) for table in tables]
    tests: set[str] = set()
    held_out: set[str] = set()
    for table, key in zip(tables, keys, strict=True):
        tests.update(key[table[PART] == Part.TEST])
        held_out.update(key[table[PART] != Part.TRAIN])
    apart = []
    for table, key in zip(tables, keys, strict=True):
        twice = (table[PART] == Part.TRAIN) & key.isin(held_out)
        twice |= (table[PART] == Part.VALIDATION) & key.isin(tests)
        apart.append(table[~twice].reset_index(drop=True))
    return apart
