"""Texts as they came, sealed: for who must see what was masked, while the key lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from signals.errors import DataError
from signals.frames import Col
from signals.history import rewrite_tables
from signals.sealing import key_id_of
from signals.tables import DOCUMENTS, RAW_TEXTS

if TYPE_CHECKING:
    import pandas as pd

    from signals.lake import Lake
    from signals.sealing import Keyring


def sealed_rows(documents: pd.DataFrame, originals: pd.Series[str], keyring: Keyring) -> pa.Table:
    """Seal the originals of documents.

    Parameters
    ----------
    documents
        Columns ``doc_id`` and ``text_hash``.
    originals
        Text of each as it came; null where what is stored says the same.
    """
    kept = documents.loc[originals.notna(), [Col.DOC_ID, Col.TEXT_HASH]]
    pairs = zip(originals.dropna(), kept[Col.DOC_ID], strict=True)
    sealed = [keyring.seal(text, doc_id) for text, doc_id in pairs]
    columns = {name: kept[name].tolist() for name in (Col.DOC_ID, Col.TEXT_HASH)}
    columns |= {Col.KEY_ID: [keyring.newest] * len(kept), Col.SEALED: sealed}
    return pa.table(columns, schema=RAW_TEXTS.schema)


def raw_text(lake: Lake, doc_id: str, keyring: Keyring) -> str:
    """Return a document as it came; where nothing was masked or cleaned, as it is stored.

    Raises
    ------
    DataError
        When there is no such document, its original was not kept, or its key is gone.
    """
    stored = lake.read(DOCUMENTS, where={Col.DOC_ID: doc_id}, columns=[Col.TEXT, Col.TEXT_HASH])
    if stored.empty:
        raise DataError(f"there is no document {doc_id!r}; citations and quotes name their ids")
    newest = {Col.DOC_ID: doc_id, Col.TEXT_HASH: stored[Col.TEXT_HASH].iloc[0]}
    found = lake.read(RAW_TEXTS, where=newest, columns=[Col.SEALED])
    if found.empty:
        return str(stored[Col.TEXT].iloc[0])
    return keyring.open(found[Col.SEALED].iloc[0], doc_id)


def seal_again(lake: Lake, keyring: Keyring) -> int:
    """Seal all raw texts with the newest key, in every version; returns how many were not yet.

    Raises
    ------
    DataError
        When a key that some were sealed with is not in the ring; nothing of that file is changed.
    """

    def cut(rows: pa.Table) -> tuple[pa.Table, int]:
        sealed, names = rows[Col.SEALED].to_pylist(), rows[Col.DOC_ID].to_pylist()
        old = [key_id_of(each) != keyring.newest for each in sealed]
        again = [
            keyring.seal(keyring.open(each, name), name) if is_old else each
            for each, name, is_old in zip(sealed, names, old, strict=True)
        ]
        columns = {name: rows[name] for name in rows.schema.names}
        columns[Col.SEALED] = pa.chunked_array([again], rows.schema.field(Col.SEALED).type)
        columns[Col.KEY_ID] = pa.chunked_array([[keyring.newest] * rows.num_rows], pa.string())
        return pa.table(columns, schema=rows.schema), sum(old)

    return rewrite_tables(lake.root, {RAW_TEXTS.name: cut})[RAW_TEXTS.name]


def drop_orphans(lake: Lake) -> int:
    """Take out, in every version, the raw texts of documents that are not in the lake."""
    if not (lake.root / RAW_TEXTS.name).exists():
        return 0
    known = pa.array(lake.read(DOCUMENTS, columns=[Col.DOC_ID])[Col.DOC_ID], pa.string())

    def cut(rows: pa.Table) -> tuple[pa.Table, int]:
        kept = rows.filter(pc.is_in(rows[Col.DOC_ID], value_set=known))
        return kept, rows.num_rows - kept.num_rows

    return rewrite_tables(lake.root, {RAW_TEXTS.name: cut})[RAW_TEXTS.name]
