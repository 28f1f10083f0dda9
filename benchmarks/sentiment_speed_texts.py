"""Texts of mixed length in English, Chinese and Portuguese, put together from the demo shop's.

The sentences of one text were all written to say the same: good, bad, or neither.
"""

from __future__ import annotations

from math import log

import pandas as pd
import pyarrow as pa
from numpy.random import Generator, default_rng

from signals import DOCUMENTS, Col, Lake, build_demo_world, text_hash

LANGUAGES = ("en", "zh", "pt")
MOODS = (-1, 0, 1)
WORDS = (5, 250)
MEDIAN, SPREAD = 47, 0.75
"""Of the log-normal number of words."""
HAN_PER_WORD = 1.7
ROWS = 50_000


def mixed_texts(count: int, seed: int = 0) -> list[str]:
    """Draw texts of 5 to 250 words, log-normal, the languages in turns."""
    rng = default_rng(seed)
    pools = _sentences()
    words = rng.lognormal(log(MEDIAN), SPREAD, count)
    texts = []
    for place, wanted in enumerate(words.clip(*WORDS)):
        lang = LANGUAGES[place % len(LANGUAGES)]
        mood = MOODS[int(rng.integers(len(MOODS)))]
        texts.append(_text(pools[lang, mood], lang, int(wanted), rng))
    return texts


def fill_lake(lake: Lake, count: int, seed: int = 0) -> None:
    """Put ``count`` documents with short texts into a lake, no two alike."""
    rng = default_rng(seed)
    pools = _sentences()
    moment = pa.scalar(
        pd.Timestamp("2025-01-01", tz="UTC"), DOCUMENTS.schema.field(Col.EVENT_TIME).type
    )
    for first in range(0, count, ROWS):
        places = range(first, min(first + ROWS, count))
        texts = []
        for place in places:
            mood = MOODS[int(rng.integers(len(MOODS)))]
            pool = pools[LANGUAGES[place % len(LANGUAGES)], mood]
            texts.append(f"{pool[int(rng.integers(len(pool)))]} (#{place})")
        moments = pa.repeat(moment, len(texts))
        rows = pa.table(
            {
                Col.DOC_ID: [f"doc-{place}" for place in places],
                Col.KIND: pa.repeat("review", len(texts)),
                Col.TEXT: texts,
                Col.TEXT_HASH: [text_hash(text) for text in texts],
                Col.EVENT_TIME: moments,
                Col.AVAILABLE_AT: moments,
            }
        )
        with lake.batch() as batch:
            batch.add(DOCUMENTS, rows)


def _sentences() -> dict[tuple[str, int], list[str]]:
    """Group what the demo shop's customers write by language and by what was meant."""
    world = build_demo_world()
    meant = world.truth.documents[[Col.DOC_ID, Col.POLARITY]]
    said = world.documents.drop_duplicates(Col.TEXT).merge(meant, on=Col.DOC_ID)
    return {
        (lang, mood): said.loc[
            (said[Col.LANG] == lang) & (said[Col.POLARITY] == mood), Col.TEXT
        ].tolist()
        for lang in LANGUAGES
        for mood in MOODS
    }


def _text(pool: list[str], lang: str, words: int, rng: Generator) -> str:
    """Join sentences until there are so many words, then cut."""
    parts: list[str] = []
    longest = round(words * HAN_PER_WORD)
    while sum(map(len, parts)) < longest if lang == "zh" else len(parts) < words:
        sentence = pool[int(rng.integers(len(pool)))]
        parts += [sentence] if lang == "zh" else sentence.split()
    return "".join(parts)[:longest] if lang == "zh" else " ".join(parts[:words])
