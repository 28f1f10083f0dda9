"""What the page says in a conversation, from a shop made by hand."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from agent import Abstention, Reason, Step, StepKind, read_language
from signals import RUNS, Col, DataError, Lake
from tests.ui.views.reader import Reader
from ui.examples import FLAGSHIP, example_questions
from ui.live import Live
from ui.views import alerts, forecasts, frame, talk
from ui.views.answer_card import answer_card
from ui.views.proof import proof_panel
from ui.views.turn import Turn
from ui.views.words import words_in

if TYPE_CHECKING:
    from tests.ui.conftest import Shop
    from ui.settings import Settings

EN = words_in("en")


@pytest.fixture(scope="module")
def live(small_shop: Shop) -> Live:
    return Live(small_shop.settings)


def _ask(live: Live, question: str, earlier: tuple[Turn, ...] = ()) -> Turn:
    *_, turn = talk.ask(live, question, earlier)
    assert isinstance(turn, Turn)
    return turn


def test_the_header_names_the_workspace_and_the_run(live: Live) -> None:
    text = Reader(frame.header(live, EN)).text

    for shown in ("corner-shop", "28 Dec 2025", "units sold", "f00dfacecafe"):
        assert shown in text


def test_the_footer_says_what_to_type_for_this_very_workspace(live: Live) -> None:
    text = Reader(frame.footer(live, EN)).text

    assert f"groundswell ingest FILE --home {live.settings.home}" in text
    assert "demo" not in text


def test_before_the_first_run_every_part_says_what_to_do(empty_home: Settings) -> None:
    nothing = Live(empty_home)

    parts = [
        talk.conversation(nothing, [], EN),
        forecasts.forecasts(nothing, ["total"], [], EN),
        alerts.feed(nothing, alerts.Wanted(), None, EN),
    ]

    assert all("groundswell demo" in part for part in parts)
    assert forecasts.series_choices(nothing, EN) == []
    assert alerts.alert_title(nothing, EN) == "Alerts"
    assert "new-shop" in frame.header(nothing, EN)


def test_a_question_before_the_first_run_is_told_what_to_run(empty_home: Settings) -> None:
    turn = _ask(Live(empty_home), "Will it grow?")

    assert turn.answer is None
    assert "groundswell run" in turn.failure


def test_a_first_and_a_newer_run_are_seen_without_a_restart(
    empty_home: Settings, small_shop: Shop
) -> None:
    live = Live(empty_home)
    first = Lake(small_shop.settings.workspace.lake).read(RUNS)
    assert live.run() is None

    newer = first.assign(run_id="n3w", recorded_at=first[Col.RECORDED_AT] + pd.Timedelta(days=7))
    seen = []
    for runs in (first, newer):
        with live.lake.batch() as batch:
            batch.add(RUNS, runs)
        seen.append(live.run().run_id)

    assert seen == ["f00dfacecafe0001", "n3w"]
    assert "n3w" in frame.header(live, EN)


@pytest.mark.parametrize("code", ["en", "zh", "pt"])
def test_every_example_can_be_answered_in_its_language(live: Live, code: str) -> None:
    for question in example_questions(live, read_language(code)):
        answer = _ask(live, question).answer

        assert answer is not None
        assert answer.abstention is None, answer.text
        assert answer.language == code


def test_examples_are_about_what_the_shop_holds(live: Live) -> None:
    questions = example_questions(live, read_language("en"))

    assert questions[0] == FLAGSHIP
    assert any("Café Torrado" in question for question in questions)  # sells most
    assert any("PulseBand" in question for question in questions)  # has the alert


def test_an_answer_tells_its_steps_while_it_is_made(live: Live) -> None:
    *steps, turn = talk.ask(live, "forecast for PulseBand", (), talk.Asker(every_s=0.0))

    assert [len(each) for each in steps] == list(range(1, len(steps) + 1))
    kinds = [step.kind for step in steps[-1]]
    assert kinds[0] is StepKind.PLAN
    assert StepKind.TOOL in kinds
    assert kinds[-1] is StepKind.FACTS
    assert steps[-1][-1].about["facts"] == str(len(turn.answer.facts))
    shown = Reader(talk.waiting("forecast for PulseBand", steps[-1], EN)).text
    assert "Read the question" in shown
    assert "forecast · PulseBand" in shown
    assert "How this was worked out" in talk.conversation(live, [turn], EN)


def test_an_answer_that_is_not_wanted_any_more_is_stopped_and_not_kept(live: Live) -> None:
    stop = threading.Event()
    stop.set()

    turn = list(talk.ask(live, "forecast for PulseBand", (), talk.Asker(stop=stop)))[-1]

    assert turn == Turn("forecast for PulseBand", failure="ask.stopped")
    assert "Stopped, as you wished" in talk.conversation(live, [turn], EN)


def test_the_flagship_answer_has_bound_numbers_a_proof_and_a_chart(live: Live) -> None:
    turn = _ask(live, FLAGSHIP)

    reader = Reader(talk.conversation(live, [turn], EN))
    proof = Reader(proof_panel(live, [turn], EN))
    assert turn.answer is not None
    bound = reader.values("data-fact")
    assert len(bound) >= len(turn.answer.sentences[0].fact_ids) > 0
    assert set(bound) <= set(proof.values("id"))
    facts = [each for each in proof.values("id") if each.startswith("gs-fact-")]
    assert len(facts) == len(turn.answer.facts)
    assert len(reader.values("data-figure")) == 2  # both categories
    assert "4,000.0" in reader.text  # the sum of the four weeks that the answer speaks of


def test_a_formula_is_shown_with_the_values_it_computes_from(live: Live) -> None:
    turn = _ask(live, "forecast for PulseBand")
    assert turn.answer is not None
    growth = next(fact for fact in turn.answer.facts if fact.metric == "growth")
    assert growth.formula.startswith("=")

    text = Reader(proof_panel(live, [turn], EN)).text

    assert "= 1,600 units / " in text
    assert f"{100 * growth.value:.4f}".rstrip("0") in text.replace("−", "-")


def test_the_proof_of_the_last_answer_is_open_and_the_others_wait(live: Live) -> None:
    turns = [_ask(live, "forecast for PulseBand"), _ask(live, "forecast for Kitchen")]

    shown = str(proof_panel(live, turns, EN))

    assert '<section data-proof="0" hidden>' in shown
    assert '<section data-proof="1">' in shown


def test_every_reference_finds_its_review(live: Live) -> None:
    turn = _ask(live, "What are people saying about PulseBand?")

    reader = Reader(talk.conversation(live, [turn, turn], EN))
    ids = reader.values("id")
    assert turn.answer is not None
    assert turn.answer.citations
    for citation in turn.answer.citations:
        assert f"[{citation.number}]" in reader.text
        assert citation.quote in reader.text
        assert f"gs-quote-0-{citation.number}" in ids
    assert set(reader.values("data-cite")) <= set(ids)
    assert len([name for name in ids if name]) == len({name for name in ids if name})


def test_a_follow_up_leans_on_the_conversation(live: Live) -> None:
    first = _ask(live, "What are people saying about PulseBand?")

    second = _ask(live, "why?", (first,))

    assert first.answer is not None
    assert second.answer is not None
    about = [turn.trace.plan.to_dict()["entities"] for turn in (first.answer, second.answer)]
    assert about[0] == about[1] != []
    assert second.answer.trace.plan.intent == "explain"


def test_a_conversation_can_be_gone_back_to(live: Live) -> None:
    first = _ask(live, "forecast for Kitchen")
    _ask(live, "and for Wearables?", (first,))
    assert first.conversation_id is not None

    turns = talk.recall(live, first.conversation_id)
    talks = live.memory().talks([first.conversation_id, "unknown"])

    assert [turn.question for turn in turns] == ["forecast for Kitchen", "and for Wearables?"]
    listed = Reader(talk.history(talks, first.conversation_id, EN))
    assert listed.values("data-talk") == [first.conversation_id]
    assert "forecast for Kitchen" in listed.text
    with pytest.raises(DataError, match="there is no conversation 'guess'"):
        talk.recall(live, "guess")
    with pytest.raises(DataError, match="there is no conversation"):
        talk.recall(live, first.conversation_id, owner="somebody else")


def test_a_refusal_offers_questions_to_click(live: Live) -> None:
    turn = _ask(live, "How will the PulsBandit 9000 sell in the next 4 weeks?")

    reader = Reader(talk.conversation(live, [turn], EN))
    assert turn.answer is not None
    assert turn.answer.abstention is not None
    assert reader.values("data-ask") == list(turn.answer.abstention.alternatives)
    assert reader.values("data-figure") == []


def test_a_question_is_never_markup(live: Live) -> None:
    question = "<img src=http://attacker.example/q onerror=go()> ![x](http://attacker.example)"

    waiting = talk.waiting(question, (Step(StepKind.PLAN, "<b>", {"names": question}),), EN)
    answered = talk.conversation(live, [_ask(live, question)], EN)

    for shown in (waiting, answered):
        assert question in Reader(shown).text
        assert not re.search(r"<(img|script|style|a|iframe)\b", str(shown))


def test_an_answer_that_corrects_the_question_keeps_its_sentences(live: Live) -> None:
    answered = _ask(live, FLAGSHIP).answer
    assert answered is not None
    missing = Abstention(Reason.FALSE_PREMISE, "demand that goes down")

    shown = Reader(answer_card(live, replace(answered, abstention=missing), 0, EN)).text

    assert answered.sentences[0].text in shown


@pytest.mark.parametrize(("code", "word"), [("zh", "依据"), ("pt", "Prova")])
def test_the_page_speaks_the_language_of_its_reader(live: Live, code: str, word: str) -> None:
    words = words_in(code)
    turn = _ask(live, "forecast for PulseBand")

    shown = str(talk.conversation(live, [turn], words)) + str(proof_panel(live, [turn], words))

    assert word in shown
    for english in ("Helpful", "Proof", "expected", "The same as a table", "Week from"):
        assert f">{english}<" not in shown


def test_a_comma_stays_with_its_figure_and_dates_may_break(live: Live) -> None:
    turn = _ask(live, "How did PulseBand sell over the last 6 weeks?")
    assert turn.answer is not None

    together = re.findall(
        r'<span class="gs-together">(.*?)</span>', str(answer_card(live, turn.answer, 0, EN))
    )

    assert together
    assert all(each.startswith("<button") and "(" not in each for each in together)
