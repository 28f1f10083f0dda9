"""Everything an answer can cite, as known at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.cards import alert_cards, run_cards
from retrieval.chunk import document_passages
from retrieval.passage import OWN, Passages
from retrieval.product_cards import product_cards
from retrieval.revision_cards import revision_cards

if TYPE_CHECKING:
    import pandas as pd

    from signals import Lake


def lake_passages(
    lake: Lake,
    *,
    run_id: str | None,
    as_of: pd.Timestamp,
    model_id: str | None,
    tenant: str = OWN,
) -> Passages:
    """Collect documents, and cards of products, of alerts, and of one run beside the one before.

    Parameters
    ----------
    run_id
        None leaves the cards of runs out.
    model_id
        Sentiment model whose polarity the documents carry; None leaves them without.
    tenant
        Whose lake it is.
    """
    parts = [
        document_passages(lake, as_of=as_of, model_id=model_id),
        product_cards(lake, as_of=as_of),
        alert_cards(lake, as_of=as_of),
    ]
    if run_id is not None:
        parts.append(run_cards(lake, run_id=run_id, as_of=as_of))
        parts.append(revision_cards(lake, run_id=run_id, as_of=as_of))
    return Passages.joined(parts).owned_by(tenant)
