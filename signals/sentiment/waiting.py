"""Texts that wait for a score: which they are, which documents hold them, and their words.

Of all documents only ids and hashes are held, packed, and all tables are read a few rows at a time.
So memory grows by some hundred bytes a document and not with the length of what people write.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from signals.frames import Col
from signals.freed_memory import give_back_memory
from signals.tables import DOCUMENTS, SCORES, VECTORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from signals.lake import Lake
    from signals.tables import Table

_ID_DIGITS = 16
_ROWS = 50_000
_KNOWN_TEXTS = 10_000
_KNOWN = f"""
SELECT * EXCLUDE ({Col.DOC_ID}) FROM {SCORES.name}
WHERE {Col.MODEL_ID} = $model AND {Col.TEXT_HASH} IN (SELECT unnest($hashes))
QUALIFY row_number() OVER (PARTITION BY {Col.TEXT_HASH} ORDER BY {Col.DOC_ID}) = 1
ORDER BY {Col.TEXT_HASH}
"""


class Texts(NamedTuple):
    """Some distinct texts and their places among all that wait, equally long."""

    places: npt.NDArray[np.int64]
    texts: list[str]


class Waiting:
    """The documents that one model has not scored, by the hash of their text.

    Every stored version of a document counts, so that reading as of an earlier moment finds the
    score of what was said then.

    Parameters
    ----------
    model_id
        The model whose scores are missing.
    encoder_id
        The encoder whose vectors may be missing; empty where none are wanted.
    """

    def __init__(self, lake: Lake, model_id: str, encoder_id: str = "") -> None:
        self._lake = lake
        self._model_id = model_id
        texts, self._doc_ids = self._unscored()
        first = np.flatnonzero(np.append(True, texts[1:] != texts[:-1])[: len(texts)])
        self._distinct = texts[first]
        self._starts = np.append(first, len(texts))  # of the documents of each text, and the end
        del texts, first
        self._known = self._seen(SCORES, model_id)
        self._encoded = self._seen(VECTORS, encoder_id)
        self._unread = ~self._known
        give_back_memory()

    def __len__(self) -> int:
        """Count the distinct texts."""
        return len(self._distinct)

    @property
    def known_texts(self) -> int:
        """Count the texts that the model has read in other documents."""
        return int(self._known.sum())

    def known_scores(self) -> Iterator[pa.Table]:
        """Make the rows of ``scores`` for documents whose text the model has read elsewhere."""
        known = np.flatnonzero(self._known)
        for start in range(0, len(known), _KNOWN_TEXTS):
            places = known[start : start + _KNOWN_TEXTS]
            hashes = self.hashes(places).to_pylist()
            rows = self._lake.arrow(_KNOWN, parameters={"model": self._model_id, "hashes": hashes})
            doc_ids, which = self.documents(places)
            yield rows.take(pa.array(which)).append_column(Col.DOC_ID, doc_ids)

    def chunks(self, size: int) -> Iterator[Texts]:
        """Read every other distinct text once, ``size`` at a time, as they lie in the files."""
        missing = int(self._unread.sum())
        places: list[npt.NDArray[np.int64]] = []
        texts: list[str] = []
        for batch in self._lake.scan(DOCUMENTS, [Col.TEXT_HASH, Col.TEXT]) if missing else ():
            found, rows = np.unique(self._places(batch[Col.TEXT_HASH]), return_index=True)
            fresh = (found >= 0) & self._unread[found]
            self._unread[found[fresh]] = False
            places.append(found[fresh])
            texts += batch[Col.TEXT].take(pa.array(rows[fresh])).to_pylist()
            missing -= int(fresh.sum())
            while len(texts) >= size:
                joined = np.concatenate(places)
                yield Texts(joined[:size], texts[:size])
                places, texts = [joined[size:]], texts[size:]
            if not missing:
                break
        if texts:
            yield Texts(np.concatenate(places), texts)

    def hashes(self, places: npt.NDArray[np.int64]) -> pa.Array:
        """Look up the hashes of some texts."""
        return pa.array(self._distinct[places].tolist(), pa.binary()).cast(pa.string())

    def encoded(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Tell which texts have a vector already."""
        return self._encoded[places]

    def documents(self, places: npt.NDArray[np.int64]) -> tuple[pa.Array, npt.NDArray[np.int64]]:
        """List the documents that hold some texts: their ids, and the number of the text."""
        counts = self._starts[places + 1] - self._starts[places]
        which = np.repeat(np.arange(len(places)), counts)
        within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self._doc_ids.take(pa.array(self._starts[places][which] + within)), which

    def _unscored(self) -> tuple[npt.NDArray[np.bytes_], pa.Array]:
        """Collect hash and id of the documents without a score, in the order of the hashes."""
        pairs, ids = [np.empty(0, "S1")], [pa.array([], pa.string())]
        for batch in self._lake.scan(DOCUMENTS, [Col.DOC_ID, Col.TEXT_HASH]):
            told = batch.filter(pc.is_valid(batch[Col.TEXT_HASH]))
            pairs.append(_pairs(told))
            ids.append(told[Col.DOC_ID].cast(pa.string()))
        joined = np.concatenate(pairs)
        del pairs
        order = np.argsort(joined, kind="stable")
        joined = joined[order]
        wanted = np.append(True, joined[1:] != joined[:-1])[: len(joined)]
        for batch in self._lake.scan(SCORES, [Col.DOC_ID, Col.TEXT_HASH, Col.MODEL_ID]):
            scored = _pairs(batch.filter(pc.equal(batch[Col.MODEL_ID], self._model_id)))
            at = _find(joined, scored)
            wanted[at[at >= 0]] = False
        order, joined = order[wanted], joined[wanted]
        doc_ids = pa.concat_arrays(ids).take(pa.array(order))
        return _hashes(joined), doc_ids

    def _seen(self, table: Table, model_id: str) -> npt.NDArray[np.bool_]:
        """Tell of which of the texts that wait a table has rows of one model."""
        seen = np.zeros(len(self), dtype=bool)
        if model_id and len(self):
            for batch in self._lake.scan(table, [Col.TEXT_HASH, Col.MODEL_ID]):
                own = batch.filter(pc.equal(batch[Col.MODEL_ID], model_id))
                places = self._places(own[Col.TEXT_HASH])
                seen[places[places >= 0]] = True
        return seen

    def _places(self, hashes: pa.Array) -> npt.NDArray[np.int64]:
        """Find hashes among those that wait; -1 for the others."""
        return _find(self._distinct, np.array(hashes.cast(pa.binary()).to_pylist(), np.bytes_))


def _pairs(rows: pa.RecordBatch) -> npt.NDArray[np.bytes_]:
    """Pack the hash of each text with a digest of the id of its document, which ends it."""
    hashes, ids = (rows[name].to_pylist() for name in (Col.TEXT_HASH, Col.DOC_ID))
    pairs = [
        f"{text}\0{hashlib.sha256(doc.encode()).hexdigest()[:_ID_DIGITS]}".encode()
        for text, doc in zip(hashes, ids, strict=True)
    ]
    return np.array(pairs, np.bytes_)


def _hashes(pairs: npt.NDArray[np.bytes_]) -> npt.NDArray[np.bytes_]:
    """Take the hashes out of pairs, some at a time so that few are held as objects."""
    parts = [np.empty(0, np.bytes_)]
    for cut in range(0, len(pairs), _ROWS):
        part = pairs[cut : cut + _ROWS].tolist()
        parts.append(np.array([pair[: -_ID_DIGITS - 1] for pair in part], np.bytes_))
    return np.concatenate(parts)


def _find(ordered: npt.NDArray[np.bytes_], wanted: npt.NDArray[np.bytes_]) -> npt.NDArray[np.int64]:
    """Find the first place of each key among ordered ones; -1 where it is not there."""
    if not len(ordered) or not len(wanted):
        return np.full(len(wanted), -1)
    places = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return np.where(ordered[places] == wanted, places, -1)
