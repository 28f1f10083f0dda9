"""Only what waits is read, in pieces, whatever else the lake holds and whoever kills the reader."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

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
from signals.sentiment.waiting import Waiting
from tests.signals.sentiment.said import documents, fill

CHUNK = 20


class EncodingScorer(LexiconScorer):
    """Gives vectors too, and may be interrupted by other work after the first texts."""

    encoder_id = "lengths"

    def __init__(self, model_id: str = "encoding", *, meanwhile: object = None) -> None:
        self.model_id = model_id
        self._meanwhile = meanwhile

    def score(self, texts: Sequence[str]) -> Scored:
        scored = super().score(texts)
        if callable(self._meanwhile):
            self._meanwhile()
            self._meanwhile = None
        lengths = np.array([[len(text)] for text in texts], np.float32)
        return Scored(scored.probabilities, lengths, scored.aspects)


def test_texts_come_in_pieces_of_the_size_asked_for_each_once(lake: Lake) -> None:
    fill(lake, documents(["a", "b", "a", "c"]))
    fill(lake, documents(["d", "b", "e"], first=4))
    waiting = Waiting(lake, "m")

    chunks = list(waiting.chunks(2))

    assert len(waiting) == 5
    assert [len(texts) for _, texts in chunks] == [2, 2, 1]
    assert sorted(text for _, texts in chunks for text in texts) == list("abcde")
    for places, texts in chunks:
        assert waiting.hashes(places).to_pylist() == [text_hash(text) for text in texts]


def test_every_document_of_a_text_is_found(lake: Lake) -> None:
    fill(lake, documents(["a", "b", "a", "c", "a"]))
    waiting = Waiting(lake, "m")
    ((places, texts),) = waiting.chunks(10)

    ids, which = waiting.documents(places)

    found = {(doc_id, texts[row]) for doc_id, row in zip(ids.to_pylist(), which, strict=True)}
    assert found == {
        ("d0000", "a"), ("d0001", "b"), ("d0002", "a"), ("d0003", "c"), ("d0004", "a"),
    }  # fmt: skip


def test_hashes_of_any_length_are_told_apart(lake: Lake) -> None:
    hashes = ["h", "h1", "h11", "h2", ""]
    fill(lake, documents(list("abcde")).assign(**{Col.TEXT_HASH: hashes}))

    score_documents(lake, LexiconScorer(), chunk=2)

    scores = lake.read(SCORES)
    assert sorted(scores[Col.TEXT_HASH]) == sorted(hashes)
    assert len(scores) == 5


def test_nothing_waits_in_an_empty_lake(lake: Lake) -> None:
    waiting = Waiting(lake, "m", "e")

    assert len(waiting) == 0
    assert list(waiting.chunks(5)) == []


def test_a_vector_that_another_model_left_is_not_written_again(lake: Lake) -> None:
    fill(lake, documents(["a", "bb"]))
    score_documents(lake, EncodingScorer("one"))
    fill(lake, documents(["ccc"], first=2))

    score_documents(lake, EncodingScorer("two"), chunk=1)

    assert len(lake.read(SCORES)) == 5
    assert sorted(vector[0] for vector in lake.read(VECTORS)[Col.VECTOR]) == [1, 2, 3]


def test_two_that_score_at_once_write_nothing_twice(lake: Lake) -> None:
    fill(lake, documents([f"text {i}" for i in range(30)]))
    other = EncodingScorer()
    scorer = EncodingScorer(meanwhile=lambda: score_documents(lake, other, chunk=7))

    score_documents(lake, scorer, chunk=7)

    assert len(lake.read(SCORES)) == 30
    assert len(lake.read(VECTORS)) == 30


SCORE = """
import sys
from pathlib import Path
from signals import Lake, LexiconScorer, score_documents

class Telling(LexiconScorer):
    def score(self, texts):
        with Path(sys.argv[2]).open("a", encoding="utf-8") as told:
            told.writelines(text + "\\n" for text in texts)
        return super().score(texts)

score_documents(Lake(Path(sys.argv[1])), Telling(), chunk=int(sys.argv[3]))
"""


def test_a_process_killed_twice_scores_nothing_twice(lake: Lake, tmp_path: Path) -> None:
    texts = [f"good text number {i}" for i in range(400)]
    fill(lake, documents([*texts, *texts[:50]]))
    told = tmp_path / "told.txt"
    told.touch()
    command = [sys.executable, "-c", SCORE, str(lake.root), str(told), str(CHUNK)]

    for enough in (60, 200):
        child = subprocess.Popen(command, cwd=Path(__file__).parents[3])
        while len(told.read_text(encoding="utf-8").split("\n")) <= enough:
            assert child.poll() is None
            time.sleep(0.005)
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    assert 0 < len(lake.read(SCORES)) < 450
    subprocess.run(command, cwd=Path(__file__).parents[3], check=True)

    rows = lake.sql("SELECT doc_id, text_hash FROM scores")
    assert len(rows) == 450
    assert not rows.duplicated().any()
    read = Counter(told.read_text(encoding="utf-8").splitlines())
    assert set(read) == set(texts)
    assert sum(read.values()) <= 400 + 2 * CHUNK  # what was on its way when the process died
