"""Any cross-encoder of sentence-transformers in a folder as a reranker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sentence_transformers import CrossEncoder
from torch import nn

from retrieval.sentence import check_safetensors, fingerprint
from signals import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

_LONGEST = 512  # tokens of question and passage together


class CrossEncoderReranker:
    """Reads question and passage in one go, as Nogueira and Cho (2019); nothing is fetched.

    Parameters
    ----------
    folder
        As ``CrossEncoder.save_pretrained`` writes it, weights as safetensors, one label.

    Raises
    ------
    ModelError
        When the folder holds no such model.
    """

    def __init__(self, folder: Path) -> None:
        check_safetensors(folder)
        try:
            self._model = CrossEncoder(
                str(folder),
                local_files_only=True,
                trust_remote_code=False,
                max_length=_LONGEST,
                model_kwargs={"use_safetensors": True},
                activation_fn=nn.Identity(),
            )
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"{folder} cannot be read by sentence-transformers as a cross-encoder: {error}",
            ) from error
        if self._model.num_labels != 1:
            raise ModelError(
                f"the cross-encoder in {folder} gives {self._model.num_labels} labels; expected "
                "one, how well a passage answers: take a model made for ranking",
            )
        self.reranker_id = f"cross-encoder:{folder.name}:{fingerprint(folder)}"

    def scores(self, query: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        pairs = [(query, text) for text in texts]
        found = self._model.predict(pairs, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(found, dtype=np.float32)
