"""An index on disk: the same hits after a restart, no damage unnoticed, no text encoded twice."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from retrieval import HashingEncoder, IndexAbout, IndexKind, build_index, lake_vectors, open_index
from retrieval.draft_vectors import DraftVectors
from signals import VECTORS, DataError, Lake, ModelError, NotReady, read_manifest, text_hash

TEXTS = ["battery dead", "fast delivery", "nice colour", "电池不耐用", "entrega rápida"]


class CountingEncoder(HashingEncoder):
    """Remembers which passages it was asked to encode."""

    def __init__(self, dim: int = 512) -> None:
        super().__init__(dim)
        self.asked: list[str] = []

    def encode_passages(self, texts):
        self.asked += texts
        return super().encode_passages(texts)

    def encode_queries(self, texts):
        return super().encode_passages(texts)


@pytest.fixture(params=list(IndexKind))
def about(request):
    return IndexAbout(request.param, lake_versions={"documents": 3})


@pytest.fixture
def passages(make_passage):
    return [make_passage(f"d{i}", text) for i, text in enumerate(TEXTS)]


def files_of(version):
    return sorted(file for file in version.iterdir() if file.name != "manifest.json")


def flip_a_bit(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


def test_a_reopened_index_gives_the_same_hits(tmp_path, passages, about):
    built = build_index(passages, HashingEncoder(), tmp_path, about=about)

    reopened = open_index(tmp_path, HashingEncoder())

    for question in ("is the battery dead", "物流 电池", "entrega"):
        assert reopened.search(question) == built.search(question) != []


def test_the_manifest_names_encoder_and_lake_versions(tmp_path, passages, about):
    build_index(passages, HashingEncoder(), tmp_path, about=about)

    manifest = read_manifest(tmp_path / "v0001")

    assert manifest["encoder_id"] == "hashing-512-v1"
    assert manifest["lake_versions"] == {"documents": 3}
    assert manifest["passages"] == len(TEXTS)


@pytest.mark.parametrize("place", range(7))
def test_a_flipped_bit_is_refused_and_the_version_before_serves(
    tmp_path, passages, about, place, caplog
):
    build_index(passages[:3], HashingEncoder(), tmp_path, about=about)
    build_index(passages, HashingEncoder(), tmp_path, about=about)
    flip_a_bit(files_of(tmp_path / "v0002")[place])

    with caplog.at_level(logging.WARNING):
        served = open_index(tmp_path, HashingEncoder())

    assert len(served) == 3
    assert "differs from its sha256" in caplog.text


def test_when_every_version_is_damaged_it_says_so_and_can_be_built_anew(tmp_path, passages, about):
    build_index(passages, HashingEncoder(), tmp_path, about=about)
    flip_a_bit(files_of(tmp_path / "v0001")[0])

    with pytest.raises(ModelError, match=r"every version in .* is damaged"):
        open_index(tmp_path, HashingEncoder())

    assert len(build_index(passages, HashingEncoder(), tmp_path, about=about)) == len(TEXTS)


def test_vectors_of_another_encoder_are_refused(tmp_path, passages, about):
    build_index(passages, HashingEncoder(512), tmp_path, about=about)

    with pytest.raises(ModelError, match=r"built with encoder 'hashing-512-v1'.* run: groundswell"):
        open_index(tmp_path, HashingEncoder(256))


def test_before_the_first_build_it_says_what_to_run(tmp_path):
    with pytest.raises(NotReady, match="run: groundswell run"):
        open_index(tmp_path / "index", HashingEncoder())


def test_only_new_texts_are_encoded(tmp_path, passages, make_passage, about):
    build_index(passages[:4], HashingEncoder(), tmp_path, about=about)
    encoder = CountingEncoder()

    retriever = build_index(
        [*passages[1:], make_passage("copy", TEXTS[4])], encoder, tmp_path, about=about
    )

    assert encoder.asked == [TEXTS[4]]
    assert [hit.passage.passage_id for hit in retriever.search("fast delivery", k=1)] == ["d1"]
    assert retriever.passage("d0") is None


def test_another_encoder_encodes_everything_again(tmp_path, passages, about):
    build_index(passages, HashingEncoder(), tmp_path, about=about)
    encoder = CountingEncoder(256)

    build_index(passages, encoder, tmp_path, about=about)

    assert sorted(encoder.asked) == sorted(TEXTS)


def test_vectors_in_the_lake_are_not_computed_again(tmp_path, passages, about):
    encoder = CountingEncoder()
    lake = Lake(tmp_path / "lake")
    known = TEXTS[:3]
    vectors = pd.DataFrame(
        {
            "text_hash": [text_hash(text) for text in known],
            "model_id": encoder.encoder_id,
            "vector": list(HashingEncoder().encode_passages(known)),
        }
    )
    with lake.batch() as batch:
        batch.add(VECTORS, vectors)

    retriever = build_index(
        passages,
        encoder,
        tmp_path / "index",
        known_vectors=lake_vectors(lake, encoder.encoder_id),
        about=about,
    )

    assert sorted(encoder.asked) == sorted(TEXTS[3:])
    expected = HashingEncoder().encode_passages(TEXTS)
    np.testing.assert_allclose(retriever.index.vectors(np.arange(5)), expected, atol=1e-6)


def test_lake_vectors_of_a_wrong_length_are_refused(tmp_path, passages, about):
    def wrong(hashes):
        return pd.DataFrame(
            {"text_hash": hashes, "vector": [np.zeros(7, np.float32)] * len(hashes)}
        )

    with pytest.raises(ModelError, match="vectors of length 512"):
        build_index(passages, HashingEncoder(), tmp_path, known_vectors=wrong, about=about)


def test_two_passages_with_one_id_are_refused(tmp_path, make_passage, about):
    twice = [make_passage("same", "one text"), make_passage("same", "another")]

    with pytest.raises(DataError, match=r"1 passage_id\(s\) occur more than once.*'same'"):
        build_index(twice, HashingEncoder(), tmp_path, about=about)


def test_an_empty_shop_has_an_index_that_finds_nothing(tmp_path, about):
    assert build_index([], HashingEncoder(), tmp_path, about=about).search("battery") == []


def test_many_passages_fill_the_index_in_order(tmp_path, make_passage, about):
    count = 40_000
    texts = [f"text {i % 300}" for i in range(count)]
    encoder = CountingEncoder(16)
    steps: list[tuple[int, int]] = []
    passages = (make_passage(f"d{i}", text) for i, text in enumerate(texts))

    retriever = build_index(
        passages, encoder, tmp_path, about=about,
        progress=lambda _step, done, total: steps.append((done, total)),
    )  # fmt: skip

    assert len(encoder.asked) == 300
    picked = np.array([0, 299, 32_767, 32_768, 39_999])
    expected = HashingEncoder(16).encode_passages([texts[i] for i in picked])
    np.testing.assert_allclose(retriever.index.vectors(picked), expected, atol=1e-6)
    assert steps[0] == (0, count)
    assert steps[-1] == (count, count)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_a_build_that_was_killed_encodes_only_the_rest(tmp_path, make_passage, about):
    texts = [f"text number {i}" for i in range(3000)]
    (tmp_path / "texts.txt").write_text("\n".join(texts), encoding="utf-8")
    script = Path(__file__).with_name("dying_build.py")
    arguments = [str(script), str(tmp_path / "texts.txt"), str(tmp_path / "index"), "2500"]
    died = subprocess.run([sys.executable, *arguments], check=False, stderr=subprocess.PIPE)
    assert died.returncode == -signal.SIGKILL, died.stderr
    encoder = CountingEncoder(16)

    retriever = build_index(
        [make_passage(text, text) for text in texts], encoder, tmp_path / "index", about=about
    )

    assert len(encoder.asked) == 3000 - 2 * 1024
    found = retriever.index.vectors(np.arange(3000))
    np.testing.assert_allclose(found, HashingEncoder(16).encode_passages(texts), atol=1e-6)
    assert not (tmp_path / "index" / "encoded").exists()


def test_drafts_of_another_encoder_and_damaged_ones_are_left_alone(tmp_path):
    hashes = [str(i) for i in range(2048)]
    draft = DraftVectors(tmp_path, "one")
    draft.add(hashes[:1024], np.ones((1024, 4), np.float32))
    draft.add(hashes[1024:], np.ones((1024, 4), np.float32))
    flip_a_bit(tmp_path / "v0002" / "vectors.npy")

    assert len(DraftVectors(tmp_path, "one").find(hashes)) == 1024
    assert DraftVectors(tmp_path, "two").find(hashes).empty
