"""Upper layers that were tuned to another end read through the encoder's own lower ones."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from signals.errors import ModelError
from signals.sentiment.e5 import Precision, load_e5
from signals.sentiment.top_layers import load_tuned_top, save_tuned_top

QUESTION = "Which products make people 生气 most?"


@pytest.fixture(scope="module")
def e5():
    return load_e5(precision=Precision.FLOAT32)


@pytest.fixture(scope="module")
def folder(e5, tmp_path_factory):
    """The encoder's own last layers, with a head."""
    state = e5.section(e5.depth - 2, e5.depth).state_dict()
    target = tmp_path_factory.mktemp("top") / "layers"
    own = {f"layers.{name}": values for name, values in state.items()}
    save_tuned_top(own | {"head": torch.eye(3)}, target, e5.encoder_id)
    return target


@pytest.mark.model
def test_layers_that_were_not_tuned_give_the_encoders_own_vector(e5, folder):
    states, vector = e5.tuned_top(folder).read(QUESTION)

    mean = states.mean(axis=0)
    np.testing.assert_allclose(vector, e5.encode_queries([QUESTION])[0], atol=1e-5)
    assert mean @ vector / np.linalg.norm(mean) == pytest.approx(1, abs=1e-3)  # 8 bits a number


@pytest.mark.model
def test_heads_come_with_the_layers_and_a_folder_is_loaded_once(e5, folder):
    top = e5.tuned_top(folder)

    assert list(top.heads) == ["head"]
    np.testing.assert_allclose(top.heads["head"], np.eye(3), atol=1e-3)
    assert e5.tuned_top(folder) is top


@pytest.mark.model
def test_letters_are_found_among_the_tokens_that_were_read(e5, folder):
    top = e5.tuned_top(folder)
    start = QUESTION.index("生气")

    ((first, last),) = top.locate(QUESTION, [(start, start + 2)])

    assert 0 < first < last < len(top.read(QUESTION)[0])


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda file: file.write_bytes(file.read_bytes()[:-1] + b"~"), "differs from its sha256"),
        (lambda file: file.unlink(), "is missing"),
    ],
)
def test_a_damaged_or_missing_file_is_refused_by_name(tmp_path, harm, told):
    save_tuned_top({"head": torch.eye(3)}, tmp_path, "an encoder")
    harm(tmp_path / "model.safetensors")

    with pytest.raises(ModelError, match=f"{tmp_path} is damaged: model.safetensors {told}"):
        load_tuned_top(tmp_path)
