"""A chat endpoint, over real HTTP to another process: it may help, and can do no harm."""

from __future__ import annotations

import json
import time

import pytest
from proofs.faulty import faulty

from agent import Analyst
from agent.model.chat import Message
from agent.model.chat_model import EndpointModel
from signals import ModelError

QUESTION = "Which categories will grow most in the next four weeks, and why?"
SCHEMA = {"title": "plan", "type": "object"}


@pytest.fixture(scope="module", name="server")
def _server():
    with faulty() as server:
        yield server


@pytest.fixture
def endpoint(server):
    def made(mode, timeout_s=20.0, api_key=None):
        return EndpointModel(
            "test-model",
            base_url=f"{server.address(mode)}/v1",
            timeout_s=timeout_s,
            pause_s=0.01,
            api_key=api_key,
        )

    return made


def figures(answer):
    return [entry["number"] for entry in answer.proof]


def test_a_good_endpoint_plans_and_words_and_the_figures_stay(shop, analyst, endpoint):
    plain = analyst.ask(QUESTION)

    model = endpoint("good")
    answer = Analyst(shop.desk, model).ask(QUESTION)

    assert "is set to grow most: by 50%" in answer.text
    assert sorted(figures(answer)) == sorted(figures(plain))
    assert answer.notices == ()
    assert answer.trace.used_model == "test-model"
    assert answer.trace.tokens == (22, 14)
    assert answer.trace.plan.planned_by == "model"


def test_the_endpoint_reads_what_the_grammar_cannot(shop, endpoint):
    question = "what is about to lift off?"
    assert Analyst(shop.desk).ask(question).abstention.reason == "out_of_scope"

    model = endpoint("good")
    answer = Analyst(shop.desk, model).ask(question)

    assert answer.abstention is None
    assert answer.text.startswith("Of the categories ranked, beauty is set to grow most")


def test_a_lying_endpoint_changes_no_figure(shop, analyst, endpoint):
    plain = analyst.ask(QUESTION)

    model = endpoint("lying")
    answer = Analyst(shop.desk, model).ask(QUESTION)

    assert answer.text == plain.text
    assert answer.facts == plain.facts
    assert answer.notices == ("Some wording of the chat model failed the checks and was replaced.",)


@pytest.mark.parametrize(
    "mode",
    [
        "garbage",
        "error",
        "busy",
        "huge",
        "bomb",
        "redirect",
        "cut",
        "half",
        "empty",
        "tools",
        "reset",
        "cut_stream",
        "wrong_type",
        "binary",
        "nested",
        "envelope",
    ],
)
def test_a_broken_endpoint_is_named_and_the_answer_stands(shop, analyst, mode, endpoint):
    plain = analyst.ask(QUESTION)

    model = endpoint(mode)
    answer = Analyst(shop.desk, model).ask(QUESTION)

    assert answer.text == plain.text
    assert answer.answer_id == plain.answer_id
    assert answer.trace.used_model is None
    assert "no usable answer" in answer.trace.model_calls[0].problem
    assert answer.notices == (
        "The chat model could not be used; this answer was planned and worded without it.",
    )


@pytest.mark.parametrize("calls_tools", [False, True])
def test_a_key_that_an_endpoint_quotes_is_told_to_nobody(shop, caplog, endpoint, calls_tools):
    caplog.set_level(0)
    model = endpoint("quotes", api_key="sk-canary-4711")

    models = {"loop": model} if calls_tools else {"chat_model": model}
    answer = Analyst(shop.desk, **models).ask(QUESTION)

    assert "API key provided: Bearer ***" in answer.trace.model_calls[0].problem
    assert "canary" not in json.dumps(answer.to_dict(), default=str)
    assert "canary" not in caplog.text


def test_a_reply_of_another_form_is_not_used(shop, analyst, endpoint):
    model = endpoint("schema")
    answer = Analyst(shop.desk, model).ask(QUESTION)

    assert answer.text == analyst.ask(QUESTION).text
    assert answer.trace.used_model is None
    assert "reading of the question was not usable" in answer.notices[0]
    first = answer.trace.model_calls[0]
    assert (first.purpose, first.problem) == ("plan", "the plan does not fit")


@pytest.mark.parametrize("mode", ["tools", "error", "garbage"])
def test_the_loop_over_a_broken_endpoint_leaves_the_answer_to_the_grammar(
    shop, analyst, mode, endpoint
):
    model = endpoint(mode)
    answer = Analyst(shop.desk, loop=model).ask(QUESTION)

    assert answer.text == analyst.ask(QUESTION).text
    assert answer.trace.used_model is None
    assert answer.notices != ()
    assert answer.trace.model_calls != ()


@pytest.mark.parametrize("mode", ["hang", "drip", "slow_headers", "hang_in_body", "no_accept"])
def test_a_slow_endpoint_is_left_at_the_deadline(shop, analyst, mode, endpoint):
    plain = analyst.ask(QUESTION)

    model = endpoint(mode, timeout_s=1.0)
    started = time.monotonic()
    answer = Analyst(shop.desk, model).ask(QUESTION)
    seconds = time.monotonic() - started

    assert answer.text == plain.text
    assert "could not be used" in answer.notices[0]
    assert seconds < 6


def test_an_endpoint_that_keeps_failing_is_left_alone_until_one_call_finds_it_back(server):
    now = 0.0
    asked = [Message("user", '{"question": "?"}')]
    address = f"{server.address('error@0', 'back')}/v1"
    model = EndpointModel("m", base_url=address, pause_s=0.0, clock=lambda: now)
    for _ in range(5):
        with pytest.raises(ModelError, match="gave no usable answer"):
            model.complete(asked, SCHEMA, within_s=5)
    with pytest.raises(ModelError, match="failed 5 times in a row and is left alone for 30 s more"):
        model.complete(asked, SCHEMA, within_s=5)
    assert server.asked("back") == 5 * 3

    now, model._base_url = 30.0, f"{server.address('good', 'back')}/v1"
    replies = [model.complete(asked, SCHEMA, within_s=5) for _ in range(2)]

    assert [json.loads(reply.text)["intent"] for reply in replies] == ["forecast"] * 2


def test_an_endpoint_is_asked_again_no_sooner_than_it_says(server):
    model = EndpointModel(
        "m", base_url=f"{server.address('busy_soon@0', 'soon')}/v1", timeout_s=9, pause_s=0
    )
    started = time.monotonic()

    with pytest.raises(ModelError, match="429"):
        model.complete([Message("user", '{"question": "?", "names": []}')], SCHEMA, within_s=9)

    assert time.monotonic() - started >= 2
    assert server.asked("soon") == 3


def test_an_endpoint_that_asks_for_a_long_rest_is_asked_once(server):
    model = EndpointModel(
        "m", base_url=f"{server.address('busy_long@0', 'long')}/v1", timeout_s=9, pause_s=0
    )

    with pytest.raises(ModelError, match="asks to be left alone for 3600 s"):
        model.complete([Message("user", '{"question": "?", "names": []}')], SCHEMA, within_s=9)

    assert server.asked("long") == 1
