"""What reads question and passage together: the seam of a second, slower judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from retrieval.encoder import Encoder


class Reranker(Protocol):
    """Judges how well each text answers a question.

    Attributes
    ----------
    reranker_id
        Names the weights.
    """

    @property
    def reranker_id(self) -> str: ...

    def scores(self, query: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Give a number for each text, shape (texts,): the higher, the better it answers."""
        ...


def search_id(encoder: Encoder, reranker: Reranker | None) -> str:
    """Name the models that decide what a search finds."""
    if reranker is None:
        return encoder.encoder_id
    return f"{encoder.encoder_id} {reranker.reranker_id}"
