"""A line, a paragraph, a report: the same facts, said at three lengths in three languages."""

from __future__ import annotations

import pytest

from agent import Analyst, Length, Role

WHY = (
    "why is beauty growing?",
    "为什么beauty会增长？",
    "por que beleza está crescendo?",
)
ASKED = {
    Length.LINE: (
        "forecast for kitchen in one line",
        "用一句话说厨房的预测",
        "previsão de cozinha em uma frase",
    ),
    Length.PARAGRAPH: (
        "forecast for kitchen in one paragraph",
        "用一段话回答厨房的预测",
        "previsão de cozinha em um parágrafo",
    ),
    Length.REPORT: (
        "a detailed report on the forecast for kitchen",
        "详细说说厨房的预测",
        "previsão de cozinha em detalhe",
    ),
}


@pytest.mark.parametrize("length", ASKED)
def test_a_question_asks_for_its_length_in_every_language(analyst, length):
    answers = [analyst.ask(question) for question in ASKED[length]]

    assert [answer.trace.plan.length for answer in answers] == [length] * 3
    assert [answer.trace.plan.intent for answer in answers] == ["forecast"] * 3
    assert [answer.language for answer in answers] == ["en", "zh", "pt"]
    assert all(answer.abstention is None and not answer.notices for answer in answers)
    facts = [[(f.entity, f.metric, f.value) for f in answer.facts] for answer in answers]
    assert facts[0] == facts[1] == facts[2]


@pytest.mark.parametrize("question", WHY)
def test_three_lengths_say_the_same_figures_in_more_and_more_words(shop, question):
    line, paragraph, report = (Analyst(shop.desk, length=each).ask(question) for each in Length)

    assert len(line.text) < len(paragraph.text) < len(report.text)
    assert "\n" not in line.text + paragraph.text
    known = {(f.entity, f.metric, f.part, f.period): f.value for f in report.facts}
    for answer in (line, paragraph):
        assert {(f.entity, f.metric, f.part, f.period): f.value for f in answer.facts} == known
    assert [s.role for s in line.sentences] == [Role.VERDICT]
    assert Role.DRIVERS in {s.role for s in paragraph.sentences}
    assert not paragraph.citations
    assert report.citations


@pytest.mark.parametrize("question", WHY)
def test_a_report_goes_from_the_verdict_to_the_caveat(shop, question):
    answer = Analyst(shop.desk, length=Length.REPORT).ask(question)

    roles = [sentence.role for sentence in answer.sentences if sentence.role is not Role.DETAIL]
    assert list(dict.fromkeys(roles)) == [
        Role.VERDICT, Role.INTERVAL, Role.DRIVERS, Role.CHANGED, Role.QUOTE, Role.ACCURACY,
        Role.CAVEAT,
    ]  # fmt: skip


@pytest.mark.parametrize("length", Length)
@pytest.mark.parametrize(
    "question",
    [
        "Which categories will grow most in the next four weeks, and why?",
        "compare kitchen and beauty",
        "which aspects of Aroma Diffuser Pro do people mention most?",
        "show me comments about Aroma Diffuser Pro",
        "any alerts?",
        "why is Aroma Diffuser Pro growing?",
        "forecast Trail Shoe 3",
        "what can you do?",
    ],
)
def test_every_kind_of_answer_can_be_had_at_every_length(shop, question, length):
    answer = Analyst(shop.desk, length=length).ask(question)

    assert answer.sentences
    assert not answer.notices
    assert not answer.text.endswith((":", "："))


def test_a_length_that_is_set_goes_before_that_of_the_question(shop):
    analyst = Analyst(shop.desk, length=Length.LINE)

    answer = analyst.ask("a detailed report on the forecast for kitchen")

    assert [s.role for s in answer.sentences] == [Role.VERDICT]


@pytest.mark.parametrize(
    "question", ["and in one line?", "in one sentence please", "briefly, and for beauty?"]
)
def test_a_follow_up_can_ask_for_the_same_at_another_length(analyst, question):
    first = analyst.ask("forecast for kitchen in the next 6 weeks")

    answer = analyst.ask(question, first)

    assert answer.trace.plan.length is Length.LINE
    assert "expected in the next 6 weeks" in answer.text


def test_a_product_line_is_no_wish_for_a_short_answer(analyst):
    plans = [
        analyst.ask(question).trace.plan
        for question in (
            "which product lines will grow most?",
            "quais linhas de produtos vão crescer mais?",
            "过去一段时间厨房卖得怎么样？",
        )
    ]

    assert [plan.length for plan in plans] == [None] * 3
