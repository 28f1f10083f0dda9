"""What would have been told on a day: nothing that became known later has a part in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from agent import Analyst, Desk
from forecasting import latest_run, stored_run
from retrieval import HashingEncoder, open_index, recall_index
from signals import DataError, NotReady
from ui.wiring import make_analyst

DAY = date(2024, 6, 5)
QUESTIONS = [
    "forecast for kitchen, and why?",
    "how did kitchen do in the last 4 weeks?",
    "what do people say about Ceramic Kettle?",
    "show reviews that say the Ceramic Kettle leaks",
    "which products will grow most?",
]
STEPS_BACK = [
    ("As of 5 June, what would you have told me about kitchen?", "en"),
    ("What is the forecast for kitchen as of 2024-06-05?", "en"),
    ("截至6月5日，厨房的预测是多少？", "zh"),
    ("如果在2024年6月5日问你，你会怎么说厨房？", "zh"),
    ("Em 5 de junho, o que você teria me dito sobre cozinha?", "pt"),
    ("Com o que se sabia em 5 de junho, qual é a previsão para cozinha?", "pt"),
]


def test_rows_known_later_change_no_letter_of_what_would_have_been_told(shop):
    told = [make_analyst(shop.settings).ask(question) for question in QUESTIONS]

    shop.know_later()
    then = make_analyst(shop.settings).as_of(DAY)
    again = [then.ask(question) for question in QUESTIONS]

    assert [answer.answer_id for answer in again] == [answer.answer_id for answer in told]
    assert any(answer.citations for answer in again)
    assert make_analyst(shop.settings).ask(QUESTIONS[0]).text != told[0].text


@pytest.mark.parametrize(("question", "language"), STEPS_BACK)
def test_a_question_that_steps_back_is_answered_from_what_was_known(later_shop, question, language):
    answer = make_analyst(later_shop.settings).ask(question)

    assert answer.language == language
    assert (answer.run_id, answer.trace.asked_for) == ("run0001", DAY)
    assert answer.as_of.startswith("2024-06-03")
    assert next(f.value for f in answer.facts if f.metric == "forecast") == pytest.approx(240)
    assert answer.notices


def test_what_would_you_have_told_me_repeats_the_question_before(shop):
    before = make_analyst(shop.settings).ask("forecast for kitchen")
    shop.know_later()
    analyst = make_analyst(shop.settings)

    now = analyst.ask("forecast for kitchen")
    then = analyst.ask("As of 5 June, what would you have told me?", now)

    assert then.text == before.text
    assert then.text != now.text


def test_a_follow_up_stays_on_the_day(later_shop):
    analyst = make_analyst(later_shop.settings)
    first = analyst.ask("As of 5 June, what was the forecast for kitchen?")

    second = analyst.ask("and for Desk Lamp?", first)
    third = analyst.ask("which categories will grow most in the next 4 weeks?", second)

    assert (second.run_id, second.trace.asked_for) == ("run0001", DAY)
    assert third.run_id == "run0002"


def test_a_day_before_the_first_run_is_refused(later_shop):
    with pytest.raises(NotReady, match="no run was made from what was known on 2024-05-01"):
        make_analyst(later_shop.settings).as_of(date(2024, 5, 1))


def test_a_run_made_later_from_what_was_known_speaks_for_a_day_without_one(shop):
    shop.run("run0000", pd.Timestamp("2024-05-05"), recorded=pd.Timestamp("2024-07-01"))

    answer = make_analyst(shop.settings).as_of(date(2024, 5, 20)).ask("help")

    assert answer.run_id == "run0000"


def test_without_an_earlier_desk_nobody_steps_back(later_shop):
    desk = Desk(later_shop.lake, run=latest_run(later_shop.lake))

    with pytest.raises(NotReady, match="keeps no earlier desk"):
        Analyst(desk).ask("As of 5 June, what would you have told me?")


def test_a_search_that_cannot_be_collected_again_says_why(shop):
    present = make_analyst(shop.settings).ask("help").trace.searched
    search = open_index(shop.settings.workspace.index, HashingEncoder())

    with pytest.raises(DataError, match="does not say what was in it"):
        recall_index(replace(present, as_of=None), shop.lake, search)
    for file in (shop.settings.workspace.lake / "documents").glob("*.parquet"):
        file.unlink()
    with pytest.raises(DataError, match="has lost the versions of documents"):
        recall_index(replace(present, run_id=None), shop.lake, search)


def test_a_run_that_is_not_stored_is_named(later_shop):
    assert stored_run(later_shop.lake, "run0001").made_on == pd.Timestamp("2024-06-02")
    with pytest.raises(DataError, match="the lake holds no run 'nope'"):
        stored_run(later_shop.lake, "nope")
