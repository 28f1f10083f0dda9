"""Texts that wait for a score: which they are, which documents hold them, and their words.

Of all documents only ids and hashes are held, packed; the texts themselves are read from the files
a few at a time. So memory does not grow with the length of what people write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from signals.frames import DOCUMENTS, SCORES, VECTORS, Col

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from signals.lake import Lake

_SCORED = f"SELECT {Col.DOC_ID}, {Col.TEXT_HASH} FROM {SCORES.name} WHERE {Col.MODEL_ID} = $model"
_DOCUMENTS = f"""
SELECT DISTINCT {Col.DOC_ID}, {Col.TEXT_HASH} FROM stored_{DOCUMENTS.name}
ANTI JOIN ({_SCORED}) USING ({Col.DOC_ID}, {Col.TEXT_HASH}) WHERE {Col.TEXT_HASH} IS NOT NULL
"""
_IN_ORDER = f"{_DOCUMENTS} ORDER BY {Col.TEXT_HASH}, {Col.DOC_ID}"
_KNOWN = f"""
WITH waiting AS ({_DOCUMENTS}), known AS (
    SELECT * EXCLUDE ({Col.DOC_ID}) FROM {SCORES.name} WHERE {Col.MODEL_ID} = $model
    AND {Col.TEXT_HASH} IN (SELECT {Col.TEXT_HASH} FROM waiting)
    QUALIFY row_number() OVER (PARTITION BY {Col.TEXT_HASH} ORDER BY {Col.DOC_ID}) = 1
)
SELECT * FROM waiting JOIN known USING ({Col.TEXT_HASH})
"""
_ENCODED = f"SELECT {Col.TEXT_HASH} FROM {VECTORS.name} WHERE {Col.MODEL_ID} = $model"


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
        found = lake.arrow(_IN_ORDER, parameters={"model": model_id})
        self._doc_ids, self._hashes = (
            found[name].combine_chunks() for name in (Col.DOC_ID, Col.TEXT_HASH)
        )
        self._width = pc.max(pc.binary_length(self._hashes)).as_py() or 1
        keys = self._keys(self._hashes)
        self._starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
        self._distinct = keys[self._starts]
        self._counts = np.diff(self._starts, append=len(keys))
        self._unread = np.ones(len(self), dtype=bool)
        self._encoded = np.zeros(len(self), dtype=bool)
        if encoder_id and len(self):
            encoded = lake.arrow(_ENCODED, parameters={"model": encoder_id})[Col.TEXT_HASH]
            places = self._places(encoded.combine_chunks())
            self._encoded[places[places >= 0]] = True

    def __len__(self) -> int:
        """Count the distinct texts."""
        return len(self._starts)

    def chunks(self, size: int) -> Iterator[Texts]:
        """Read every distinct text once, ``size`` of them at a time, as they lie in the files."""
        if not len(self):
            return
        places: list[npt.NDArray[np.int64]] = []
        texts: list[str] = []
        for batch in self._lake.scan(DOCUMENTS, [Col.TEXT_HASH, Col.TEXT]):
            found, rows = np.unique(self._places(batch[Col.TEXT_HASH]), return_index=True)
            fresh = (found >= 0) & self._unread[found]
            self._unread[found[fresh]] = False
            places.append(found[fresh])
            texts += batch[Col.TEXT].take(pa.array(rows[fresh])).to_pylist()
            while len(texts) >= size:
                joined = np.concatenate(places)
                yield Texts(joined[:size], texts[:size])
                places, texts = [joined[size:]], texts[size:]
        if texts:
            yield Texts(np.concatenate(places), texts)

    def hashes(self, places: npt.NDArray[np.int64]) -> pa.Array:
        """Look up the hashes of some texts."""
        return self._hashes.take(pa.array(self._starts[places]))

    def encoded(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Tell which texts have a vector already."""
        return self._encoded[places]

    def documents(self, places: npt.NDArray[np.int64]) -> tuple[pa.Array, npt.NDArray[np.int64]]:
        """List the documents that hold some texts: their ids, and the number of the text."""
        counts = self._counts[places]
        which = np.repeat(np.arange(len(places)), counts)
        within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self._doc_ids.take(pa.array(self._starts[places][which] + within)), which

    def _places(self, hashes: pa.Array) -> npt.NDArray[np.int64]:
        """Find hashes among those that wait; -1 for the others."""
        known_length = pc.less_equal(pc.binary_length(hashes), self._width)
        keys = self._keys(pc.if_else(pc.fill_null(known_length, False), hashes, ""))
        places = np.minimum(np.searchsorted(self._distinct, keys), len(self) - 1)
        return np.where(self._distinct[places] == keys, places, -1)

    def _keys(self, hashes: pa.Array) -> npt.NDArray[np.bytes_]:
        """Pack hashes as bytes of one length, which keep their order."""
        padded = pc.ascii_rpad(hashes, self._width).cast(pa.binary()).cast(pa.binary(self._width))
        kind = f"S{self._width}"
        return np.frombuffer(padded.buffers()[1], kind) if len(padded) else np.empty(0, kind)


def known_scores(lake: Lake, model_id: str) -> pa.Table:
    """Make the scores of documents that wait although the model has read their text elsewhere."""
    return lake.arrow(_KNOWN, parameters={"model": model_id})
