"""A small shop's passages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from retrieval import Passage, PassageKind

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def make_passage() -> Callable[..., Passage]:
    """Build a passage; its day decides when it could be known unless told otherwise."""

    def make(passage_id: str, text: str, day: str = "2025-03-01", **fields: Any) -> Passage:
        return Passage(
            **{
                "passage_id": passage_id,
                "kind": PassageKind.REVIEW,
                "text": text,
                "lang": "en",
                "product_id": "P1",
                "category": "Shoes",
                "day": pd.Timestamp(day),
                "available_at": pd.Timestamp(day, tz="UTC"),
                "source_id": passage_id,
                "start": 0,
                "end": len(text),
                **fields,
            }
        )

    return make
