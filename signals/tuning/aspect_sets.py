"""Texts whose aspects and aspect terms are labelled, from a folder of public data sets."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import pandas as pd

from signals.aspects import ASPECTS, aspects_of
from signals.clean import clean_text
from signals.frames import Col
from signals.tuning.aspect_files import (
    UNKNOWN,
    Marked,
    read_marked_chinese,
    read_olist_causes,
    read_semeval_2014_laptops,
    read_semeval_2014_restaurants,
    read_semeval_2016_laptops,
)
from signals.tuning.labelled_set import (
    NEUTRAL,
    PART,
    LabelledSet,
    Part,
    place_of,
    rows_in_one_part,
    text_key,
    wanted_sets,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

TERMS: Final = "terms"
ASPECT_LABELS: Final = "aspects"
KNOWN: Final = "known"
_TEST_SHARE: Final = 0.20
_VALIDATION_SHARE: Final = 0.10
_Key = TypeVar("_Key")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AspectSet:
    """Texts of one data set with the aspects people found in them.

    Parameters
    ----------
    rows
        A row a text; columns: text, cleaned; part; terms, a list of (start, stop, label) in
        characters of the text with label 0 negative, 1 neutral, 2 positive; aspects, a dict of the
        aspects it mentions to their label, or -1 when the judgement is not known; known, a
        frozenset of the aspects whose presence or absence is known, those mentioned among them.

    Notes
    -----
    An aspect counts as absent only when no annotator marked it, no mark may hide it
    (``aspect_terms.toml``) and the text holds no word of it (``aspects.toml``).
    """

    name: str
    lang: str
    licence: str
    rows: pd.DataFrame

    def part(self, part: Part) -> pd.DataFrame:
        """Return the rows that are for something."""
        return self.rows[self.rows[PART] == part].reset_index(drop=True)


def load_aspect_sets(folder: Path, names: Sequence[str] | None = None) -> list[AspectSet]:
    """Read the aspect sets under ``folder``.

    A fifth of the texts is for tests, a tenth for validation, by the letters and digits of the
    text, so that a text of several sets is in the same part of each.

    Raises
    ------
    DataError
        Naming every file that is missing.
    """
    wanted = wanted_sets(folder, names, {name: [each.file] for name, each in _SOURCES.items()})
    return [_load(name, _SOURCES[name], folder) for name in wanted]


def silver_aspects(texts: Iterable[str]) -> list[dict[str, int]]:
    """Name the aspects that texts mention by the table of words, their judgement not known (-1).

    Examples
    --------
    >>> silver_aspects(["The battery died.", "Fine."])
    [{'battery': -1}, {}]
    """
    return [dict.fromkeys(aspects_of(text), UNKNOWN) for text in texts]


def keep_apart(
    labelled: Sequence[LabelledSet], marked: Sequence[AspectSet]
) -> tuple[list[LabelledSet], list[AspectSet]]:
    """Drop the training rows of either kind of set whose text any set of either kind holds out."""
    tables = [*(each.rows for each in labelled), *(each.rows for each in marked)]
    apart = rows_in_one_part(tables)
    return (
        [replace(each, rows=rows) for each, rows in zip(labelled, apart, strict=False)],
        [
            replace(each, rows=rows)
            for each, rows in zip(marked, apart[len(labelled) :], strict=True)
        ],
    )


@dataclass(frozen=True, slots=True)
class _Source:
    file: str
    lang: str
    licence: str
    read: Callable[[Path], Iterator[Marked]]


def _load(name: str, source: _Source, folder: Path) -> AspectSet:
    together: dict[str, list[Marked]] = defaultdict(list)
    lost = 0
    for marked in source.read(folder / source.file):
        cleaned = clean_text(marked.text)
        placed = [_placed(marked.text, cleaned, term) for term in marked.terms]
        if not cleaned or None in placed:
            lost += 1
            continue
        found = tuple(term for term in placed if term is not None)
        together[cleaned].append(Marked(cleaned, found, marked.aspects, marked.hidden))
    logger.info("%s: %d texts, %d rows dropped", name, len(together), lost)
    rows = pd.DataFrame([_row(text, marks) for text, marks in together.items()])
    return AspectSet(name, source.lang, source.licence, rows)


def _placed(raw: str, cleaned: str, term: tuple[int, int, int]) -> tuple[int, int, int] | None:
    """Find a term again after cleaning, where it is nearest to its old place."""
    start, stop, label = term
    word = clean_text(raw[start:stop])
    expected = len(clean_text(raw[:start] + "|")) - 1
    places = [at for at in range(len(cleaned)) if word and cleaned.startswith(word, at)]
    if not places:
        return None
    at = min(places, key=lambda place: abs(place - expected))
    return at, at + len(word), label


def _row(text: str, marks: list[Marked]) -> dict[str, object]:
    place = place_of(text_key(text))
    held_out = Part.VALIDATION if place < _TEST_SHARE + _VALIDATION_SHARE else Part.TRAIN
    aspects = _agreed((aspect, label) for mark in marks for aspect, label in mark.aspects)
    hidden = {aspect for mark in marks for aspect in mark.hidden}.union(aspects_of(text))
    terms = _agreed(((start, stop), label) for mark in marks for start, stop, label in mark.terms)
    return {
        Col.TEXT: text,
        PART: Part.TEST if place < _TEST_SHARE else held_out,
        TERMS: sorted((*span, label) for span, label in terms.items() if label != UNKNOWN),
        ASPECT_LABELS: {aspect: aspects[aspect] for aspect in ASPECTS if aspect in aspects},
        KNOWN: frozenset(aspects) | frozenset(a for a in ASPECTS if a not in hidden),
    }


def _agreed(pairs: Iterable[tuple[_Key, int]]) -> dict[_Key, int]:
    """Give each key the label its marks agree on; a clear one beats neutral; else -1."""
    labels: dict[_Key, set[int]] = defaultdict(set)
    for key, label in pairs:
        labels[key].add(label)
    clear = {key: found - {NEUTRAL} or {NEUTRAL} for key, found in labels.items()}
    return {key: next(iter(found)) if len(found) == 1 else UNKNOWN for key, found in clear.items()}


_SEMEVAL: Final = "SemEval: META-SHARE, research"
_CHINESE: Final = "Che et al., ABSADatasets: MIT"
_SOURCES: Final[Mapping[str, _Source]] = {
    "laptops_2014": _Source(
        "absa/semeval2014_laptops_train_v2.xml", "en", _SEMEVAL, read_semeval_2014_laptops
    ),
    "restaurants_2014": _Source(
        "absa/semeval2014_restaurants_train_v2.xml", "en", _SEMEVAL, read_semeval_2014_restaurants
    ),
    "laptops_2016": _Source(
        "absa/semeval2016_laptops_train_sb1_v2.xml", "en", _SEMEVAL, read_semeval_2016_laptops
    ),
    **{
        f"zh_{name}": _Source(f"absa/zh_{name}_train.csv.gz", "zh", _CHINESE, read_marked_chinese)
        for name in ("camera", "car", "notebook", "phone")
    },
    "zh_shampoo": _Source(
        "absa/zh_shampoo_train.csv.gz", "zh", _CHINESE, partial(read_marked_chinese, device=False)
    ),
    "olist_causes": _Source(
        "olist/classified_reviews.csv.gz", "pt", "Olist: CC BY-NC-SA 4.0", read_olist_causes
    ),
}
