"""Which of the thirteen aspects a term, category or cause of the public sets belongs to."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

_TABLE: Final = Path(__file__).with_name("aspect_terms.toml")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a mark of an annotator says about aspects.

    Parameters
    ----------
    aspect
        The one it is about; None when that is not sure.
    hides
        Aspects that the text may also mention, so that their absence is not known.
    label
        The judgement it implies; None when the mark comes with its own.
    """

    aspect: str | None
    hides: frozenset[str]
    label: int | None = None


def meaning_of_term(term: str, *, device: bool = True) -> Meaning:
    """Tell what an aspect term is about.

    Parameters
    ----------
    device
        False for goods such as shampoo, where speed is that of the parcel.

    Examples
    --------
    >>> meaning_of_term("battery life").aspect, meaning_of_term("屏幕大小").aspect
    ('battery', 'screen')
    >>> meaning_of_term("速度").aspect, meaning_of_term("速度", device=False).aspect
    ('other', 'delivery')
    >>> sorted(meaning_of_term("手感").hides)
    ['fit', 'look', 'other', 'quality', 'use']
    """
    for aspect, words in _words(device).items():
        if words.search(term):
            return Meaning(aspect, frozenset())
    return Meaning(None, frozenset(_table()["unsure"]["terms"]))


def meaning_in_restaurant(category: str) -> Meaning:
    """Tell what a category of the restaurant set is about."""
    return _meaning(_table()["restaurants"][category])


def meaning_on_laptop(category: str) -> Meaning:
    """Tell what an ENTITY#ATTRIBUTE of the laptop set is about.

    Examples
    --------
    >>> meaning_on_laptop("DISPLAY#QUALITY").aspect, meaning_on_laptop("LAPTOP#PRICE").aspect
    ('screen', 'price')
    """
    entity, _, attribute = category.partition("#")
    table = _table()["laptops"]
    if attribute in table["attributes"]:
        return _meaning(table["attributes"][attribute])
    return _meaning(table["laptop"][attribute] if entity == "LAPTOP" else table["entities"][entity])


def meanings_of_votes() -> dict[str, Meaning]:
    """Tell what each column of Olist's votes is about."""
    return {column: _meaning(entry) for column, entry in _table()["olist"].items()}


def _meaning(entry: dict[str, Any]) -> Meaning:
    return Meaning(entry.get("aspect"), frozenset(entry["hides"]), entry.get("label"))


@lru_cache(maxsize=2)
def _words(device: bool) -> dict[str, re.Pattern[str]]:
    goods = {"never": []} if device else _table()["goods"]
    return {
        aspect: _pattern(words["en"], [*words["zh"], *goods.get(aspect, [])])
        for aspect, words in _table()["terms"].items()
        if aspect not in goods["never"]
    }


def _pattern(english: list[str], chinese: list[str]) -> re.Pattern[str]:
    whole = rf"\b(?:{'|'.join(map(re.escape, english))})\b"
    return re.compile("|".join([whole, *map(re.escape, chinese)]), re.IGNORECASE)


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))
