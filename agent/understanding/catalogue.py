"""Names that people use, and the series they mean."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import pandas as pd
from rapidfuzz import fuzz, process

from agent.understanding.other_names import names_of_category
from agent.understanding.spelling import TOKEN, stem_of, stems_of
from signals import PRODUCTS, SALES, Col, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signals import Lake

TOTAL = "total"
_SOLD: Final = (
    f"SELECT DISTINCT {Col.PRODUCT_ID} FROM stored_{SALES.name} "
    f"WHERE {Col.AVAILABLE_AT} <= $as_of ORDER BY {Col.PRODUCT_ID}"
)
_NAME_ENDS = re.compile(r"\s[-–|]\s|[(,:;\[]")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_LONGEST = 14
_SURE = 86.0
_LIKELY = 55.0
_HOLDS_ALL = 90.0
_SHORT = 3


class EntityKind(StrEnum):
    """What a name stands for. A brand is the sum of its products."""

    CATEGORY = "category"
    BRAND = "brand"
    PRODUCT = "product"
    TOTAL = "total"


_ORDER = list(EntityKind)


@dataclass(frozen=True, slots=True)
class Entity:
    """Something one can ask about.

    Parameters
    ----------
    name
        As shown to a person; no two entities share one.
    category
        Of a product; None elsewhere and where unknown.
    members
        Ids of the products that a brand or a category holds.
    """

    series_id: str
    kind: EntityKind
    name: str
    category: str | None = None
    members: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Give the id without its scope: product id, category or brand."""
        return self.series_id.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Match:
    """Letters ``start`` to ``end`` of a text name these entities, the likeliest first.

    Parameters
    ----------
    certain
        Whether the first is meant: the others are of another kind, or it alone is called just so.
    partial
        Whether it is a single word of a longer name, which may well mean something else.
    """

    start: int
    end: int
    entities: tuple[Entity, ...]
    certain: bool = True
    partial: bool = False


class Catalogue:
    """Finds what a text names."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._entities = {entity.series_id: entity for entity in entities}
        self._index: dict[tuple[str, ...], list[Entity]] = defaultdict(list)
        for entity in self._entities.values():
            for alias in dict.fromkeys(stems_of(alias) for alias in _aliases(entity)):
                if alias:
                    self._index[alias].append(entity)
        self._spelt = [" ".join(alias) for alias in self._index]
        self._by_spelling = dict(zip(self._spelt, self._index.values(), strict=True))
        self._most_tokens = min(max(map(len, self._index), default=0), _LONGEST)

    def __getitem__(self, series_id: str) -> Entity:
        return self._entities[series_id]

    def __contains__(self, series_id: object) -> bool:
        return series_id in self._entities

    def __iter__(self) -> Iterator[Entity]:
        return iter(self._entities.values())

    def of_kind(self, kind: EntityKind) -> list[Entity]:
        """List the entities of one kind, by id."""
        return [entity for entity in self if entity.kind is kind]

    def find(self, text: str, *, ignored: frozenset[str] = frozenset()) -> list[Match]:
        """Find every name in a text, longest first, without overlap, in the order they stand.

        Parameters
        ----------
        ignored
            Single words that are not taken for names, lower case.
        """
        tokens = list(TOKEN.finditer(text))
        stems = [stem_of(token[0]) for token in tokens]
        matches: list[Match] = []
        free = [True] * len(tokens)
        for size in range(self._most_tokens, 0, -1):
            for at in range(len(tokens) - size + 1):
                key = tuple(stems[at : at + size])
                if key not in self._index or not all(free[at : at + size]):
                    continue
                if size == 1 and tokens[at][0].casefold() in ignored:
                    continue
                free[at : at + size] = [False] * size
                found = tuple(sorted(self._index[key], key=lambda each: _fit(each, key)))
                span = (tokens[at].start(), tokens[at + size - 1].end())
                matches.append(Match(*span, found, _certain(found, key)))
        return sorted(matches, key=lambda match: match.start)

    def guess(self, mention: str, whole: str = "") -> Entity | None:
        """Take a misspelt name for what it most likely means; None when nothing is near enough.

        Words with digits must match letter by letter: ``phone 9`` is not ``phone 8``.

        Parameters
        ----------
        whole
            A longer text whose words with digits must match too.
        """
        stems = stems_of(whole or mention)
        wanted = {stem for stem in stems if any(char.isdigit() for char in stem)}
        for spelling, score in self._ranked(mention, limit=5):
            if score >= _SURE and wanted <= set(spelling.split()):
                return min(self._by_spelling[spelling], key=_likeliest)
        return None

    def guess_within(self, mention: str) -> tuple[int, int, Entity] | None:
        """Find a misspelt name inside a run of words, the longest stretch that fits one.

        Words with digits must be of the name: ``phone 9`` holds no ``phone 8``.

        Returns
        -------
        tuple or None
            First letter of the stretch, the one after the last, and what it most likely means.
        """
        tokens = list(TOKEN.finditer(mention))
        for size in range(min(len(tokens), _LONGEST), 0, -1):
            for at in range(len(tokens) - size + 1):
                start, end = tokens[at].start(), tokens[at + size - 1].end()
                if end - start > _SHORT and (entity := self.guess(mention[start:end], mention)):
                    return start, end, entity
        return None

    def nearest(self, mention: str, count: int = 3) -> tuple[Entity, ...]:
        """Give the entities whose names look most like a mention."""
        found: dict[str, Entity] = {}
        for spelling, score in self._ranked(mention, limit=4 * count):
            if score >= _LIKELY:
                entity = min(self._by_spelling[spelling], key=_likeliest)
                found.setdefault(entity.series_id, entity)
        return tuple(found.values())[:count]

    def _ranked(self, mention: str, limit: int) -> list[tuple[str, float]]:
        """Score spellings in [0, 100]; a name that holds every word of the mention is likely."""
        words = stems_of(mention)
        query = " ".join(words)
        scores = {
            spelling: score
            for spelling, score, _ in process.extract(
                query, self._spelt, scorer=fuzz.ratio, limit=limit
            )
        }
        for spelling, _, _ in process.extract(
            query, self._spelt, scorer=fuzz.token_set_ratio, limit=limit
        ):
            if words and set(words) <= set(spelling.split()):
                scores[spelling] = max(scores.get(spelling, 0.0), _HOLDS_ALL)
        return sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))


def read_catalogue(lake: Lake, as_of: pd.Timestamp) -> Catalogue:
    """Read every product, category and brand known at a moment.

    What was sold and no table of products tells of goes by its id.
    """
    columns = [Col.PRODUCT_ID, Col.NAME, Col.CATEGORY, Col.BRAND]
    products = lake.read(PRODUCTS, as_of=as_of, columns=columns)
    sold = lake.sql(_SOLD, as_of=as_of, parameters={"as_of": as_of.to_pydatetime()})
    untold = sold[~sold[Col.PRODUCT_ID].isin(products[Col.PRODUCT_ID])]
    return Catalogue(_entities(pd.concat([products, untold.reindex(columns=columns)])))


def _entities(products: pd.DataFrame) -> Iterator[Entity]:
    yield Entity(TOTAL, EntityKind.TOTAL, "the whole shop", members=tuple(products[Col.PRODUCT_ID]))
    taken = {"the whole shop"}
    for column, kind in ((Col.CATEGORY, EntityKind.CATEGORY), (Col.BRAND, EntityKind.BRAND)):
        for key, group in products.groupby(column, sort=True):
            name = _unused(display_name(str(key)), str(kind), taken)
            yield Entity(f"{kind}:{key}", kind, name, members=tuple(group[Col.PRODUCT_ID]))
    for product_id, name, category, _ in products.itertuples(index=False):
        series_id = f"{Scope.PRODUCT}:{product_id}"
        known = name if isinstance(name, str) and name.strip() else product_id
        shown = _unused(display_name(known), str(product_id), taken)
        place = category if isinstance(category, str) else None
        yield Entity(series_id, EntityKind.PRODUCT, shown, place, (product_id,))


def display_name(name: str) -> str:
    """Write a stored name as a person would: one line, underscores as spaces.

    Examples
    --------
    >>> display_name("bed_bath_table")
    'bed bath table'
    """
    plain = "".join(char for char in name if unicodedata.category(char)[0] != "C" or char == "\n")
    return " ".join(plain.replace("_", " ").split()) or name


def _unused(name: str, hint: str, taken: set[str]) -> str:
    if name in taken:
        name = f"{name} ({hint})"
    taken.add(name)
    return name


def _aliases(entity: Entity) -> Iterator[str]:
    yield entity.name
    if entity.kind is EntityKind.TOTAL:
        yield from ("total", "whole shop", "overall", "everything", "all products", "the shop")
        return
    yield entity.key
    if entity.kind is EntityKind.CATEGORY:
        yield from names_of_category(entity.name)
    if entity.kind is EntityKind.PRODUCT:
        yield _NAME_ENDS.split(entity.name)[0]
        yield _BRACKETS.sub(" ", entity.name)
    elif ">" in entity.key or "/" in entity.key:
        yield re.split(r"[>/]", entity.key)[-1]


def _likeliest(entity: Entity) -> tuple[int, int, str]:
    return (_ORDER.index(entity.kind), len(entity.name), entity.series_id)


def _fit(entity: Entity, key: tuple[str, ...]) -> tuple[bool, int, int, str]:
    """Order what a text may mean: what is called just so comes first."""
    return (not is_called(entity, key), *_likeliest(entity))


def _certain(found: tuple[Entity, ...], key: tuple[str, ...]) -> bool:
    alike = [entity for entity in found if entity.kind is found[0].kind]
    return len(alike) == 1 or is_called(found[0], key) > is_called(found[1], key)


def is_called(entity: Entity, key: tuple[str, ...]) -> bool:
    """Tell whether stems are the whole name of an entity, or its id."""
    return key in {stems_of(entity.name), stems_of(entity.key)}
