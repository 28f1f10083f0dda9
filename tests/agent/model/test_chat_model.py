"""A chat endpoint, over real HTTP to another process: it may help, and can do no harm."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent import Analyst
from agent.model.chat import Message
from agent.model.chat_model import EndpointModel
from signals import ModelError

SERVER = Path(__file__).with_name("chat_server.py")
QUESTION = "Which categories will grow most in the next four weeks, and why?"
SCHEMA = {"title": "plan", "type": "object"}


@contextmanager
def endpoint(mode, timeout_s=20.0, api_key=None):
    process = subprocess.Popen(
        [sys.executable, str(SERVER), mode], stdout=subprocess.PIPE, text=True
    )
    try:
        port = int(process.stdout.readline())
        url = f"http://127.0.0.1:{port}/v1"
        yield EndpointModel("test-model", base_url=url, timeout_s=timeout_s, api_key=api_key)
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def figures(answer):
    return [entry["number"] for entry in answer.proof]


def test_a_good_endpoint_plans_and_words_and_the_figures_stay(shop, analyst):
    plain = analyst.ask(QUESTION)

    with endpoint("good") as model:
        answer = Analyst(shop.desk, model).ask(QUESTION)

    assert "is set to grow most: by 50%" in answer.text
    assert sorted(figures(answer)) == sorted(figures(plain))
    assert answer.notices == ()
    assert answer.trace.used_model == "test-model"
    assert answer.trace.tokens == (22, 14)
    assert answer.trace.plan.planned_by == "model"


def test_the_endpoint_reads_what_the_grammar_cannot(shop):
    question = "what is about to lift off?"
    assert Analyst(shop.desk).ask(question).abstention.reason == "out_of_scope"

    with endpoint("good") as model:
        answer = Analyst(shop.desk, model).ask(question)

    assert answer.abstention is None
    assert answer.text.startswith("Of the categories ranked, beauty is set to grow most")


def test_a_lying_endpoint_changes_no_figure(shop, analyst):
    plain = analyst.ask(QUESTION)

    with endpoint("lying") as model:
        answer = Analyst(shop.desk, model).ask(QUESTION)

    assert answer.text == plain.text
    assert answer.facts == plain.facts
    assert answer.notices == ("Some wording of the chat model failed the checks and was replaced.",)


@pytest.mark.parametrize(
    "mode", ["garbage", "error", "busy", "huge", "redirect", "cut", "empty", "tools"]
)
def test_a_broken_endpoint_is_named_and_the_answer_stands(shop, analyst, mode):
    plain = analyst.ask(QUESTION)

    with endpoint(mode) as model:
        answer = Analyst(shop.desk, model).ask(QUESTION)

    assert answer.text == plain.text
    assert answer.answer_id == plain.answer_id
    assert answer.trace.used_model is None
    assert "no usable answer" in answer.trace.model_calls[0].problem
    assert answer.notices == (
        "The chat model could not be used; this answer was planned and worded without it.",
    )


@pytest.mark.parametrize("calls_tools", [False, True])
def test_a_key_that_an_endpoint_quotes_is_told_to_nobody(shop, caplog, calls_tools):
    caplog.set_level(0)

    with endpoint("quotes", api_key="sk-canary-4711") as model:
        models = {"loop": model} if calls_tools else {"chat_model": model}
        answer = Analyst(shop.desk, **models).ask(QUESTION)

    assert "API key provided: Bearer ***" in answer.trace.model_calls[0].problem
    assert "canary" not in json.dumps(answer.to_dict(), default=str)
    assert "canary" not in caplog.text


def test_a_reply_of_another_form_is_not_used(shop, analyst):
    with endpoint("schema") as model:
        answer = Analyst(shop.desk, model).ask(QUESTION)

    assert answer.text == analyst.ask(QUESTION).text
    assert answer.trace.used_model is None
    assert "reading of the question was not usable" in answer.notices[0]
    first = answer.trace.model_calls[0]
    assert (first.purpose, first.problem) == ("plan", "the plan does not fit")


@pytest.mark.parametrize("mode", ["tools", "error", "garbage"])
def test_the_loop_over_a_broken_endpoint_leaves_the_answer_to_the_grammar(shop, analyst, mode):
    with endpoint(mode) as model:
        answer = Analyst(shop.desk, loop=model).ask(QUESTION)

    assert answer.text == analyst.ask(QUESTION).text
    assert answer.trace.used_model is None
    assert answer.notices != ()
    assert answer.trace.model_calls != ()


@pytest.mark.parametrize("mode", ["hang", "drip"])
def test_a_slow_endpoint_is_left_at_the_deadline(shop, analyst, mode):
    plain = analyst.ask(QUESTION)

    with endpoint(mode, timeout_s=1.5) as model:
        started = time.monotonic()
        answer = Analyst(shop.desk, model).ask(QUESTION)
        seconds = time.monotonic() - started

    assert answer.text == plain.text
    assert "could not be used" in answer.notices[0]
    assert seconds < 6


def test_an_endpoint_that_keeps_failing_is_left_alone():
    model = EndpointModel("nobody", base_url="http://127.0.0.1:9/v1", timeout_s=3)
    for _ in range(3):
        with pytest.raises(ModelError, match="gave no usable answer"):
            model.complete([Message("user", "{}")], SCHEMA, within_s=3)

    with pytest.raises(ModelError, match="rests for a minute"):
        model.complete([Message("user", "{}")], SCHEMA, within_s=3)
