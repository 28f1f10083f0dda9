"""Taking a batch back: its tables become what they were before it."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Final

from signals.batch import ABSENT
from signals.errors import DataError
from signals.frames import Col
from signals.raw_texts import drop_orphans
from signals.tables import BATCHES, FEEDS, QUARANTINE

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

    from signals.batch import Batch
    from signals.lake import Lake

VERSIONS: Final = "versions"
"""Note of a batch: version of the table before it and after it."""

_TABLES: Final = {table.name: table for table in FEEDS}

logger = logging.getLogger(__name__)


def undo_batch(lake: Lake, batch_id: str) -> dict[str, int]:
    """Take the rows of a batch out of the lake, all of them together or none.

    Its tables are set back to their Delta versions of before, so it must be the last that wrote to
    them. What was computed from the rows since stays until the next run.

    Returns
    -------
    dict
        Rows taken out, by table.

    Raises
    ------
    DataError
        When there is no such batch, a later one wrote to its tables, or it was stored before
        versions were noted.
    """
    with lake.batch() as batch:
        every = lake.read(BATCHES)
        rows = every[every[Col.BATCH_ID] == batch_id]
        if rows.empty:
            known = ", ".join(every[Col.BATCH_ID].unique()[-5:]) or "none"
            raise DataError(f"there is no batch {batch_id!r} to undo; known: {known}")
        others = every[every[Col.BATCH_ID] != batch_id].copy()
        restored: dict[str, tuple[int, int]] = {}
        for row in rows.to_dict("records"):
            before, after = _versions(row, batch, others)
            if before != after:
                batch.restore(_TABLES[row[Col.TABLE]], before)
                restored[row[Col.TABLE]] = before, batch.versions[row[Col.TABLE]]
        batch.remove(BATCHES, Col.BATCH_ID, batch_id)
        batch.remove(QUARANTINE, Col.BATCH_ID, batch_id)
        _note_again(batch, others, restored)
    drop_orphans(lake)
    new = rows[Col.KEPT] - rows[Col.ALREADY_KNOWN]
    taken = dict(zip(rows[Col.TABLE], new.astype(int).tolist(), strict=True))
    logger.info("batch %s was undone: %s", batch_id, taken)
    return taken


def _versions(row: dict[Hashable, Any], batch: Batch, others: pd.DataFrame) -> tuple[int, int]:
    """Give the versions of a table around a batch that nothing came after."""
    name = str(row[Col.TABLE])
    noted = json.loads(str(row[Col.NOTES])).get(VERSIONS)
    if noted is None:
        raise DataError(
            f"batch {row[Col.BATCH_ID]} was stored by a version of Groundswell that did not note "
            "how to take it back; bring its data into a new --home without it"
        )
    before, after = noted
    if before != after and batch.versions.get(name, ABSENT) != after:
        same = others[others[Col.TABLE] == name]
        later = same[same[Col.RECORDED_AT] >= row[Col.RECORDED_AT]][Col.BATCH_ID]
        named = ", ".join(later.unique()) or "another command"
        raise DataError(
            f"{name} was written to after batch {row[Col.BATCH_ID]}, by {named}; undo that first"
        )
    return before, after


def _note_again(
    batch: Batch, others: pd.DataFrame, restored: Mapping[str, tuple[int, int]]
) -> None:
    """Note the new version that holds what an earlier batch left, so that it can be undone next."""
    moved = set()
    for place, row in others.iterrows():
        notes = json.loads(row[Col.NOTES])
        before, now = restored.get(row[Col.TABLE], (None, None))
        if before is not None and notes.get(VERSIONS, [None, None])[1] == before:
            notes[VERSIONS][1] = now
            others.loc[place, Col.NOTES] = json.dumps(notes, ensure_ascii=False, sort_keys=True)
            moved.add(row[Col.BATCH_ID])
    for name in sorted(moved):
        batch.remove(BATCHES, Col.BATCH_ID, name)
        batch.add(BATCHES, others[others[Col.BATCH_ID] == name])
