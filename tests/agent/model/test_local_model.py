"""A real small model in this process; needs the extra [llm] and weights that were pulled.

GROUNDSWELL_LLM_FOLDER names the folder of the weights.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from agent import Analyst, Message, known_weights
from signals import ModelError

pytest.importorskip("xllamacpp")
FOLDER = Path(os.environ.get("GROUNDSWELL_LLM_FOLDER", "chat-models"))
SMALL = known_weights()["qwen2.5-coder-0.5b"]
pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not SMALL.path(FOLDER).is_file(), reason="the weights were not pulled"),
]
SCHEMA = {
    "title": "choice",
    "type": "object",
    "properties": {"choice": {"enum": ["up", "down"]}},
    "required": ["choice"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def model():
    from agent.model.local_model import LocalModel

    return LocalModel(SMALL.name, SMALL.path(FOLDER), timeout_s=300.0, threads=1)


def test_a_reply_fits_the_schema_and_its_tokens_are_told(model):
    asked = [Message("user", "Sales rise. Do they go up or down?")]

    reply = model.complete(asked, SCHEMA, within_s=300)

    assert json.loads(reply.text)["choice"] in {"up", "down"}
    assert reply.tokens_read > 5
    assert reply.tokens_written > 1


def test_a_deadline_is_kept_and_the_model_is_free_again(model):
    long = {"title": "story", "type": "object", "properties": {"text": {"type": "string"}},
            "required": ["text"]}  # fmt: skip
    started = time.monotonic()

    with pytest.raises(ModelError, match="no reply in time"):
        model.complete([Message("user", "Write a long story.")], long, within_s=0.5)

    assert time.monotonic() - started < 5
    asked = [Message("user", "Sales fall. Do they go up or down?")]
    assert model.complete(asked, SCHEMA, within_s=300).text


def test_it_plans_and_no_figure_changes(model, shop, analyst):
    question = "forecast for kitchen for the next 2 weeks"

    answer = Analyst(shop.desk, model).ask(question)

    numbers = [entry["number"] for entry in answer.proof]
    assert sorted(numbers) == sorted(entry["number"] for entry in analyst.ask(question).proof)
    assert [call.purpose for call in answer.trace.model_calls] == ["plan", "wording"]
