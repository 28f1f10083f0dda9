"""Readers of public data sets whose texts have aspects marked by people."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from signals.clean import joined_text
from signals.errors import DataError
from signals.tuning.aspect_terms import (
    meaning_in_restaurant,
    meaning_of_term,
    meaning_on_laptop,
    meanings_of_votes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNKNOWN: Final = -1
_LABELS: Final = {"negative": 0, "neutral": 1, "positive": 2, "conflict": UNKNOWN}
_MARK: Final = "$T$"
_NEEDLESS_SPACE: Final = re.compile(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])")
_ENOUGH_VOTES: Final = 2
_ASPECTS_NO_CLAUSE_RULES_OUT: Final = frozenset({"other"})


@dataclass(frozen=True, slots=True)
class Marked:
    """A text as published, with what one or more annotators marked in it.

    Parameters
    ----------
    terms
        First character, end, and label 0, 1 or 2 of each marked term; -1 for a conflict.
    aspects
        Pairs of an aspect and its label; -1 where it is mentioned without a clear judgement.
    hidden
        Aspects that the text may mention though nobody marked them.
    """

    text: str
    terms: tuple[tuple[int, int, int], ...] = ()
    aspects: tuple[tuple[str, int], ...] = ()
    hidden: frozenset[str] = frozenset()


def read_semeval_2014_laptops(file: Path) -> Iterator[Marked]:
    """Read sentences in which every aspect term is marked."""
    for sentence, text in _sentences(file):
        terms = _terms(sentence)
        yield _told_by_terms(text, terms, [text[start:stop] for start, stop, _ in terms])


def read_semeval_2014_restaurants(file: Path) -> Iterator[Marked]:
    """Read sentences with marked terms, whose aspects are given by categories."""
    for sentence, text in _sentences(file):
        found, hidden = [], set(_ASPECTS_NO_CLAUSE_RULES_OUT)
        for category in sentence.iter("aspectCategory"):
            meaning = meaning_in_restaurant(category.attrib["category"])
            hidden |= meaning.hides
            if meaning.aspect is not None:
                found.append((meaning.aspect, _LABELS[category.attrib["polarity"]]))
        yield Marked(text, _terms(sentence), tuple(found), frozenset(hidden))


def read_semeval_2016_laptops(file: Path) -> Iterator[Marked]:
    """Read sentences with opinions about ENTITY#ATTRIBUTE; those out of scope are left out."""
    for sentence, text in _sentences(file):
        if sentence.get("OutOfScope") == "TRUE":
            continue
        found: list[tuple[str, int]] = []
        hidden: set[str] = set()
        for opinion in sentence.iter("Opinion"):
            meaning = meaning_on_laptop(opinion.attrib["category"])
            hidden |= meaning.hides
            if meaning.aspect is not None:
                found.append((meaning.aspect, _LABELS[opinion.attrib["polarity"]]))
        yield Marked(text, (), tuple(found), frozenset(hidden))


def read_marked_chinese(file: Path, *, device: bool = True) -> Iterator[Marked]:
    """Read clauses in which $T$ stands for the term; the spaces between characters go.

    Parameters
    ----------
    device
        False for goods such as shampoo.
    """
    table = pd.read_csv(file, dtype=str)
    for marked, term, polarity in table.itertuples(index=False):
        before, *after = _joined(marked).split(_MARK)
        label, term = _LABELS[polarity.lower()], _joined(term)
        text, terms = before, []
        for rest in after:
            terms.append((len(text), len(text) + len(term), label))
            text += term + rest
        told = _told_by_terms(text, tuple(terms), [term], device=device)
        # other targets of the clause have rows of their own, or none
        yield Marked(text, told.terms, told.aspects, told.hidden | _ASPECTS_NO_CLAUSE_RULES_OUT)


def read_olist_causes(file: Path) -> Iterator[Marked]:
    """Read reviews whose cause at least two of three of Olist's staff agree on."""
    table = pd.read_csv(file)
    meanings = meanings_of_votes()
    texts = joined_text(
        table["review_comment_title"].fillna(""), table["review_comment_message"].fillna("")
    )
    for text, votes in zip(texts, table[list(meanings)].to_dict("records"), strict=True):
        agreed = [meanings[str(name)] for name, n in votes.items() if n >= _ENOUGH_VOTES]
        if not agreed or not isinstance(text, str):
            continue
        found = [(m.aspect, m.label) for m in agreed if m.aspect and m.label is not None]
        hidden = _ASPECTS_NO_CLAUSE_RULES_OUT.union(*(meaning.hides for meaning in agreed))
        yield Marked(text, (), tuple(found), hidden)


def _told_by_terms(
    text: str, terms: tuple[tuple[int, int, int], ...], words: list[str], *, device: bool = True
) -> Marked:
    meanings = [meaning_of_term(word, device=device) for word in words]
    found = [
        (meaning.aspect, label)
        for meaning, (_, _, label) in zip(meanings, terms, strict=False)
        if meaning.aspect is not None
    ]
    hidden = frozenset().union(*(meaning.hides for meaning in meanings))
    return Marked(text, terms, tuple(found), hidden)


def _sentences(file: Path) -> Iterator[tuple[ET.Element[Any], str]]:
    try:
        root = ET.parse(file).getroot()  # noqa: S314 - public sets that the user put there
    except ET.ParseError as error:
        raise DataError(
            f"{file} is no XML ({error}); expected a SemEval file as published"
        ) from None
    for sentence in root.iter("sentence"):
        yield sentence, sentence.findtext("text") or ""


def _terms(sentence: ET.Element[Any]) -> tuple[tuple[int, int, int], ...]:
    return tuple(
        (int(term.attrib["from"]), int(term.attrib["to"]), _LABELS[term.attrib["polarity"]])
        for term in sentence.iter("aspectTerm")
    )


def _joined(text: str) -> str:
    """Take out the spaces that Chinese does not write."""
    return _NEEDLESS_SPACE.sub("", text.replace(_MARK, f" {_MARK} ").strip())
