"""Scores of texts as they are written: cleaned, flagged, each distinct one read once."""

from __future__ import annotations

import hashlib
import json
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa

from signals.frames import Col
from signals.language import detect_language
from signals.sentiment.flags import Flag, flags_of, is_readable, text_to_read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from signals.sentiment.scoring import Scored, Scorer

REMEMBERED: Final = 100_000
"""Distinct texts whose scores are kept at hand; some 40 MB."""
FLAGS: Final = "flags"

_DECIMALS: Final = 6
_NUMBER, _TEXT = pa.float64(), pa.string()
ADDED: Final = pa.schema(
    [
        (Col.P_NEG, _NUMBER), (Col.P_NEU, _NUMBER), (Col.P_POS, _NUMBER), (Col.POLARITY, _NUMBER),
        (Col.LANG, _TEXT), (Col.ASPECTS, _TEXT), (FLAGS, _TEXT), (Col.MODEL_ID, _TEXT),
    ]
)  # fmt: skip
"""Columns beside a text: chances, polarity, language, aspects as JSON, flags joined by ``;``."""


class TextScore(NamedTuple):
    """One text's row of ``ADDED``; all None but flags and model where nothing could be read."""

    p_neg: float | None
    p_neu: float | None
    p_pos: float | None
    polarity: float | None
    lang: str | None
    aspects: str | None
    flags: str
    model_id: str


class TextReader:
    """Scores texts of any kind, and remembers the last ones.

    Parameters
    ----------
    scorer
        What reads the cleaned texts.
    lang
        Language of all texts; None tells it text by text.
    """

    def __init__(self, scorer: Scorer, lang: str | None = None) -> None:
        self._scorer = scorer
        self._lang = lang
        self._known: dict[bytes, TextScore] = {}

    def read(self, written: Sequence[str | None]) -> list[TextScore]:
        """Score texts in the order given; any text gets a score with flags, or flags alone."""
        keys = [_key(text) for text in written]
        texts = dict(zip(keys, written, strict=True))
        self._learn({key: text or "" for key, text in texts.items() if key not in self._known})
        scores = [self._known[key] for key in keys]
        for key in list(islice(self._known, max(0, len(self._known) - REMEMBERED))):
            del self._known[key]
        return scores

    def _learn(self, written: Mapping[bytes, str]) -> None:
        """Score texts not met before; those that are the same once cleaned are read once."""
        cleaned = {key: text_to_read(text) for key, text in written.items()}
        places: dict[str, int] = {}
        for text in cleaned.values():
            if is_readable(text):
                places.setdefault(text, len(places))
        rows = _rows(self._scorer.score(list(places))) if places else []
        for key, text in cleaned.items():
            place = places.get(text)
            lang = self._lang or detect_language(text)
            flags = ";".join(flags_of(written[key], text, lang))
            self._known[key] = (
                TextScore(None, None, None, None, None, None, flags, self._scorer.model_id)
                if place is None
                else TextScore(*rows[place][:4], lang, rows[place][4], flags, self._scorer.model_id)
            )


def as_batch(scores: Sequence[TextScore], names: pa.Schema) -> pa.RecordBatch:
    """Put scores in columns; ``names`` is ``ADDED``, its columns perhaps renamed."""
    columns = zip(*scores, strict=True) if scores else [() for _ in names]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, names, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=names)


def is_flagged(score: TextScore, flag: Flag) -> bool:
    """Tell whether a score carries a flag."""
    return flag in score.flags.split(";")


def _key(text: str | None) -> bytes:
    written = (text or "").encode("utf-8", "surrogatepass")
    return hashlib.blake2b(written, digest_size=16).digest()


def _rows(scored: Scored) -> list[tuple[float, float, float, float, str | None]]:
    """Turn scores into cells: chances, polarity, aspects as JSON or None."""
    chances = np.round(scored.probabilities.astype(np.float64), _DECIMALS)
    polarity = np.round(chances[:, 2] - chances[:, 0], _DECIMALS)
    mentions = scored.mentions()
    aspects = [None] * len(chances) if mentions is None else map(_as_json, mentions.to_pylist())
    return [
        (*row, towards, named)
        for row, towards, named in zip(chances.tolist(), polarity.tolist(), aspects, strict=True)
    ]


def _as_json(mentioned: list[dict[str, float | str]]) -> str:
    return json.dumps({m[Col.ASPECT]: round(float(m[Col.POLARITY]), 2) for m in mentioned})
