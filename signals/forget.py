"""An author and all they wrote out of the lake, out of every version of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from signals.author_key import author_key
from signals.clean import pseudonym, visible_text
from signals.errors import DataError
from signals.frames import Col
from signals.history import rewrite_tables, search_history
from signals.intake.gate import LONGEST_QUOTE
from signals.progress import Progress, silent
from signals.tables import ALERTS, DOCUMENTS, QUARANTINE, RAW_TEXTS, SCORES, VECTORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from signals.history import Cut
    from signals.lake import Lake

_ERASED: Final = "erased on request"


@dataclass(frozen=True, slots=True)
class Writings:
    """What an author wrote, as it is stored.

    Parameters
    ----------
    author
        The stand-in for the name.
    doc_ids
        Of all their documents, of every version.
    texts
        As they were stored, masked.
    own_hashes
        Of texts that nobody else wrote too.
    """

    name: str
    author: str
    doc_ids: frozenset[str]
    texts: frozenset[str]
    own_hashes: frozenset[str]


def find_writings(lake: Lake, name: str) -> Writings:
    """Find what an author wrote, in all versions of the documents.

    Parameters
    ----------
    name
        As it stands in the source.

    Raises
    ------
    DataError
        When the name is empty.
    """
    seen = visible_text(name)
    if not seen:
        raise DataError("the name of the author is empty; give it as it stands in the source")
    author = pseudonym(seen, author_key(lake.root))
    columns = [Col.AUTHOR, Col.DOC_ID, Col.TEXT, Col.TEXT_HASH]
    empty = DOCUMENTS.schema.empty_table().select(columns)
    files = sorted((lake.root / DOCUMENTS.name).glob("*.parquet"))
    rows = pa.concat_tables([empty, *(pq.read_table(file, columns=columns) for file in files)])
    theirs = _equal(rows[Col.AUTHOR], author)
    own, others = rows.filter(theirs), rows.filter(pc.invert(theirs))
    shared = set(others[Col.TEXT_HASH].unique().to_pylist())
    return Writings(
        name=seen,
        author=author,
        doc_ids=_texts(own[Col.DOC_ID]),
        texts=_texts(own[Col.TEXT]),
        own_hashes=_texts(own[Col.TEXT_HASH]) - shared,
    )


def search_lake(lake: Lake, writings: Writings) -> dict[str, int]:
    """Count what all versions of each table hold of an author."""
    return {table: search_history(lake.root / table, cut) for table, cut in _cuts(writings).items()}


def forget_in_lake(
    lake: Lake, writings: Writings, *, but: Iterable[str] = (), progress: Progress = silent
) -> dict[str, int]:
    """Take an author out of all versions of the tables.

    Documents and scores lose rows, and vectors those of texts that nobody else wrote; alerts lose
    quotes; quarantined rows stay, without what they quoted.

    Parameters
    ----------
    but
        Tables that are left alone.

    Returns
    -------
    dict
        Rows by table, over all versions.
    """
    cuts = {table: cut for table, cut in _cuts(writings).items() if table not in set(but)}
    return rewrite_tables(lake.root, cuts, progress)


def _cuts(writings: Writings) -> Mapping[str, Cut]:
    """Give for each table what belongs to an author; documents last, they tell what is theirs."""
    return {
        RAW_TEXTS.name: partial(_without, column=Col.DOC_ID, values=writings.doc_ids),
        SCORES.name: partial(_without, column=Col.DOC_ID, values=writings.doc_ids),
        VECTORS.name: partial(_without, column=Col.TEXT_HASH, values=writings.own_hashes),
        ALERTS.name: partial(_unquoted, writings=writings),
        QUARANTINE.name: partial(_silenced, writings=writings),
        DOCUMENTS.name: partial(_without, column=Col.AUTHOR, values=frozenset({writings.author})),
    }


def _without(rows: pa.Table, column: str, values: frozenset[str]) -> tuple[pa.Table, int]:
    theirs = pc.is_in(rows[column], value_set=pa.array(sorted(values), pa.string()))
    return rows.filter(pc.invert(theirs)), int(pc.sum(theirs).as_py() or 0)


def _unquoted(rows: pa.Table, writings: Writings) -> tuple[pa.Table, int]:
    """Take quotes out of alerts."""
    return _changed(rows, Col.QUOTES, lambda quotes: _other_quotes(quotes, writings.doc_ids))


def _other_quotes(quotes: str | None, doc_ids: frozenset[str]) -> str | None:
    if not quotes:
        return quotes
    told: list[dict[str, Any]] = json.loads(quotes)
    kept = [quote for quote in told if str(quote.get(Col.DOC_ID)) not in doc_ids]
    return quotes if len(kept) == len(told) else json.dumps(kept, ensure_ascii=False)


def _silenced(rows: pa.Table, writings: Writings) -> tuple[pa.Table, int]:
    """Take out what quarantined rows quoted of an author."""
    quoted = {text[:LONGEST_QUOTE] for text in writings.texts}
    theirs = {*quoted, *writings.doc_ids, writings.name, writings.author}
    return _changed(rows, Col.VALUE, lambda value: _ERASED if value in theirs else value)


def _changed(rows: pa.Table, column: str, change: Callable[[Any], Any]) -> tuple[pa.Table, int]:
    before = rows[column].to_pylist()
    after = [change(value) for value in before]
    count = sum(old != new for old, new in zip(before, after, strict=True))
    place = rows.schema.get_field_index(column)
    field = rows.schema.field(place)
    return rows.set_column(place, field, pa.array(after, field.type)), count


def _equal(column: pa.ChunkedArray, value: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.equal(column, value), fill_value=False)


def _texts(column: pa.ChunkedArray) -> frozenset[str]:
    return frozenset(column.drop_null().to_pylist())
