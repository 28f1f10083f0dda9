"""The sentiment model reads three languages, and refuses to work with damaged weights."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from signals import DOCUMENTS, SCORES, VECTORS, Col, Lake, ModelError, score_documents
from signals.sentiment.bert import PACKAGED, BertScorer
from signals.sentiment.e5 import E5, Precision, load_e5
from signals.sentiment.network import SentimentNetwork
from signals.tuning.training_plan import TrainingPlan
from signals.tuning.tuned_model import TunedModel, save_tuned

if TYPE_CHECKING:
    from pathlib import Path

GOOD = [
    "Absolutely love it, works better than I expected.",
    "Customer service was friendly and quick!",
    "质量非常好，穿着舒服，下次还会买",
    "物流很快，包装完好，满意",
    "Produto excelente, chegou antes do prazo, recomendo",
    "Gostei muito, ótima qualidade",
]
BAD = [
    "Broke after two days and nobody answers my emails.",
    "It does not charge at all. Waste of money.",
    "收到就是坏的，客服也不理人，太失望了",
    "衣服掉色严重，味道刺鼻",
    "Não recebi o produto e ninguém responde",
    "Veio com defeito, péssima qualidade",
]


@pytest.fixture(scope="module")
def e5() -> E5:
    return load_e5(precision=Precision.FLOAT32)


@pytest.fixture(scope="module")
def scorer(e5: E5) -> BertScorer:
    return BertScorer(e5)


@pytest.mark.model
def test_praise_and_complaints_are_told_apart_in_three_languages(scorer: BertScorer) -> None:
    good, bad = scorer.score(GOOD).polarity, scorer.score(BAD).polarity

    assert good.min() > 0.5
    assert bad.max() < -0.5


@pytest.mark.model
def test_each_of_two_aspects_gets_its_own_judgement(scorer: BertScorer) -> None:
    texts = [
        "The battery died after two hours but the screen is gorgeous",
        "电池不行，屏幕很漂亮",
        "A entrega atrasou, mas o produto é de ótima qualidade",
    ]

    found = scorer.score(texts).mentions()

    assert found is not None
    judged = [{m["aspect"]: m["polarity"] for m in of_text} for of_text in found.to_pylist()]
    assert judged[0]["battery"] < -0.5 < 0.5 < judged[0]["screen"]
    assert judged[1]["battery"] < -0.5 < 0.5 < judged[1]["screen"]
    assert judged[2]["delivery"] < -0.5 < 0.5 < judged[2]["quality"]


@pytest.mark.model
def test_bfloat16_changes_no_chance_by_three_hundredths(scorer: BertScorer) -> None:
    fast = BertScorer(load_e5(precision=Precision.BFLOAT16))
    texts = [*GOOD, *BAD, "The parcel has two handles.", "ok", "一般般吧", "mais ou menos"]

    difference = fast.score(texts).probabilities - scorer.score(texts).probabilities

    assert np.abs(difference).max() < 0.03


@pytest.mark.model
def test_vectors_are_the_encoders_own(scorer: BertScorer, e5: E5) -> None:
    vectors = scorer.score(GOOD).vectors

    np.testing.assert_allclose(vectors, e5.encode_passages(GOOD), atol=1e-5)
    assert scorer.encoder_id == e5.encoder_id


@pytest.mark.model
def test_documents_get_scores_and_vectors_in_the_lake(scorer: BertScorer, tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    moment = pd.Timestamp("2025-01-01", tz="UTC")
    with lake.batch() as batch:
        frame = pd.DataFrame({Col.DOC_ID: ["a", "b", "c"], Col.TEXT: [GOOD[0], BAD[2], GOOD[0]]})
        frame[[Col.EVENT_TIME, Col.AVAILABLE_AT]] = moment
        batch.add(DOCUMENTS, frame)

    scored = score_documents(lake, scorer)

    assert scored == 3
    polarity = lake.read(SCORES).set_index(Col.DOC_ID)[Col.POLARITY]
    assert polarity["a"] == polarity["c"] > 0 > polarity["b"]
    vectors = lake.read(VECTORS)
    assert set(vectors[Col.MODEL_ID]) == {scorer.encoder_id}
    assert [len(vector) for vector in vectors[Col.VECTOR]] == [384, 384]


@pytest.mark.model
def test_the_manifest_names_every_data_set_with_its_licence(scorer: BertScorer) -> None:
    about = scorer.about

    assert about["cut_off_day"] == max(e["last_day"] for e in about["sets"] if e["last_day"])
    assert {entry["lang"] for entry in about["sets"]} == {"en", "zh", "pt"}
    assert all(entry["licence"] and entry["rows"]["train"] for entry in about["sets"])
    assert set(about["held_out"]) == {entry["name"] for entry in about["sets"]}


def test_the_packaged_part_is_small_enough_to_ship() -> None:
    assert sum(file.stat().st_size for file in PACKAGED.iterdir()) <= 25_000_000


@pytest.fixture(scope="module")
def tiny(tiny_folder: Path) -> E5:
    return load_e5(tiny_folder, Precision.FLOAT32)


@pytest.fixture
def tuned(tiny: E5, tmp_path: Path) -> Path:
    model = TunedModel(SentimentNetwork(tiny, 1), {"en": 1.5, "pt": 2.0})
    save_tuned(model, TrainingPlan(layers=1), {"encoder_id": tiny.encoder_id}, tmp_path / "tuned")
    return tmp_path / "tuned"


def test_chances_keep_the_order_given_and_sum_to_one(tiny: E5, tuned: Path) -> None:
    scorer = BertScorer(tiny, tuned)
    texts = ["good tea", "bad", "", "red box " * 60, "not very plain cup"]

    scored = scorer.score(texts)

    np.testing.assert_allclose(scored.probabilities.sum(axis=1), 1, atol=1e-6)
    backwards = scorer.score(texts[::-1]).probabilities[::-1]
    np.testing.assert_allclose(scored.probabilities, backwards, atol=1e-5)
    np.testing.assert_array_equal(scored.probabilities, scorer.score(texts).probabilities)


def test_vectors_can_be_left_out(tiny: E5, tuned: Path) -> None:
    scorer = BertScorer(tiny, tuned, with_vectors=False)

    assert scorer.score(["good tea"]).vectors is None
    assert scorer.encoder_id == ""


def test_aspects_can_be_left_out(tiny: E5, tuned: Path) -> None:
    texts = ["good tea", "bad red box"]

    alone = BertScorer(tiny, tuned, with_aspects=False).score(texts)

    assert alone.aspects is None
    whole = BertScorer(tiny, tuned).score(texts)
    np.testing.assert_allclose(alone.probabilities, whole.probabilities, atol=1e-6)


def test_no_texts_give_no_scores(tiny: E5, tuned: Path) -> None:
    assert BertScorer(tiny, tuned).score([]).probabilities.shape == (0, 3)


def test_damaged_weights_are_refused(tiny: E5, tuned: Path) -> None:
    weights = tuned / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x00")

    with pytest.raises(ModelError, match=r"model\.safetensors differs from its sha256"):
        BertScorer(tiny, tuned)


def test_a_folder_without_a_manifest_is_refused(tiny: E5, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.json is unreadable"):
        BertScorer(tiny, tmp_path)


def test_another_base_gives_scores_of_another_name(
    tiny: E5, tuned: Path, tiny_folder: Path, tmp_path: Path
) -> None:
    other = load_e5(shutil.copytree(tiny_folder, tmp_path / "renamed"), Precision.FLOAT32)

    first, second = BertScorer(tiny, tuned), BertScorer(other, tuned)

    assert first.model_id != second.model_id
    assert second.model_id.startswith(first.model_id)
