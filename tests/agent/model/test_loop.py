"""A model that calls the tools itself, by real LangChain: whatever it does, figures stay proven."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import Field

from agent import Analyst, pack, unpack

QUESTION = "Which categories will grow most in the next four weeks, and why?"
USAGE = {"input_tokens": 5, "output_tokens": 3, "total_tokens": 8}


class ToolCaller(BaseChatModel):
    """Answers each turn by a function of the messages so far: text, or tool calls."""

    act: object
    offered: list = Field(default_factory=list)

    @property
    def _llm_type(self):
        return "scripted"

    def bind_tools(self, tools, **options):
        self.offered.extend(tool.name for tool in tools)
        return self

    def _generate(self, messages, stop=None, run_manager=None, **options):
        said = self.act(messages)
        message = (
            AIMessage(said, usage_metadata=USAGE)
            if isinstance(said, str)
            else AIMessage("", tool_calls=said, usage_metadata=USAGE)
        )
        return ChatResult(generations=[ChatGeneration(message=message)])


class Scripted:
    """A loop model that is here already."""

    name = "scripted"

    def __init__(self, act, timeout_s=60.0):
        self.timeout_s = timeout_s
        self.chat = ToolCaller(act=act)

    @contextmanager
    def opened(self, within_s):
        yield self.chat


def call(name, **asked):
    return [{"name": name, "args": asked, "id": f"c-{name}", "type": "tool_call"}]


def found(messages):
    """Give the sentences that may be reworded, by id, of what tools said."""
    texts = [json.loads(each.content) for each in messages if isinstance(each, ToolMessage)
             and each.content.startswith("{")]  # fmt: skip
    return {s["id"]: s["text"] for text in texts for s in text["sentences"] if "id" in s}


def after_tool(tool, word):
    """Call one tool, then word what it found."""

    def act(messages):
        if not any(isinstance(each, ToolMessage) for each in messages):
            return tool
        sentences = [{"id": i, "text": word(text)} for i, text in found(messages).items()]
        return json.dumps({"sentences": sentences})

    return act


GROWTH = call("rank_growth", scope="category", direction="up", why=True)


def asked(shop, act, question=QUESTION, **options):
    model = Scripted(act, **options)
    return Analyst(shop.desk, loop=model).ask(question), model


def test_the_model_calls_a_tool_and_words_what_it_found(shop, analyst):
    plain = analyst.ask(QUESTION)
    act = after_tool(GROWTH, lambda text: text.replace("is expected to", "is set to"))

    answer, model = asked(shop, act)

    assert "is set to grow most: by 50%" in answer.text
    assert sorted(e["number"] for e in answer.proof) == sorted(e["number"] for e in plain.proof)
    assert answer.notices == ()
    assert answer.trace.used_model == "scripted"
    assert answer.trace.plan.planned_by == "model"
    assert [each.purpose for each in answer.trace.model_calls] == ["loop", "loop"]
    assert answer.trace.tokens == (10, 6)
    assert {"forecast", "evidence", "accuracy"} <= set(model.chat.offered)
    assert "what_if" not in model.chat.offered


def test_the_model_sees_no_figure_and_no_review(shop):
    seen = []

    def act(messages):
        seen.extend(messages)
        return after_tool(GROWTH, lambda text: text)(messages)

    asked(shop, act)

    shown = "\n".join(str(each.content) for each in seen)
    assert "{f1}" in shown
    assert not any(word in shown.lower() for word in ("240", "50%", "serum", "ignore all previous"))


def test_a_model_that_lies_in_every_sentence_changes_nothing_that_is_shown(shop, analyst):
    plain = analyst.ask(QUESTION)
    lies = iter([
        lambda text: text + " That is 4,200 more.",
        lambda text: text.replace("grow", "fall").replace("{f1}", "99 units"),
    ])  # fmt: skip

    def act(messages):
        if not any(isinstance(each, ToolMessage) for each in messages):
            return GROWTH
        lie = next(lies)
        return json.dumps(
            {"sentences": [{"id": i, "text": lie(t)} for i, t in found(messages).items()]}
        )

    answer, _ = asked(shop, act)

    assert answer.text == plain.text
    assert answer.facts == plain.facts
    assert answer.notices == ("Some wording of the chat model failed the checks and was replaced.",)


def test_faults_go_back_to_the_model_once_and_it_may_mend_them(shop):
    words = iter(["is expected to double and", "is set to"])

    def act(messages):
        if not any(isinstance(each, ToolMessage) for each in messages):
            return GROWTH
        word = next(words)
        texts = {i: text.replace("is expected to", word) for i, text in found(messages).items()}
        return json.dumps({"sentences": [{"id": i, "text": t} for i, t in texts.items()]})

    answer, _ = asked(shop, act)

    assert "is set to grow most: by 50%" in answer.text
    assert answer.notices == ()


def test_tools_that_do_not_exist_are_refused_and_the_grammar_answers(shop, analyst):
    turns = iter(
        [call("delete_everything", path="/"), call("forecast", colour="red"), "I am lost."]
    )

    answer, _ = asked(shop, lambda messages: next(turns))

    assert answer.text == analyst.ask(QUESTION).text
    assert answer.answer_id == analyst.ask(QUESTION).answer_id
    assert answer.trace.used_model is None
    assert "reading of the question was not usable" in answer.notices[0]


def test_a_model_that_never_stops_calling_is_stopped(shop, analyst):
    answer, _ = asked(shop, lambda messages: GROWTH)

    assert answer.text == analyst.ask(QUESTION).text
    assert len(answer.trace.model_calls) == 8
    assert "did not come to an end" in answer.notices[0]


def test_many_calls_at_once_are_carried_out_one_by_one_and_bounded(shop):
    many = [{**GROWTH[0], "id": f"c{n}", "args": {"count": n % 50 + 1}} for n in range(100)]

    answer, _ = asked(shop, after_tool(many, lambda text: text))

    assert answer.abstention is None
    assert len({fact.fact_id for fact in answer.facts}) == len(answer.facts)


def test_a_model_cannot_answer_about_another_product_than_was_asked(shop, analyst):
    question = "forecast for kitchen for the next 2 weeks"
    act = after_tool(call("forecast", names=["beauty"], weeks_ahead=7), lambda text: text)

    answer, _ = asked(shop, act, question)

    assert answer.text == analyst.ask(question).text


def test_a_model_reads_what_the_grammar_cannot(shop, analyst):
    question = "what is about to lift off?"
    assert analyst.ask(question).abstention.reason == "out_of_scope"

    answer, _ = asked(shop, after_tool(GROWTH, lambda text: text), question)

    assert answer.abstention is None
    assert answer.text.startswith("Of the categories ranked, beauty is expected to grow most")


def test_two_tools_make_one_answer(shop):
    both = [*GROWTH, *call("alerts")]

    answer, _ = asked(shop, after_tool(both, lambda text: text), "what lifts off, what goes wrong?")

    assert "beauty is expected to grow most" in answer.text
    assert "Aroma Diffuser Pro" in answer.text


@pytest.mark.parametrize(
    "question", ["四周内哪些品类增长最多？", "Quais categorias vão crescer mais?"]
)
def test_other_languages_keep_their_words(shop, analyst, question):
    answer, _ = asked(shop, after_tool(GROWTH, lambda text: text), question)

    assert answer.language == analyst.ask(question).language
    assert "50%" in answer.text


def test_a_model_that_hangs_is_left_at_the_deadline(shop, analyst):
    wait = threading.Event()

    def act(messages):
        wait.wait(30)
        return "too late"

    answer, _ = asked(shop, act, timeout_s=2.0)
    wait.set()

    assert answer.text == analyst.ask(QUESTION).text
    assert answer.trace.used_model is None
    assert "could not be used" in answer.notices[0]
    assert "no reply in time" in answer.trace.model_calls[-1].problem


def test_a_model_that_fails_is_asked_again_and_then_done_without(shop, analyst):
    def act(messages):
        raise ConnectionError("gone")

    answer, _ = asked(shop, act)

    assert answer.text == analyst.ask(QUESTION).text
    assert "could not be used" in answer.notices[0]
    assert {each.problem for each in answer.trace.model_calls} == {"ConnectionError: gone"}


def mended_at_last():
    """Reword badly first, then well."""
    words = iter(["is expected to double and", "is set to"])

    def act(messages):
        if not any(isinstance(each, ToolMessage) for each in messages):
            return GROWTH
        word = next(words)
        texts = {i: text.replace("is expected to", word) for i, text in found(messages).items()}
        return json.dumps({"sentences": [{"id": i, "text": t} for i, t in texts.items()]})

    return act


@pytest.mark.parametrize(
    ("question", "act"),
    [
        (QUESTION, after_tool(GROWTH, lambda text: text.replace("is expected to", "is set to"))),
        (QUESTION, mended_at_last()),
        ("what lifts off, what goes wrong?",
         after_tool([*GROWTH, *call("alerts")], lambda text: text)),
        ("what is about to lift off?", lambda messages: GROWTH),
    ],
    ids=["reworded", "mended", "two tools", "never stops"],
)  # fmt: skip
def test_what_the_model_called_and_said_counts_again_in_a_replay_without_it(shop, question, act):
    answer, model = asked(shop, act, question)
    offered = len(model.chat.offered)

    again = Analyst(shop.desk).repeat(unpack(pack(answer)))

    assert answer.trace.used_model == again.trace.used_model == "scripted"
    assert again.text.encode() == answer.text.encode()
    assert again.answer_id == answer.answer_id
    assert again.facts == answer.facts
    assert again.trace.heard == answer.trace.heard
    assert len(model.chat.offered) == offered


def test_a_replay_does_without_what_the_model_did_not_say(shop, analyst):
    answer, _ = asked(shop, after_tool(GROWTH, lambda text: text))
    forgotten = replace(answer, trace=replace(answer.trace, heard={}))

    again = Analyst(shop.desk).repeat(forgotten)

    assert again.text == analyst.ask(QUESTION).text
    assert again.trace.used_model is None
    assert "nothing was heard to this" in again.trace.model_calls[-1].problem


def test_tools_called_at_once_answer_in_the_order_of_the_calls(shop):
    both = [*call("alerts"), *GROWTH]
    act = after_tool(both, lambda text: text)

    answers = [asked(shop, act, "what lifts off, what goes wrong?")[0] for _ in range(5)]

    assert len({answer.answer_id for answer in answers}) == 1
    assert [each.tool for each in answers[0].trace.tools][:2] == ["alert_notes", "rank"]
