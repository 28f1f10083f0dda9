"""Every document gets its score once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from signals import (
    SCORES,
    VECTORS,
    Col,
    Lake,
    LexiconScorer,
    Scored,
    score_documents,
    text_hash,
)
from tests.signals.sentiment.said import documents, fill


class CountingScorer:
    """Calls long texts good, remembers what it was asked, and may die on the way."""

    model_id = "counting-1"
    encoder_id = "lengths-1"

    def __init__(self, dies_after: int | None = None) -> None:
        self.read: list[str] = []
        self._dies_after = dies_after

    def score(self, texts: Sequence[str]) -> Scored:
        if self._dies_after is not None and len(self.read) >= self._dies_after:
            raise KeyboardInterrupt
        self.read.extend(texts)
        good = np.array([min(len(text), 10) / 10 for text in texts], dtype=np.float32)
        chances = np.stack([1 - good, np.zeros_like(good), good], axis=1)
        vectors = np.stack([good, np.sqrt(1 - good**2)], axis=1).astype(np.float32)
        return Scored(chances, vectors)


def test_every_document_gets_a_score_and_every_distinct_text_is_read_once(lake: Lake) -> None:
    fill(lake, documents(["good", "bad", "good", "fine", "bad"]))
    scorer = CountingScorer()

    scored = score_documents(lake, scorer)

    assert scored == 5
    assert sorted(scorer.read) == ["bad", "fine", "good"]
    scores = lake.read(SCORES).set_index(Col.DOC_ID)
    assert len(scores) == 5
    assert scores.loc["d0000", Col.POLARITY] == scores.loc["d0002", Col.POLARITY]
    assert scores.loc["d0000", Col.POLARITY] == pytest.approx(2 * 0.4 - 1)
    assert len(lake.read(VECTORS)) == 3


def test_scoring_again_reads_nothing(lake: Lake) -> None:
    fill(lake, documents(["good", "bad"]))
    score_documents(lake, CountingScorer())
    again = CountingScorer()

    scored = score_documents(lake, again)

    assert scored == 0
    assert again.read == []


def test_a_new_document_with_a_known_text_is_scored_without_reading_it(lake: Lake) -> None:
    fill(lake, documents(["good", "bad"]))
    score_documents(lake, CountingScorer())
    fill(lake, documents(["good", "bad", "bad", "new"]))
    again = CountingScorer()

    scored = score_documents(lake, again)

    assert scored == 2
    assert again.read == ["new"]
    polarity = lake.read(SCORES).set_index(Col.DOC_ID)[Col.POLARITY]
    assert polarity["d0002"] == polarity["d0001"]


def test_work_that_died_goes_on_where_it_was(lake: Lake) -> None:
    fill(lake, documents([f"text {i}" for i in range(25)]))
    dying = CountingScorer(dies_after=20)

    with pytest.raises(KeyboardInterrupt):
        score_documents(lake, dying, chunk=10)
    resumed = CountingScorer()
    scored = score_documents(lake, resumed, chunk=10)

    assert len(lake.read(SCORES)) == 25
    assert scored == 5
    assert set(resumed.read).isdisjoint(dying.read)


def test_models_do_not_share_scores(lake: Lake) -> None:
    fill(lake, documents(["great", "awful"]))
    score_documents(lake, CountingScorer())

    scored = score_documents(lake, LexiconScorer())

    assert scored == 2
    scores = lake.read(SCORES, where={Col.MODEL_ID: LexiconScorer.model_id})
    assert scores[Col.POLARITY].tolist() == [0.5, -0.5]


def restated(texts: Sequence[str]) -> pd.DataFrame:
    """One document, said anew each month from March on."""
    said = documents(texts)
    months = pd.date_range("2025-03-01", periods=len(texts), freq="MS", tz="UTC")
    return said.assign(**{Col.DOC_ID: "d0000", Col.AVAILABLE_AT: months})


def test_a_restated_document_gets_a_score_for_its_new_text(lake: Lake) -> None:
    fill(lake, restated(["good, very good"]))
    score_documents(lake, CountingScorer())
    fill(lake, restated(["good, very good", "bad"]))
    again = CountingScorer()

    scored = score_documents(lake, again)

    assert scored == 1
    assert again.read == ["bad"]
    scores = lake.read(SCORES).set_index(Col.TEXT_HASH)[Col.POLARITY]
    assert scores[text_hash("good, very good")] == 1.0
    assert scores[text_hash("bad")] == pytest.approx(-0.4)


def test_every_version_of_a_document_is_scored_though_all_came_at_once(lake: Lake) -> None:
    fill(lake, restated(["good, very good", "bad", "good, very good"]))
    scorer = CountingScorer()

    assert score_documents(lake, scorer) == 2
    assert sorted(scorer.read) == ["bad", "good, very good"]
    assert score_documents(lake, scorer) == 0


def test_documents_without_a_hash_get_one(lake: Lake) -> None:
    fill(lake, documents(["good", "good"]).assign(**{Col.TEXT_HASH: [None, text_hash("good")]}))
    scorer = CountingScorer()

    score_documents(lake, scorer)

    assert scorer.read == ["good"]
    assert len(set(lake.read(SCORES)[Col.TEXT_HASH])) == 1


def test_progress_ends_at_the_number_of_distinct_texts(lake: Lake) -> None:
    fill(lake, documents(["a", "b", "a", "c"]))
    seen: list[tuple[str, int, int]] = []

    score_documents(lake, CountingScorer(), progress=lambda *step: seen.append(step), chunk=2)

    assert [done for _, done, _ in seen] == [0, 2, 3]
    assert {total for _, _, total in seen} == {3}


def test_an_empty_lake_has_nothing_to_score(lake: Lake) -> None:
    assert score_documents(lake, CountingScorer()) == 0


def test_scored_refuses_shapes_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match=r"expected \(texts, 3\)"):
        Scored(np.zeros((2, 2), dtype=np.float32))
    with pytest.raises(ValueError, match="1 vectors for 2 texts"):
        Scored(np.zeros((2, 3), dtype=np.float32), np.zeros((1, 4), dtype=np.float32))
    with pytest.raises(ValueError, match=r"aspects have shape \(2, 3\); expected \(2, 13, 3\)"):
        Scored(np.zeros((2, 3), np.float32), aspects=np.zeros((2, 3), np.float32))


def test_an_aspect_is_mentioned_from_half_a_chance_on_and_judged_within_that_chance() -> None:
    aspects = np.zeros((3, 13, 3), dtype=np.float32)
    aspects[0, 1] = 0.4, 0.1, 0.1
    aspects[0, 3] = 0.25, 0.125, 0.0  # too unlikely
    aspects[2, 11] = 0.0, 0.0, 0.5

    mentions = Scored(np.full((3, 3), 1 / 3, np.float32), aspects=aspects).mentions()

    assert mentions is not None
    assert mentions.to_pylist() == [
        [{"aspect": "price", "polarity": pytest.approx(-0.5)}],
        [],
        [{"aspect": "taste", "polarity": 1.0}],
    ]


def test_scores_carry_the_aspects_or_none_where_the_scorer_knows_none(lake: Lake) -> None:
    text = "The battery is awful, but delivery was great. It has a screen."
    fill(lake, documents([text, "Nothing to say", text]))

    score_documents(lake, CountingScorer())
    score_documents(lake, LexiconScorer())

    counted = lake.read(SCORES, where={Col.MODEL_ID: CountingScorer.model_id})
    assert counted[Col.ASPECTS].isna().all()
    worded = lake.read(SCORES, where={Col.MODEL_ID: LexiconScorer.model_id})[Col.ASPECTS]
    assert list(worded[1]) == []
    assert list(worded[0]) == list(worded[2])
    assert {entry["aspect"]: np.sign(entry["polarity"]) for entry in worded[0]} == {
        "delivery": 1, "battery": -1, "screen": 0,
    }  # fmt: skip
