"""What was said about products in a span of days, as far as it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from signals.errors import NotReady
from signals.frames import Col
from signals.mood import COUNTED_DOCUMENTS
from signals.tables import SCORES, VECTORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd

    from signals.lake import Lake

NEGATIVE = "negative"
POSITIVE = "positive"

_SAID = f"""{COUNTED_DOCUMENTS.format(grain="week")}
SELECT c.doc_id, c.product_id, c.text_hash, c.available_at::DATE AS day, c.polarity,
       c.negative = 1 AS negative, (s.p_pos > s.p_neg AND s.p_pos >= s.p_neu) AS positive,
       s.aspects, d.lang, d.text
FROM counted c JOIN documents d ON d.doc_id = c.doc_id
JOIN scores s ON s.doc_id = c.doc_id AND s.text_hash = c.text_hash AND s.model_id = $model_id
WHERE c.available_at::DATE >= $start AND ($everything OR list_contains($products, c.product_id))
ORDER BY c.available_at, c.doc_id
"""
_OF_ASPECT = f"""{COUNTED_DOCUMENTS.format(grain="week")}, said AS (
    SELECT product_id, unnest(aspects) AS told FROM counted WHERE available_at::DATE >= $start
)
SELECT product_id, count(*) AS documents, sum((told.polarity < 0)::INT) AS negative,
       count(told.polarity) AS toned, sum(told.polarity) AS polarity
FROM said WHERE told.aspect = $aspect GROUP BY product_id ORDER BY product_id
"""
_MOST_USED = (
    "SELECT model_id FROM {table} GROUP BY model_id ORDER BY count(*) DESC, model_id LIMIT 1"
)


def read_said(
    lake: Lake,
    *,
    days: tuple[pd.Timestamp, pd.Timestamp],
    as_of: pd.Timestamp,
    model_id: str,
    products: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Read the scored documents that count, in the order they became known.

    One text counts once a product and week, one author three times.

    Parameters
    ----------
    days
        First day, and the day after the last.
    as_of
        Only documents available by this moment.
    products
        None reads those about any product or none.

    Returns
    -------
    pandas.DataFrame
        One row a document: doc_id, product_id, text_hash, day, polarity, whether it is negative or
        positive (neutral when neither), aspects (None where the model knows none), lang, text.
    """
    return lake.sql(
        _SAID,
        as_of=as_of,
        parameters={
            "model_id": model_id, "start": days[0].date(), "end": days[1].date(),
            "everything": products is None, "products": list(products or []),
        },
    )  # fmt: skip


def count_aspect(
    lake: Lake,
    aspect: str,
    *,
    days: tuple[pd.Timestamp, pd.Timestamp],
    as_of: pd.Timestamp,
    model_id: str,
) -> pd.DataFrame:
    """Count the documents that mention an aspect, by product; parameters as in ``read_said``.

    Returns
    -------
    pandas.DataFrame
        One row a product (or null, where a document names none): product_id, documents, how many
        speak against it, how many have a polarity (toned), and the sum of these.
    """
    return lake.sql(
        _OF_ASPECT,
        as_of=as_of,
        parameters={
            "aspect": aspect, "model_id": model_id, "start": days[0].date(), "end": days[1].date(),
        },
    )  # fmt: skip


def scored_by(lake: Lake) -> str:
    """Name the sentiment model with most scores.

    Raises
    ------
    NotReady
        When no text has a score.
    """
    found = lake.sql(_MOST_USED.format(table=SCORES.name))
    if found.empty:
        raise NotReady("no text has a sentiment score yet; run: groundswell run")
    return str(found[Col.MODEL_ID].iloc[0])


def read_vectors(lake: Lake, hashes: Sequence[str]) -> npt.NDArray[np.float32] | None:
    """Read the stored vectors of texts.

    Returns
    -------
    numpy.ndarray or None
        Shape (hashes, width), rows of NaN where a text has no vector; None where none has.
    """
    encoder = lake.sql(_MOST_USED.format(table=VECTORS.name))
    if encoder.empty:
        return None
    where = {Col.TEXT_HASH: sorted(set(hashes)), Col.MODEL_ID: encoder[Col.MODEL_ID].iloc[0]}
    stored = lake.read(VECTORS, where=where).set_index(Col.TEXT_HASH)[Col.VECTOR]
    if stored.empty:
        return None
    vectors = np.full((len(hashes), len(stored.iloc[0])), np.nan, dtype=np.float32)
    for row, text_hash in enumerate(hashes):
        if text_hash in stored.index:
            vectors[row] = stored[text_hash]
    return vectors
