"""What a chat model may reword, and what it may not."""

from __future__ import annotations

import json
from datetime import date

import pytest

from agent import Analyst, ScriptedModel, obedient
from agent.language.language import read_language
from agent.model.wording import faults, put_back
from agent.proof.facts import FactSheet, Metric, Origin, Period, PeriodKind, Subject, Unit
from agent.writing.compose import Composer, Named

AHEAD = Period(date(2024, 11, 4), date(2024, 12, 1), PeriodKind.NEXT)
BEFORE = Period(date(2024, 10, 7), date(2024, 11, 3), PeriodKind.LAST)
QUESTION = "Which categories will grow most in the next four weeks, and why?"

ENGLISH = read_language("en")


@pytest.fixture
def draft():
    sheet = FactSheet("2024-11-04", names={"product:p1": "Trail Shoe 2"})
    about = {Metric.FORECAST: AHEAD, Metric.SALES: BEFORE}
    for value, (metric, period) in zip((120.0, 100.0), about.items(), strict=True):
        subject = Subject("product:p1", metric, period)
        sheet.add(subject, value, Unit.UNITS, Origin("test", "given"))
    sheet.derive(Subject("product:p1", Metric.GROWTH, AHEAD), Unit.SHARE, "f1 / f2 - 1")
    return Composer(ENGLISH, sheet.names).compose(
        "outlook", name=Named("product:p1"), growth=sheet["f3"], forecast=sheet["f1"],
        sales=sheet["f2"], ahead=AHEAD, before=BEFORE,
    )  # fmt: skip


def test_a_template_shows_no_figure_no_name_and_no_date(draft):
    assert draft.template() == (
        "{n1} is expected to grow by {f1}: {f2} expected {p1}, against {f3} recorded {p2}."
    )


def test_a_fair_rewording_is_put_back(draft):
    text = "We expect {n1} to grow by {f1}, with {f2} expected {p1} after {f3} recorded {p2}."

    sentence = put_back(draft, text, ENGLISH).fill()

    assert sentence.text.startswith("We expect Trail Shoe 2 to grow by 20%, with 120 units")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("{f1}", "20%", "placeholders"),
        ("{f2} expected", "{f2} and {f2} expected", "placeholders"),
        (" {p2}", "", "placeholders"),
        ("{f1}", "{f7}", "placeholders"),
        ("expected {p1}", "expected, some 300 in all, {p1}", "numbers"),
        ("expected {p1}", "expected, twice the norm, {p1}", "numbers"),
        ("grow", "fall", "directions"),
        ("grow", "grow and rise", "directions"),
        ("grow by", "change by", "directions"),
        ("is expected", "is not expected", "negations"),
        ("recorded", "recorded because of reviews", "causes"),
        ("recorded", "<b>recorded</b>", "markup"),
        ("recorded", "recorded [1]", "markup"),
        (
            "recorded {p2}",
            "recorded {p2}; order now",
            "new words",
        ),
    ],
)
def test_an_unfair_rewording_is_refused(draft, old, new, fault):
    text = draft.template().replace(old, new, 1)

    assert fault in faults(draft, text, ENGLISH)
    assert put_back(draft, text, ENGLISH) is None


def test_the_model_sees_no_figure_no_review_and_no_date(shop):
    model = ScriptedModel([json.dumps({"intent": "rank_growth", "names": []}),
                           json.dumps({"sentences": []})])  # fmt: skip

    Analyst(shop.desk, model).ask(QUESTION)

    content = "\n".join(turn[-1].text for turn in model.seen)
    assert "serum" not in content.lower()
    assert "Ignore all previous" not in content
    assert not any(word in content for word in ("240", "50%", "2024", "Nov"))


def test_an_obedient_model_obeys_no_review(shop, analyst):
    model = obedient()

    answer = Analyst(shop.desk, model).ask(QUESTION)

    assert answer.text == analyst.ask(QUESTION).text
    assert "900%" not in "".join(entry["number"] for entry in answer.proof)
    quoted = [citation for citation in answer.citations if "900%" in citation.quote]
    assert [citation.passage_id for citation in quoted] == ["d8"]


VAGUE = "how is the stuff for cooking doing"


def test_names_are_chosen_in_a_call_that_can_give_nothing_but_labels(shop):
    names = json.dumps({"names": ["n2"]})
    model = ScriptedModel([json.dumps({"intent": "trend"}), names, json.dumps({"sentences": []})])

    answer = Analyst(shop.desk, model).ask(VAGUE)

    plan, chosen = (turn[-1].text for turn in model.seen[:2])
    assert "(category)" not in plan
    assert "n2: " in chosen
    offered = chosen.split("n2: ")[1].split(" (")[0]
    assert [entity.name for entity in answer.trace.plan.slots.entities] == [offered]


@pytest.mark.parametrize("names", [{"names": ["n99"]}, {"intent": "alerts"}, {"names": "n1"}])
def test_names_that_were_not_offered_are_not_used(shop, analyst, names):
    model = ScriptedModel([json.dumps({"intent": "trend"}), json.dumps(names)])

    answer = Analyst(shop.desk, model).ask(VAGUE)

    assert answer.trace.plan.intent is analyst.ask(VAGUE).trace.plan.intent
    assert "reading of the question was not usable" in answer.notices[0]


def test_a_plan_that_names_what_was_not_offered_is_not_used(shop, analyst):
    model = ScriptedModel([json.dumps({"intent": "forecast", "names": ["n99"]})])

    answer = Analyst(shop.desk, model).ask("forecast for kitchen")

    assert answer.text == analyst.ask("forecast for kitchen").text
    assert "reading of the question was not usable" in answer.notices[0]


def test_a_model_cannot_change_the_weeks_or_the_names_that_were_asked_about(shop, analyst):
    question = "forecast for kitchen for the next 2 weeks"
    proposal = {"intent": "forecast", "weeks_ahead": 7, "count": 3}
    model = ScriptedModel([json.dumps(proposal), json.dumps({"sentences": []})])

    answer = Analyst(shop.desk, model).ask(question)

    assert answer.text == analyst.ask(question).text


def test_a_model_cannot_refuse_what_can_be_answered(shop, analyst):
    model = ScriptedModel([json.dumps({"intent": "out_of_scope"}), json.dumps({"sentences": []})])

    answer = Analyst(shop.desk, model).ask("forecast for kitchen")

    assert answer.text == analyst.ask("forecast for kitchen").text
