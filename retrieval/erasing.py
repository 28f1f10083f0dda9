"""Documents out of the search index and all that is kept of it."""

from __future__ import annotations

import logging
import shutil
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retrieval.index_about import IndexAbout
from retrieval.passage import Passages
from retrieval.store import DRAFT, PASSAGES, build_index, open_index
from signals import Col, ModelError, NotReady, current, silent

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from retrieval.encoder import Encoder
    from signals import Progress

logger = logging.getLogger(__name__)


def passages_of(folder: Path, doc_ids: Collection[str]) -> int:
    """Count the passages of documents in all versions of an index."""
    return sum(
        int(pc.sum(_of(pq.read_table(file, columns=[Col.SOURCE_ID]), doc_ids)).as_py() or 0)
        for file in folder.glob(f"v*/{PASSAGES}")
    )


def erase_passages(
    folder: Path, encoder: Encoder, doc_ids: Collection[str], progress: Progress = silent
) -> int:
    """Build the index anew without some documents, and remove all earlier versions.

    Nothing is encoded: the vectors of the others are known. Where no version can be opened, all are
    removed, and the next run builds one.

    Returns
    -------
    int
        Passages of the documents, over all versions that there were.
    """
    found = passages_of(folder, doc_ids)
    shutil.rmtree(folder / DRAFT, ignore_errors=True)
    if not found:
        return 0
    try:
        before = open_index(folder, encoder)
    except (NotReady, ModelError) as error:
        logger.warning("the index is removed, it cannot be opened: %s", error)
        shutil.rmtree(folder)
        return found
    table = before.passages.table
    kept = Passages(table.filter(pc.invert(_of(table, doc_ids))))
    about = before.about or IndexAbout()
    build_index(kept, encoder, folder, about=about, progress=progress)
    newest = current(folder)
    for version in folder.glob("v*"):
        if version != newest:
            shutil.rmtree(version)
    return found


def _of(table: pa.Table, doc_ids: Collection[str]) -> pa.ChunkedArray:
    return pc.is_in(table[Col.SOURCE_ID], value_set=pa.array(sorted(doc_ids), pa.string()))
