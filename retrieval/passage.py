"""What can be found and cited: passages, their filters, and a found passage."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from signals import Col, DataError, text_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

OWN = "own"
"""Tenant of passages and questions that name none."""
_BATCH = 4096


class PassageKind(StrEnum):
    """What a passage was taken from. Cards are written by Groundswell about its own results."""

    REVIEW = "review"
    POST = "post"
    NEWS = "news"
    SERVICE = "service"
    FORECAST = "forecast"
    CONTRIBUTION = "contribution"
    ACCURACY = "accuracy"
    ALERT = "alert"
    REVISION = "revision"
    PRODUCT = "product"

    @property
    def is_card(self) -> bool:
        """Whether Groundswell wrote the text itself."""
        return self in _CARDS


_CARDS = {
    PassageKind.FORECAST,
    PassageKind.CONTRIBUTION,
    PassageKind.ACCURACY,
    PassageKind.ALERT,
    PassageKind.REVISION,
    PassageKind.PRODUCT,
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text that an answer can cite.

    Parameters
    ----------
    source_id
        The document, run or alert it was taken from.
    start, end
        Where ``text`` lies in the text of its source, in characters.
    day
        The day the text speaks about; for a document the day it was written.
    available_at
        The moment it could be known, UTC.
    stars
        None when nobody gave any.
    polarity
        In [-1, 1]; None when the text has not been scored.
    tenant
        Whose passage it is; nobody else finds it.
    mentions
        Series (``product:<product_id>``, ``category:<name>``) that the text names where nobody
        told its product; filters of products and categories let these pass too.
    """

    passage_id: str
    kind: PassageKind
    text: str
    lang: str
    product_id: str | None
    category: str | None
    day: pd.Timestamp
    available_at: pd.Timestamp
    source_id: str
    start: int
    end: int
    stars: float | None = None
    polarity: float | None = None
    tenant: str = OWN
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A found passage: cosine similarity to the question in [-1, 1], and its rank from 1."""

    passage: Passage
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages may be found at all. None and empty tuples leave everything in.

    Parameters
    ----------
    product_ids, categories
        Passages about one of them, and those without a product that mention one of them.
    since, until
        First and last day, both included.
    as_of
        Passages that could be known at this moment, UTC.
    polarity_below, polarity_above
        Bounds, not included; passages without a polarity fall out when one is given.
    tenant
        Who asks; the passages of others are never found.
    """

    product_ids: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    kinds: tuple[PassageKind, ...] = ()
    languages: tuple[str, ...] = ()
    since: pd.Timestamp | None = None
    until: pd.Timestamp | None = None
    as_of: pd.Timestamp | None = None
    polarity_below: float | None = None
    polarity_above: float | None = None
    tenant: str = OWN

    def __post_init__(self) -> None:
        if self.as_of is not None and self.as_of.tzinfo is None:
            raise ValueError(f"as_of {self.as_of} has no zone; moments are UTC")
        if any(day is not None and day.tzinfo is not None for day in (self.since, self.until)):
            raise ValueError(f"since {self.since} and until {self.until} are days without a zone")
        if self.since is not None and self.until is not None and self.since > self.until:
            raise ValueError(f"since {self.since} lies after until {self.until}")


_TEXT = pa.string()
SCHEMA = pa.schema({
    Col.PASSAGE_ID: _TEXT, Col.KIND: _TEXT, Col.TEXT: _TEXT, Col.LANG: _TEXT,
    Col.PRODUCT_ID: _TEXT, Col.CATEGORY: _TEXT, Col.DAY: pa.date32(),
    Col.AVAILABLE_AT: pa.timestamp("us", tz="UTC"), Col.SOURCE_ID: _TEXT,
    Col.START: pa.int64(), Col.END: pa.int64(), Col.STARS: pa.float64(),
    Col.POLARITY: pa.float64(), Col.TENANT: _TEXT, Col.MENTIONS: pa.list_(_TEXT),
    Col.TEXT_HASH: _TEXT,
})  # fmt: skip
"""How passages are stored: a row a passage, the fields of ``Passage`` and the hash of the text."""


_FIELDS = tuple(field.name for field in fields(Passage))


class Passages:
    """Many passages as columns, so that hundreds of thousands fit where their texts fit."""

    def __init__(self, table: pa.Table) -> None:
        if not table.schema.equals(SCHEMA):
            raise DataError(
                f"passages have the columns {table.schema.names}; expected {SCHEMA.names}",
            )
        self.table = table

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> Passages:
        """Collect passages one by one; a ``Passages`` is returned as it is."""
        if isinstance(passages, Passages):
            return passages
        left = iter(passages)
        parts = [SCHEMA.empty_table()]
        while batch := list(islice(left, _BATCH)):
            rows = [
                {name: getattr(passage, name) for name in _FIELDS}
                | {Col.TEXT_HASH: text_hash(passage.text)}
                for passage in batch
            ]
            parts.append(pa.Table.from_pylist(rows, schema=SCHEMA))
        return cls(pa.concat_tables(parts).combine_chunks())

    @classmethod
    def joined(cls, parts: Sequence[Passages]) -> Passages:
        """Put several collections one after the other."""
        return cls(pa.concat_tables([SCHEMA.empty_table(), *(part.table for part in parts)]))

    def owned_by(self, tenant: str) -> Passages:
        """Give all these passages to a tenant."""
        place = SCHEMA.get_field_index(Col.TENANT)
        column = pa.array([tenant] * len(self), _TEXT)
        return Passages(self.table.set_column(place, SCHEMA.field(place), column))

    def texts(self) -> Iterator[str]:
        """Yield the texts in order, without a copy of them all."""
        for batch in self.table.select([Col.TEXT]).to_batches(max_chunksize=_BATCH):
            yield from batch[Col.TEXT].to_pylist()

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __getitem__(self, row: int) -> Passage:
        return _passage(self.table.slice(row, 1).to_pylist()[0])

    def __iter__(self) -> Iterator[Passage]:
        for batch in self.table.to_batches(max_chunksize=_BATCH):
            yield from map(_passage, batch.to_pylist())


def _passage(row: dict[str, Any]) -> Passage:
    del row[Col.TEXT_HASH]
    row[Col.KIND] = PassageKind(row[Col.KIND])
    row[Col.DAY] = pd.Timestamp(row[Col.DAY])
    row[Col.AVAILABLE_AT] = pd.Timestamp(row[Col.AVAILABLE_AT])
    row[Col.MENTIONS] = tuple(row[Col.MENTIONS] or ())
    return Passage(**row)
