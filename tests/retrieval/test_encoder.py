"""What every encoder must do alike."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval import HashingEncoder

TEXTS = {
    "battery": "The battery dies after two hours, very disappointing.",
    "delivery": "Delivery was fast and the box arrived undamaged.",
    "size": "These shoes run small, order one size up.",
    "battery_zh": "电池不耐用，两个小时就没电了。",
    "delivery_zh": "物流很快，包装完好。",
    "delivery_pt": "A entrega foi rápida e a caixa chegou perfeita.",
}


def load_hashing(tmp_path_factory):
    return HashingEncoder()


def load_e5(tmp_path_factory):
    from signals.sentiment.e5 import load_e5 as load

    return load()


def load_sentence(tmp_path_factory):
    from retrieval.sentence import SentenceEncoder

    return SentenceEncoder(tiny_model(tmp_path_factory.mktemp("tiny")), query_prompt="query: ")


def tiny_model(folder):
    """Save a one-layer BERT with random weights that reads single characters."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    letters = sorted({c for text in TEXTS.values() for c in text.lower() if not c.isspace()})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{c}" for c in letters)]
    (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    torch.manual_seed(0)
    size = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = BertConfig(vocab_size=len(pieces), intermediate_size=64, **size)
    BertModel(config).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"))
    model = SentenceTransformer(modules=[transformer, Pooling(32)])
    model.save_pretrained(str(folder / "saved"))
    return folder / "saved"


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(load_hashing, id="hashing"),
        pytest.param(load_e5, id="e5", marks=pytest.mark.model),
        pytest.param(load_sentence, id="sentence"),
    ],
)
def encoder(request, tmp_path_factory):
    return request.param(tmp_path_factory)


def test_vectors_have_the_promised_shape_and_length_one(encoder):
    vectors = encoder.encode_passages(list(TEXTS.values()))

    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)


def test_no_texts_give_no_vectors(encoder):
    assert encoder.encode_passages([]).shape == (0, encoder.dim)
    assert encoder.encode_queries([]).shape == (0, encoder.dim)


def test_a_text_has_one_vector_whatever_stands_beside_it(encoder):
    texts = list(TEXTS.values())

    together = encoder.encode_passages(texts)

    for row, text in enumerate(texts):
        alone = encoder.encode_passages([text])[0]
        assert float(alone @ together[row]) > 0.995


def test_the_id_names_one_model(encoder):
    assert encoder.encoder_id
    assert encoder.encoder_id == str(encoder.encoder_id)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("battery problems", "battery"),
        ("was the delivery fast", "delivery"),
        ("电池两个小时没电", "battery_zh"),
        ("物流快吗", "delivery_zh"),
        ("entrega rápida", "delivery_pt"),
    ],
)
def test_a_question_finds_the_text_about_it_in_its_language(encoder, question, answer):
    if encoder.encoder_id.startswith("sentence:"):
        pytest.skip("the tiny model has random weights")
    vectors = encoder.encode_passages(list(TEXTS.values()))

    scores = vectors @ encoder.encode_queries([question])[0]

    assert list(TEXTS)[int(scores.argmax())] == answer


def test_a_text_without_letters_has_no_direction():
    vectors = HashingEncoder().encode_passages(["", "!!! :)", "ok"])

    assert not vectors[:2].any()
    assert vectors[2].any()


def test_width_and_case_of_letters_do_not_matter():
    vectors = HashingEncoder().encode_passages(["Great PHONE", "ｇｒｅａｔ phone!"])

    np.testing.assert_array_equal(vectors[0], vectors[1])


def test_prompts_are_part_of_the_encoder_id(tmp_path):
    from retrieval.sentence import SentenceEncoder

    folder = tiny_model(tmp_path)

    plain, prompted = SentenceEncoder(folder), SentenceEncoder(folder, query_prompt="query: ")

    assert plain.encoder_id != prompted.encoder_id
    texts = ["fast delivery"]
    assert not np.allclose(plain.encode_queries(texts), prompted.encode_queries(texts))
    np.testing.assert_allclose(plain.encode_passages(texts), prompted.encode_passages(texts))


def test_a_folder_without_safetensors_is_refused(tmp_path):
    from retrieval.sentence import SentenceEncoder
    from signals import ModelError

    (tmp_path / "pytorch_model.bin").write_bytes(b"pickled")

    with pytest.raises(ModelError, match="holds no safetensors file"):
        SentenceEncoder(tmp_path)
