"""Names by which people may call the products and brands of a catalogue."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from signals.frames import Col
from signals.words.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

TOKEN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+")
"""One Chinese character, or a run of letters and digits of any other script."""

_NAME_ENDS: Final = re.compile(r"\s[-–|]\s|[(,:;\[（，【]")
_SIZE: Final = re.compile(
    r"\b\d+(?:[.,]\d+)?\s*(?:ml|cl|l|g|kg|mg|oz|lb|gb|tb|mb|cm|mm|m|inch|in|w|v|pcs|pack|pk|un"
    r"|毫升|升|克|千克|公斤|片|支|瓶|包|英寸|寸)\b|(?<!\d)\d+(?:毫升|升|克|公斤|片|支|瓶|包|英寸|寸)",
    re.IGNORECASE,
)
_LOCAL_NAME: Final = "name_"
_LEAST_LETTERS: Final = 3  # of a brand or a name in Latin letters
_LEAST_HAN: Final = 2
_LEAST_HAN_WITHOUT_BRAND: Final = 3
_LEAST_ID: Final = 4


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """What a name stands for; ``product_id`` is empty where it is only a brand."""

    brand: str = ""
    product_id: str = ""


Gazetteer = dict[tuple[str, ...], tuple[Named, ...]]
"""Folded tokens of a name to all that go by it."""


def fold(text: str) -> str:
    """Drop case and accents.

    Examples
    --------
    >>> fold("Pão Dourado")
    'pao dourado'
    """
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def fold_tokens(text: str) -> tuple[str, ...]:
    """Cut a text into folded tokens; each Chinese character is one."""
    return tuple(fold(token) for token in TOKEN.findall(text))


def build_gazetteer(products: pd.DataFrame) -> Gazetteer:
    """List the names of a catalogue.

    A product goes by its name, also in other languages (``name_zh`` … in its attributes), by the
    name without what stands behind a comma, dash or bracket, without a size, without the brand
    where two words or three Chinese characters are left, and by its id. A brand goes by its name.
    Names of stop words alone or of one or two letters are left out.

    Parameters
    ----------
    products
        Needs product_id; name, brand and attributes where they are known.
    """
    found: dict[tuple[str, ...], set[Named]] = defaultdict(set)
    for row in products.to_dict("records"):
        brand = _text(row.get(Col.BRAND))
        product_id = _text(row.get(Col.PRODUCT_ID))
        if brand:
            _add(found, brand, Named(brand))
        if _looks_like_id(product_id):
            _add(found, product_id, Named(brand, product_id))
        for name in _names(row):
            for alias in _aliases(name, brand):
                _add(found, alias, Named(brand, product_id))
    return {tokens: tuple(sorted(named)) for tokens, named in found.items()}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _looks_like_id(product_id: str) -> bool:
    """Tell whether an id would not be taken for a word or a number of something else."""
    has_digit = any(char.isdigit() for char in product_id)
    return len(product_id) >= _LEAST_ID and has_digit and not product_id.isdigit()


def _names(row: Mapping[Any, object]) -> Iterator[str]:
    yield _text(row.get(Col.NAME))
    try:
        attributes = json.loads(_text(row.get(Col.ATTRIBUTES)) or "{}")
    except ValueError:
        return
    if isinstance(attributes, dict):
        yield from (_text(v) for k, v in attributes.items() if k.startswith(_LOCAL_NAME))


def _aliases(name: str, brand: str) -> Iterator[str]:
    yield name
    short = _NAME_ENDS.split(name)[0]
    yield short
    plain = _SIZE.sub(" ", short)
    yield plain
    if brand and fold(plain).startswith(fold(brand)):
        rest = fold_tokens(plain)[len(fold_tokens(brand)) :]
        han = sum(map(_is_han, rest))
        if len(rest) - han >= 2 or han >= _LEAST_HAN_WITHOUT_BRAND:
            yield " ".join(rest)


def _add(found: dict[tuple[str, ...], set[Named]], alias: str, named: Named) -> None:
    tokens = fold_tokens(alias)
    han = sum(map(_is_han, tokens))
    long_enough = han >= _LEAST_HAN or sum(map(len, tokens)) >= _LEAST_LETTERS
    if long_enough and not STOP_WORDS.issuperset(tokens):
        found[tokens].add(named)


def _is_han(token: str) -> bool:
    return "\u3400" <= token[0] <= "\u9fff" or "\uf900" <= token[0] <= "\ufaff"
