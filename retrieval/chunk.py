"""Documents to passages: a long text is cut at sentence ends, and every piece keeps its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from retrieval.mentions import mentioned_series
from retrieval.passage import OWN, SCHEMA, PassageKind, Passages
from signals import DOCUMENTS, PRODUCTS, SCORES, Col, text_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from signals import Lake

LONGEST = 600
"""Characters a passage may have: about 150 tokens of English or Portuguese."""
LONGEST_CJK = 300
"""The same where most characters are Chinese: about 200 tokens. Encoders read 256 or more."""
_FIRST_CJK = "\u2e80"

# a full stop ends a sentence where white space follows, so 3.5 and v2.1 stay whole
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’)\]]*(?=\s)|[。！？；]+[”’」』）]*|\n+")
_UNKNOWN_LANGUAGE = "und"
_PAUSE = re.compile(r"[,;:，、：]|\s")
_COLUMNS = [
    Col.DOC_ID, Col.KIND, Col.PRODUCT_ID, Col.LANG, Col.TEXT, Col.TEXT_HASH, Col.STARS,
    Col.EVENT_TIME, Col.AVAILABLE_AT,
]  # fmt: skip
_NAMED = [Col.PRODUCT_ID, Col.NAME, Col.CATEGORY, Col.BRAND, Col.ATTRIBUTES]


class Span(NamedTuple):
    """A stretch of a text, in characters."""

    start: int
    end: int


def cut(text: str, longest: int | None = None) -> list[Span]:
    """Cut a text into pieces of whole sentences.

    A sentence that is longer than a piece may be is cut at its last pause that fits, and where it
    has none, after ``longest`` characters. Nothing but white space is left out.

    Parameters
    ----------
    longest
        Characters of a piece; None takes what suits the script of the text.

    Returns
    -------
    list of Span
        In order, without overlap; the whole text where it fits, nothing for a blank text.

    Examples
    --------
    >>> text = "It broke. The shop was kind! 不错。会再来。"
    >>> [text[span.start : span.end] for span in cut(text, longest=20)]
    ['It broke.', 'The shop was kind!', '不错。会再来。']
    """
    if not text.strip():
        return []
    longest = longest or _longest(text)
    if len(text) <= longest:
        return [Span(0, len(text))]
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    spans = []
    start = 0
    while start < len(text):
        end = _piece_end(text, start, longest, ends)
        piece = text[start:end]
        if piece.strip():
            left = len(piece) - len(piece.lstrip())
            spans.append(Span(start + left, start + len(piece.rstrip())))
        start = end
    return spans


def _longest(text: str) -> int:
    if len(text) <= LONGEST_CJK:
        return LONGEST
    wide = sum(character >= _FIRST_CJK for character in text)
    return LONGEST_CJK if 2 * wide > len(text) else LONGEST


def _piece_end(text: str, start: int, longest: int, ends: Sequence[int]) -> int:
    limit = start + longest
    if limit >= len(text):
        return len(text)
    place = bisect_right(ends, limit)
    if place and ends[place - 1] > start:
        return ends[place - 1]
    pauses = [match.end() for match in _PAUSE.finditer(text, start, limit)]
    return pauses[-1] if pauses else limit


def document_passages(lake: Lake, *, as_of: pd.Timestamp, model_id: str | None) -> Passages:
    """Turn every document known at a moment into passages.

    Where a document names no product, the products that its text mentions are noted.

    Parameters
    ----------
    model_id
        Sentiment model whose polarity the passages carry; None gives passages without polarity.
    """
    documents = lake.read(DOCUMENTS, as_of=as_of, columns=_COLUMNS)
    products = lake.read(PRODUCTS, as_of=as_of, columns=_NAMED)
    category = products.set_index(Col.PRODUCT_ID)[Col.CATEGORY]
    documents[Col.CATEGORY] = documents[Col.PRODUCT_ID].map(category)
    documents[Col.MENTIONS] = mentioned_series(documents, products)
    documents[Col.POLARITY] = _polarity(lake, documents, model_id)
    return _cut_all(documents)


def _polarity(lake: Lake, documents: pd.DataFrame, model_id: str | None) -> pd.Series[float]:
    """Look up the polarity of each document; a restated text waits for a score of its own."""
    keys = [Col.DOC_ID, Col.TEXT_HASH]
    scores = lake.read(SCORES, where={Col.MODEL_ID: model_id or ""}, columns=[*keys, Col.POLARITY])
    return documents[keys].merge(scores, on=keys, how="left")[Col.POLARITY]


def _cut_all(documents: pd.DataFrame) -> Passages:
    rows: list[int] = []
    ids: list[str] = []
    texts: list[str] = []
    hashes: list[str] = []
    spans: list[Span] = []
    documents_in_order = zip(
        documents[Col.DOC_ID], documents[Col.TEXT], documents[Col.TEXT_HASH], strict=True
    )
    for row, (doc_id, text, whole_hash) in enumerate(documents_in_order):
        for span in cut(text):
            piece = text[span.start : span.end]
            is_whole = len(piece) == len(text)
            rows.append(row)
            ids.append(doc_id if is_whole else f"{doc_id}#{span.start}")
            texts.append(piece)
            hashes.append(whole_hash if is_whole else text_hash(piece))
            spans.append(span)
    found = documents.iloc[rows]
    written = found[Col.EVENT_TIME].dt.tz_convert("UTC").dt.tz_localize(None).dt.normalize()
    columns = {
        Col.PASSAGE_ID: ids,
        Col.KIND: found[Col.KIND].fillna(PassageKind.REVIEW),
        Col.TEXT: texts,
        Col.LANG: found[Col.LANG].fillna(_UNKNOWN_LANGUAGE),
        Col.PRODUCT_ID: found[Col.PRODUCT_ID],
        Col.CATEGORY: found[Col.CATEGORY],
        Col.DAY: written,
        Col.AVAILABLE_AT: found[Col.AVAILABLE_AT],
        Col.SOURCE_ID: found[Col.DOC_ID],
        Col.START: [span.start for span in spans],
        Col.END: [span.end for span in spans],
        Col.STARS: found[Col.STARS],
        Col.POLARITY: found[Col.POLARITY],
        Col.TENANT: [OWN] * len(found),
        Col.MENTIONS: found[Col.MENTIONS].tolist(),
        Col.TEXT_HASH: hashes,
    }
    return Passages(pa.table(columns, schema=SCHEMA))
