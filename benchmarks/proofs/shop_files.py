"""The files of a small shop whose reviews hold personal data, also in rows that are refused."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING, Final

from proofs.made_identifiers import MADE, plant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SEED: Final = 415
AUTHOR: Final = "Zacarias Montenegro-Quill"
OWN_WORDS: Final = "The hinge sang like an old gate by the sea"
PRODUCTS: Final = {"P1": "PulseBand", "P2": "Café Torrado", "P3": "灵动手环"}

_BEGAN: Final = date(2024, 1, 1)
_DAYS: Final = 7 * 60
_LONGEST_TEXT: Final = 20_000
_BY_CHANCE: Final = frozenset({"name"})
"""Kinds whose pieces occur in other words by chance; the authors' whole names stand for them."""


def planted_files(count: int) -> tuple[dict[str, str], list[str]]:
    """Write sales, products and reviews as CSV; returns them by table, and what they hide.

    Every tenth review is in a row that is refused, for its stars, its day or its length. Each has
    an author of its own, whose name is to be hidden too, but for one who wrote several.
    """
    draw = random.Random(SEED)
    kinds = [key for key in MADE if key[0] not in _BY_CHANCE]
    each = count // len(kinds) + 1
    sentences, secrets = [], []
    for kind, language in kinds:
        for made in plant(kind, language, each, SEED):
            sentences.append(made.sentence)
            secrets.append(max(made.secrets, key=len))
    order = draw.sample(range(len(sentences)), count)
    texts = [sentences[place] for place in order]
    names = [f"Wanda Petrowicz-{number:05d}" for number in draw.sample(range(99_999), count)]
    reviews = [
        _review(place, text, name)
        for place, (text, name) in enumerate(zip(texts, names, strict=True))
    ]
    reviews += [
        _review(count + place, f"{OWN_WORDS}, {place} times.", AUTHOR) for place in range(4)
    ]
    files = {
        "products": _csv(
            ("product_id", "name", "category"), [(*one, "Ware") for one in PRODUCTS.items()]
        ),
        "sales": _csv(("product_id", "day", "units"), _sales(draw)),
        "documents": _csv(
            ("doc_id", "product_id", "author", "text", "event_time", "stars", "phone"), reviews
        ),
    }
    return files, [*(secrets[place] for place in order), *names]


def _review(place: int, text: str, author: str) -> Sequence[object]:
    day = str(_BEGAN + timedelta(days=_DAYS - 1 - place % 50))
    stars: object = 1 + place % 5
    if place % 30 == 3:
        stars = 9
    elif place % 30 == 13:
        day = f"someday, {text}"
    elif place % 30 == 23:
        text = text + " well" * (_LONGEST_TEXT // 4)
    product = list(PRODUCTS)[place % len(PRODUCTS)]
    return f"R{place:05d}", product, author, text, day, stars, f"+44 20 7946 {place:04d}"


def _sales(draw: random.Random) -> Iterable[Sequence[object]]:
    for product, usual in zip(PRODUCTS, islice(cycle((40, 80, 60)), len(PRODUCTS)), strict=True):
        for day in range(_DAYS):
            yield product, _BEGAN + timedelta(days=day), max(0, round(draw.gauss(usual, 8)))


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows([header, *rows])
    return stream.getvalue()
