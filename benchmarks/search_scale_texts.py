"""Passages by the million, and an encoder that needs no network for them.

Each text is three sentences that customers of one product of the demo shop wrote. The sentences are
few and encoded with e5; e5 averages the tokens of a text, so the mean of its sentences' vectors,
weighed by their length, stands in for the vector of the text. How near it comes is measured.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from retrieval import OWN, PassageKind, Passages
from retrieval.passage import SCHEMA
from signals import Col, build_demo_world, text_hash
from signals.sentiment.e5 import load_e5

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

LONGEST: Final = 3
"""Sentences of a text."""
KEPT: Final = 64
"""Sentences kept of a product."""
FIRST_DAY: Final = pd.Timestamp("2024-01-01")
DAYS: Final = 730
ROWS: Final = 50_000
_BETWEEN: Final = "\n"
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_FILE, _VECTORS = "sentences.json", "sentences.npy"


class Said(NamedTuple):
    """A sentence about a product."""

    product_id: str
    lang: str
    sentence: str
    name: str


class StandIn:
    """Encodes passages by the vectors of their sentences, and questions with e5 itself."""

    encoder_id = "stand-in"

    def __init__(self, folder: Path) -> None:
        self.shelf = read_shelf(folder)
        self.asked = 0
        self._table = np.load(folder / _VECTORS)
        written = [said.sentence for said in self.shelf]
        self._table *= np.array([len(sentence) for sentence in written])[:, None]
        self._row_of = {sentence: row for row, sentence in enumerate(written)}
        self._e5 = load_e5()
        self.dim = self._table.shape[1]

    def encode_passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Average the vectors of the sentences."""
        self.asked += len(texts)
        rows = [[self._row_of[part] for part in text.split(_BETWEEN)] for text in texts]
        sums = self._table[np.array(rows, dtype=np.int64)].sum(axis=1)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        return (sums / lengths).astype(np.float32)

    def encode_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Encode with e5."""
        return self._e5.encode_queries(texts)

    def likeness(self, texts: Sequence[str]) -> float:
        """Average the cosine of what stands in and of what e5 makes of the whole texts."""
        real = self._e5.encode_passages([text.replace(_BETWEEN, " ") for text in texts])
        return float((real * self.encode_passages(texts)).sum(axis=1).mean())


def write_shelf(folder: Path, seed: int = 0) -> None:
    """Write down and encode what the demo shop's customers say."""
    world = build_demo_world()
    said = world.documents[[Col.PRODUCT_ID, Col.LANG, Col.TEXT]]
    said = said.assign(**{Col.TEXT: said[Col.TEXT].str.split(_SENTENCE_END)}).explode(Col.TEXT)
    said = said[said[Col.TEXT].str.len() > 0].drop_duplicates(Col.TEXT)
    said = said.sample(frac=1.0, random_state=seed).groupby(Col.PRODUCT_ID).head(KEPT)
    said = said.sort_values(Col.PRODUCT_ID, kind="stable")
    called = world.products.set_index(Col.PRODUCT_ID)[Col.NAME]
    said[Col.NAME] = said[Col.PRODUCT_ID].map(called)
    (folder / _FILE).write_text(json.dumps(said.to_numpy().tolist()), encoding="utf-8")
    np.save(folder / _VECTORS, load_e5().encode_passages(said[Col.TEXT].tolist()))


def read_shelf(folder: Path) -> list[Said]:
    """Read what ``write_shelf`` wrote."""
    return [Said(*row) for row in json.loads((folder / _FILE).read_text(encoding="utf-8"))]


def made_passages(shelf: Sequence[Said], count: int, seed: int = 0) -> Passages:
    """Compose passages of two years; some are said twice, as in a shop."""
    rng = np.random.default_rng(seed)
    products = np.array([said.product_id for said in shelf])
    first = np.flatnonzero(np.r_[True, products[1:] != products[:-1]])
    held = np.diff(np.r_[first, len(products)])
    parts = []
    for start in range(0, count, ROWS):
        size = min(ROWS, count - start)
        product = rng.integers(len(first), size=size)
        drawn = rng.integers(0, held[product][:, None], size=(size, LONGEST))
        parts.append(_table(shelf, drawn + first[product][:, None], start, rng))
    return Passages(pa.concat_tables(parts).combine_chunks())


def _table(
    shelf: Sequence[Said],
    rows: npt.NDArray[np.int64],
    start: int,
    rng: np.random.Generator,
) -> pa.Table:
    texts = [_BETWEEN.join(shelf[row].sentence for row in each) for each in rows.tolist()]
    size = len(texts)
    ids = [f"R{number:07d}" for number in range(start, start + size)]
    days = FIRST_DAY + pd.to_timedelta(rng.integers(DAYS, size=size), unit="D")
    columns = {
        Col.PASSAGE_ID: ids, Col.KIND: [PassageKind.REVIEW.value] * size, Col.TEXT: texts,
        Col.LANG: [shelf[row].lang for row in rows[:, 0].tolist()],
        Col.PRODUCT_ID: [shelf[row].product_id for row in rows[:, 0].tolist()],
        Col.DAY: days, Col.AVAILABLE_AT: days.tz_localize("UTC"), Col.SOURCE_ID: ids,
        Col.START: np.zeros(size, dtype=np.int64), Col.END: [len(text) for text in texts],
        Col.POLARITY: rng.uniform(-1, 1, size), Col.TENANT: [OWN] * size,
        Col.TEXT_HASH: [text_hash(text) for text in texts],
    }  # fmt: skip
    made = {name: columns.get(name, pa.nulls(size)) for name in SCHEMA.names}
    return pa.table(made, schema=SCHEMA)
