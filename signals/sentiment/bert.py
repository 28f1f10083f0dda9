"""Sentiment by BERT: the lower layers of e5 as they are, the top layers and a head tuned here.

One pass through the lower layers serves two ends: the tuned top gives the sentiment, the original
top gives the vector by which retrieval finds the text.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import pandas as pd
import torch

from signals.artefacts import read_manifest, standing
from signals.aspects import ASPECTS
from signals.errors import ModelError
from signals.freed_memory import give_back_memory
from signals.language import detect_language
from signals.sentiment.clauses import clauses
from signals.sentiment.confusion import confusion_in
from signals.sentiment.e5 import Prefix
from signals.sentiment.layers import run_layers, unit_vectors
from signals.sentiment.network import CLASSES, SentimentNetwork
from signals.sentiment.scoring import MENTIONED, Scored
from signals.sentiment.tuned_file import TUNED_FILE, load_tuned_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from signals.sentiment.e5 import E5
    from signals.sentiment.layers import TokenBatch
    from signals.sentiment.network import AspectReading

PACKAGED: Final = Path(__file__).with_name("weights")
"""The tuned part that ships with the package."""

_LONGEST_PARTED: Final = 200
_Numbers: TypeAlias = "npt.NDArray[np.float32]"

logger = logging.getLogger(__name__)


class BertScorer:
    """Scores texts with the tuned model.

    Parameters
    ----------
    e5
        The encoder whose lower layers it shares.
    folder
        A tuned part with its manifest; None takes the one that ships with the package.
    with_vectors, with_aspects
        Whether to return retrieval vectors and aspects from the same pass.

    Raises
    ------
    ModelError
        When the files are missing, or differ from their manifest.
    """

    def __init__(
        self,
        e5: E5,
        folder: Path | None = None,
        *,
        with_vectors: bool = True,
        with_aspects: bool = True,
    ) -> None:
        folder = PACKAGED if folder is None else folder
        folder = _standing(folder)
        self.about = read_manifest(folder)
        tuned = int(self.about["layers"])
        self._e5 = e5
        self._shared = e5.depth - tuned
        self._temperatures: dict[str, float] = self.about["temperatures"]
        self._phrase_shares: dict[str, float] = self.about.get("phrase_shares", {})
        self._aspect_temperature: float = self.about["aspect_temperature"]
        self._network = SentimentNetwork(e5, tuned, int(self.about["aspect_layers"]))
        state, self._phrases = load_tuned_parts(folder / TUNED_FILE)
        self._network.load_state_dict(state)
        del state
        self._network.to(e5.device, getattr(torch, e5.precision)).eval().requires_grad_(False)
        give_back_memory()
        self._rest = e5.section(self._shared, e5.depth) if with_vectors else None
        self._with_aspects = with_aspects
        self.model_id = _model_id(self.about, e5.encoder_id)
        self.encoder_id = e5.encoder_id if with_vectors else ""
        last = self.about.get("cut_off_day")
        self.cut_off_day = None if last is None else pd.Timestamp(last)
        self.confusion = confusion_in(self.about)

    @torch.inference_mode()
    def score(self, texts: Sequence[str]) -> Scored:
        """Score texts in the order given."""
        chances = np.empty((len(texts), CLASSES), dtype=np.float32)
        aspects = _no_aspects(len(texts)) if self._with_aspects else None
        vectors = None
        if self._rest is not None:
            vectors = np.empty((len(texts), self._e5.dim), dtype=np.float32)
        tokens = self._e5.tokens(texts, Prefix.PASSAGE)
        langs = [detect_language(text) for text in texts]
        temperatures, beside = self._temperatures_of(langs), self._beside(tokens, langs)
        for batch in self._e5.trunk(tokens, self._shared):
            if aspects is None:
                logits = self._network.judge_texts(batch.hidden, batch.mask)  # (B, 3)
            else:
                reading = self._network(batch.hidden, batch.mask)
                logits = reading.sentiment
                aspects[batch.rows] = self._aspects(reading.aspects)
            logits = logits.cpu() / temperatures[batch.rows] + beside[batch.rows]
            chances[batch.rows] = logits.softmax(-1).numpy()
            if self._rest is not None and vectors is not None:
                hidden = run_layers(self._rest, batch.hidden, batch.mask)
                vectors[batch.rows] = unit_vectors(hidden, batch.mask)
        if aspects is not None:
            self._part_aspects(texts, aspects)
        return Scored(chances, vectors, aspects)

    def _part_aspects(self, texts: Sequence[str], aspects: _Numbers) -> None:
        """Judge each of several aspects by the clause that speaks of it most, in place.

        Read as a whole, a text that praises one thing and blames another blurs the two. Long texts
        stay as they are: to read their many clauses would cost several times the text.
        """
        several = np.flatnonzero((aspects.sum(2) >= MENTIONED).sum(1) > 1).tolist()
        parts = {row: clauses(texts[row]) for row in several if len(texts[row]) <= _LONGEST_PARTED}
        parts = {row: cut for row, cut in parts.items() if len(cut) > 1}
        if not parts:
            return
        cuts = [clause for cut in parts.values() for clause in cut]
        read = _no_aspects(len(cuts))
        for batch in self._trunk(cuts):
            found = self._network.find_aspects(batch.hidden, batch.mask)
            read[batch.rows] = self._aspects(found)
        start = 0
        for row, cut in parts.items():
            own = read[start : start + len(cut)]  # (clauses, aspects, 3)
            start += len(cut)
            told = own[own.sum(2).argmax(0), np.arange(len(ASPECTS))]  # (aspects, 3)
            share = told / told.sum(1, keepdims=True)
            aspects[row] = share * aspects[row].sum(1, keepdims=True)

    @torch.inference_mode()
    def judge_terms(
        self, texts: Sequence[str], spans: Sequence[tuple[int, int]]
    ) -> npt.NDArray[np.float32]:
        """Say how each text judges the term at its stretch of characters (start, stop).

        Returns
        -------
        numpy.ndarray
            Shape (texts, 3), float32: negative, neutral, positive; a term beyond what the encoder
            reads gets equal chances.
        """
        chances = np.full((len(texts), CLASSES), 1 / CLASSES, dtype=np.float32)
        places = [self._e5.locate(text, [span])[0] for text, span in zip(texts, spans, strict=True)]
        for batch in self._trunk(texts):
            states = self._network.find_aspects(batch.hidden, batch.mask).states
            inside = [
                (place, *places[row])
                for place, row in enumerate(batch.rows)
                if 0 <= places[row][0] < places[row][1] <= states.shape[1]
            ]
            if inside:
                found = torch.tensor(inside, device=states.device)
                judged = self._judged(self._network.judge_spans(states, found))
                chances[batch.rows[found[:, 0].cpu().numpy()]] = judged.cpu().numpy()
        return chances

    def _trunk(self, texts: Sequence[str]) -> Iterator[TokenBatch]:
        return self._e5.trunk(self._e5.tokens(texts, Prefix.PASSAGE), self._shared)

    def _aspects(self, found: AspectReading) -> _Numbers:
        """Turn logits into chances, shape (B, aspects, 3), as ``Scored`` has them."""
        mentions = found.mentions.sigmoid().unsqueeze(-1)  # (B, aspects, 1)
        chances: _Numbers = (mentions * self._judged(found.polarities)).cpu().numpy()
        return chances

    def _judged(self, logits: torch.Tensor) -> torch.Tensor:
        return (logits / self._aspect_temperature).softmax(-1)

    def _beside(self, tokens: Sequence[Sequence[int]], langs: Sequence[str]) -> torch.Tensor:
        """Read what runs of tokens add to the logits, as far as they count; shape (texts, 3)."""
        shares = torch.tensor([self._phrase_shares.get(lang, 0.0) for lang in langs])
        if self._phrases is None or not shares.any():
            return torch.zeros(len(tokens), CLASSES)
        return shares.unsqueeze(1) * torch.from_numpy(self._phrases.logits(tokens))

    def _temperatures_of(self, langs: Sequence[str]) -> torch.Tensor:
        """Look up how far to trust the logits in each text's language; shape (texts, 1)."""
        usual = float(np.mean(list(self._temperatures.values())))
        found = [self._temperatures.get(lang, usual) for lang in langs]
        return torch.tensor(found, dtype=torch.float32).reshape(-1, 1)


def _no_aspects(texts: int) -> _Numbers:
    return np.zeros((texts, len(ASPECTS), CLASSES), dtype=np.float32)


def _standing(folder: Path) -> Path:
    try:
        return standing(folder)
    except ModelError as error:
        raise ModelError(
            f"the sentiment model cannot be used: {error}; install groundswell again, or train "
            "one: groundswell sentiment train --help"
        ) from error


def _model_id(about: Mapping[str, Any], encoder_id: str) -> str:
    """Name the scores by the content of the tuned part, and by the base when it is another one."""
    name = f"sentiment@{about['files'][TUNED_FILE]['sha256'][:12]}"
    if about["encoder_id"] == encoder_id:
        return name
    logger.warning("the sentiment model was tuned on %s, not %s", about["encoder_id"], encoder_id)
    return f"{name}+{encoder_id}"
