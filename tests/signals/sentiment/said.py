"""Documents in a lake, for tests that score them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from signals import DOCUMENTS, Col, text_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals import Lake


def documents(texts: Sequence[str], first: int = 0) -> pd.DataFrame:
    """Give each text an id, counted from ``first``."""
    moment = pd.Timestamp("2025-03-01", tz="UTC")
    return pd.DataFrame(
        {
            Col.DOC_ID: [f"d{i:04}" for i in range(first, first + len(texts))],
            Col.TEXT: list(texts),
            Col.TEXT_HASH: [text_hash(text) for text in texts],
            Col.EVENT_TIME: moment,
            Col.AVAILABLE_AT: moment,
        }
    )


def fill(lake: Lake, frame: pd.DataFrame) -> None:
    with lake.batch() as batch:
        batch.add(DOCUMENTS, frame)
