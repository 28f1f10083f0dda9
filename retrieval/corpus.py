"""Everything an answer can cite, as known at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.cards import alert_cards, run_cards
from retrieval.chunk import document_passages
from retrieval.passage import Passages

if TYPE_CHECKING:
    import pandas as pd

    from signals import Lake


def lake_passages(
    lake: Lake, *, run_id: str | None, as_of: pd.Timestamp, model_id: str | None
) -> Passages:
    """Collect documents, cards of one run and cards of alerts.

    Parameters
    ----------
    run_id
        None leaves the cards of runs out.
    model_id
        Sentiment model whose polarity the documents carry; None leaves them without.
    """
    parts = [
        document_passages(lake, as_of=as_of, model_id=model_id),
        alert_cards(lake, as_of=as_of),
    ]
    if run_id is not None:
        parts.append(run_cards(lake, run_id=run_id, as_of=as_of))
    return Passages.joined(parts)
