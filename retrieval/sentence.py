"""Any sentence-transformers model in a folder as an encoder."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np
from sentence_transformers import SentenceTransformer

from signals import ModelError, sha256

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

_WEIGHTS = "*.safetensors"
_DESCRIPTIONS = "*.json"


class SentenceEncoder:
    """Encodes with a SentenceTransformer read from a folder; nothing is fetched.

    Parameters
    ----------
    folder
        As ``SentenceTransformer.save_pretrained`` writes it, weights as safetensors.
    query_prompt, passage_prompt
        Put before every question and passage; models of the e5 family want ``"query: "`` and
        ``"passage: "``. Part of ``encoder_id``.
    device
        Such as ``"cuda"``; None takes what torch finds.
    """

    def __init__(
        self,
        folder: Path,
        *,
        query_prompt: str = "",
        passage_prompt: str = "",
        device: str | None = None,
    ) -> None:
        check_safetensors(folder)
        try:
            self._model = SentenceTransformer(
                str(folder),
                device=device,
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"{folder} cannot be read by sentence-transformers: {error}",
            ) from error
        self._prompts = (query_prompt, passage_prompt)
        self.dim = int(self._model.get_embedding_dimension() or 0)
        self.encoder_id = f"sentence:{folder.name}:{fingerprint(folder, self._prompts)}"

    def encode_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return self._encode(texts, self._prompts[0])

    def encode_passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return self._encode(texts, self._prompts[1])

    def _encode(self, texts: Sequence[str], prompt: str) -> npt.NDArray[np.float32]:
        vectors = self._model.encode(
            [prompt + text for text in texts],
            prompt="",
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dim)


def check_safetensors(folder: Path) -> None:
    """Refuse a folder without weights that are only numbers."""
    if not any(folder.rglob(_WEIGHTS)):
        raise ModelError(
            f"{folder} holds no safetensors file; expected a sentence-transformers model saved "
            "as safetensors (other weight files can run code and are not read)",
        )


def fingerprint(folder: Path, prompts: tuple[str, ...] = ()) -> str:
    """Name the weights, their configuration and the prompts by their content."""
    files = sorted([*folder.rglob(_WEIGHTS), *folder.rglob(_DESCRIPTIONS)])
    content = {file.relative_to(folder).as_posix(): sha256(file) for file in files}
    text = json.dumps([content, prompts], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
