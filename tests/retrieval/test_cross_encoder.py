"""A cross-encoder from a folder reads question and passage together."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.cross_encoder import CrossEncoderReranker
from signals import ModelError
from ui.settings import load_settings
from ui.wiring import make_reranker

QUESTION, TEXTS = "is the battery dead", ["the battery is dead", "fast delivery", "nice colour"]


def tiny_model(folder, labels: int = 1):
    """Save a one-layer BERT with random weights that reads single characters."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    letters = sorted(set("".join([QUESTION, *TEXTS])) - {" "})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{c}" for c in letters)]
    (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    size = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = BertConfig(vocab_size=len(pieces), intermediate_size=64, num_labels=labels, **size)
    BertForSequenceClassification(config).eval().save_pretrained(folder)
    return folder


def test_each_text_gets_a_number_whatever_texts_stand_beside_it(tmp_path):
    reranker = CrossEncoderReranker(tiny_model(tmp_path))

    scores = reranker.scores(QUESTION, TEXTS)

    assert scores.shape == (3,)
    assert len(set(scores.tolist())) == 3
    alone = [float(reranker.scores(QUESTION, [text])[0]) for text in TEXTS]
    np.testing.assert_allclose(scores, alone, atol=1e-5)


def test_the_numbers_are_those_of_the_network_itself(tmp_path):
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = tiny_model(tmp_path)
    tokens = AutoTokenizer.from_pretrained(folder)(QUESTION, TEXTS[0], return_tensors="pt")
    with torch.no_grad():
        expected = AutoModelForSequenceClassification.from_pretrained(folder)(**tokens).logits

    scores = CrossEncoderReranker(folder).scores(QUESTION, TEXTS[:1])

    assert scores[0] == pytest.approx(float(expected[0, 0]), abs=1e-5)


def test_the_setting_names_the_folder_and_nothing_is_loaded_without_it(tmp_path):
    folder = tiny_model(tmp_path)
    reranker = make_reranker(load_settings(tmp_path / "home", reranker=folder))

    assert reranker is not None
    assert reranker.reranker_id.startswith(f"cross-encoder:{folder.name}:")
    assert make_reranker(load_settings(tmp_path / "home")) is None


def test_a_model_that_sorts_into_classes_is_refused(tmp_path):
    with pytest.raises(ModelError, match="gives 3 labels; expected one"):
        CrossEncoderReranker(tiny_model(tmp_path, labels=3))


def test_a_folder_without_safetensors_is_refused(tmp_path):
    with pytest.raises(ModelError, match="holds no safetensors file"):
        CrossEncoderReranker(tmp_path)


def test_a_folder_that_holds_something_else_is_refused(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"nothing")

    with pytest.raises(ModelError, match="cannot be read by sentence-transformers"):
        CrossEncoderReranker(tmp_path)
