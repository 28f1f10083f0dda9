"""Questions answered over a shop whose figures are known by hand."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from agent import Analyst, Desk, MarkKind, Reason, StepKind, listened
from signals import ALERTS, SALES, AlertKind, Col, Lake, NotReady

FLAGSHIP = "Which categories will grow most in the next four weeks, and why?"


def shown(answer, entity=None):
    return [e["number"] for e in answer.proof if entity in (None, e["entity"])]


def test_the_flagship_question_ranks_explains_and_quotes(analyst):
    answer = analyst.ask(FLAGSHIP)

    assert answer.text.startswith(
        "Of the categories ranked, beauty is expected to grow most: by 50%, with 240 units "
        "expected in the next 4 weeks (4 Nov to 1 Dec 2024), against 160 units recorded in the "
        "last 4 weeks (7 Oct to 3 Nov 2024)."
    )
    assert "1. beauty: +50% change, 240 units expected, 160 units recorded." in answer.text
    assert "2. sports outdoors: +20% change" in answer.text
    assert "at least 192 units and at most 312 units" in answer.text
    assert "forecasts for beauty were off by 12.3% of demand on average" in answer.text
    assert "78% of outcomes lay inside the 80% range" in answer.text
    assert "association in past data" in answer.text
    assert answer.chart.series_id == "category:beauty"
    assert answer.abstention is None


def test_the_parts_sum_to_the_forecast(analyst):
    answer = analyst.ask(FLAGSHIP)
    facts = [f for f in answer.facts if f.entity == "category:beauty"]
    baseline = next(f.value for f in facts if f.metric == "baseline")
    parts = {f.part: f.value for f in facts if f.metric == "contribution"}
    forecast = next(f.value for f in facts if f.metric == "forecast")

    assert baseline == pytest.approx(216)
    assert parts["price and promotion"] == pytest.approx(-4.8)
    assert baseline + sum(parts.values()) == pytest.approx(forecast)
    assert "price and promotion −4.8 units" in answer.text


def test_quotes_are_verbatim_and_from_the_category_they_speak_of(analyst, shop):
    answer = analyst.ask(FLAGSHIP)

    assert answer.citations
    for citation in answer.citations:
        passage = shop.retriever.passage(citation.passage_id)
        assert citation.quote in passage.text
        assert f"“{citation.quote}” [{citation.number}]" in answer.text
    assert answer.citations[0].passage_id in {"d1", "d2", "d8"}


def test_every_figure_of_an_answer_has_its_fact(analyst):
    answer = analyst.ask(FLAGSHIP)
    facts = {fact.fact_id: fact for fact in answer.facts}

    assert len(answer.proof) > 15
    for sentence in answer.sentences:
        for mark in sentence.marks:
            if mark.kind is MarkKind.VALUE:
                assert mark.ref in facts
    growth = next(f for f in answer.facts if f.metric == "growth")
    first, second = growth.formula.removeprefix("= ").removesuffix(" - 1").split(" / ")
    assert facts[first].value / facts[second].value - 1 == pytest.approx(growth.value)


def test_the_same_question_gives_the_same_bytes(shop):
    first, second = (Analyst(shop.desk).ask(FLAGSHIP) for _ in range(2))

    assert json.dumps(first.to_dict(), sort_keys=True) == json.dumps(
        second.to_dict(), sort_keys=True
    )


def test_weeks_are_those_of_the_question(analyst):
    answer = analyst.ask("how many units of Trail Shoe 2 in the next 6 weeks?")

    assert "360 units expected in the next 6 weeks (4 Nov to 15 Dec 2024)" in answer.text
    assert "against 300 units recorded in the last 6 weeks" in answer.text


def test_an_event_is_found_in_its_week(analyst):
    answer = analyst.ask("what should I stock for Double 11?")

    assert "80 units expected in the week of Double 11 (11 Nov to 17 Nov 2024)" in answer.text


def test_a_brand_is_the_sum_of_its_products(analyst):
    answer = analyst.ask("forecast for Zenlux")

    assert "560 units expected" in answer.text
    assert "Zenlux is a brand" in answer.text


def test_small_series_are_named_not_ranked(analyst):
    answer = analyst.ask("Which products will grow most next month?")

    assert answer.text.startswith(
        "Of the products ranked, Glow Serum 30ml is expected to grow most"
    )
    assert "1 series with too little demand for a growth rate left out" in answer.text
    assert "Tiny Spoon" not in answer.text


def test_losers_are_only_those_that_fall(analyst):
    answer = analyst.ask("biggest losers in the next 4 weeks")

    assert "kitchen is expected to fall most: by 15.7%" in answer.text
    assert "sports outdoors" not in answer.text


def test_a_comparison_says_which_way_and_by_how_much(analyst):
    answer = analyst.ask("compare kitchen and beauty")

    assert "Against beauty, expected demand for kitchen" in answer.text
    assert "is higher by a gap of 104 units" in answer.text


def test_what_people_say_is_counted_and_quoted(analyst):
    answer = analyst.ask("what are people saying about Aroma Diffuser Pro?")

    assert "3 comments about Aroma Diffuser Pro in the last 8 weeks" in answer.text
    assert "average tone −0.2 on the polarity scale; 66.7% of them negative" in answer.text
    assert "“It leaked all over the shelf after 2 days.”" in answer.text


def test_alerts_are_listed_with_their_figures(analyst):
    answer = analyst.ask("any alerts?")

    assert answer.text.startswith("1 alert open.")
    assert "negative share 67% observed over 25 Oct to 2 Nov 2024, 15% usual" in answer.text
    assert analyst.ask("any alerts for beauty?").text == "No alerts are open for beauty."


@pytest.mark.parametrize(
    ("kind", "seen", "told"),
    [
        (
            AlertKind.POSITIVE_SHARE,
            (0.6, 0.2, np.nan),
            (
                "positive share 60% over 25 Oct to 2 Nov 2024, 20% usual; 3 comments read.",
                "正面占比60%，通常为20%",
                "parcela positiva de 60% de 25 de out. a 2 de nov. de 2024, contra 20% de costume",
            ),
        ),
        (
            AlertKind.RIVAL_SHARE,
            (0.3, 0.1, 40.0),
            (
                "other brands named in 30% of comments over 25 Oct to 2 Nov 2024, 10% usual",
                "提到其他品牌的占30%，通常为10%",
                "outras marcas citadas em 30% dos comentários",
            ),
        ),
        (
            AlertKind.VOLUME,
            (12.5, 3.0, np.nan),
            (
                "12 comments a day over 25 Oct to 2 Nov 2024, 3 comments usually",
                "每天12条评论，平时3条评论",
                "12 comentários por dia",
            ),
        ),
    ],
)
def test_alerts_of_every_kind_are_told_in_three_languages(open_shop, tmp_path, kind, seen, told):
    observed, expected, at_risk = seen
    shop = open_shop(tmp_path)
    rows = shop.lake.read(ALERTS)
    rows[Col.KIND], rows[Col.OBSERVED], rows[Col.EXPECTED] = str(kind), observed, expected
    rows[Col.UNITS_AT_RISK] = at_risk
    rows[Col.AVAILABLE_AT] += pd.Timedelta(minutes=1)
    with shop.lake.batch() as batch:
        batch.add(ALERTS, rows)
    analyst = Analyst(shop.desk)

    for question, words in zip(("any alerts?", "有预警吗？", "há alertas?"), told, strict=True):
        answer = analyst.ask(question)
        assert words in answer.text
        assert answer.notices == ()
    risks = [fact.value for fact in answer.facts if fact.metric == "at_risk"]
    assert risks == ([] if np.isnan(at_risk) else [at_risk])
    assert ("Em risco de 4 de nov." in answer.text) == bool(risks)


@pytest.mark.parametrize(
    ("question", "reason", "words"),
    [
        ("forecast for iPhone 99", Reason.UNKNOWN_PRODUCT, "“iPhone 99” is not in the catalogue"),
        ("forecast Trail Shoe 3", Reason.UNKNOWN_PRODUCT, "Nearest names: Trail Shoe 2."),
        ("forecast kitchen for next year", Reason.BEYOND_HORIZON, "covers 4 Nov to 29 Dec 2024"),
        ("kitchen demand in July", Reason.BEYOND_HORIZON, "covers 4 Nov to 29 Dec 2024"),
        ("forecast Night Lamp X9", Reason.NO_HISTORY, "has no forecast in this run"),
        ("what do people say about Moon Rug 7", Reason.NO_EVIDENCE, "No comments about Moon Rug 7"),
        ("what's the weather", Reason.OUT_OF_SCOPE, "outside what this tool knows"),
        ("why is Aroma Diffuser Pro growing?", Reason.FALSE_PREMISE, "do not bear out"),
        ("compare kitchen", Reason.UNCLEAR, "pair of names"),
    ],
)
def test_what_cannot_be_answered_is_refused_for_a_named_reason(analyst, question, reason, words):
    answer = analyst.ask(question)

    assert answer.abstention.reason is reason
    assert words in answer.text


def test_a_refusal_offers_questions_that_can_be_answered(analyst):
    refusal = analyst.ask("forecast Trail Shoe 3").abstention

    assert refusal.alternatives[0] == "What is the forecast for Trail Shoe 2?"
    assert analyst.ask(refusal.alternatives[0]).abstention is None


def test_every_suggestion_can_be_answered(analyst):
    questions = {s for q in (FLAGSHIP, "hello", "any alerts?") for s in analyst.ask(q).suggestions}

    assert questions
    for question in questions:
        assert analyst.ask(question).abstention is None, question


def test_explain_takes_a_name_or_an_id(analyst):
    by_name, by_id = analyst.explain("glow serum 30ml"), analyst.explain("product:p3")

    assert by_name.text == by_id.text
    assert "Glow Serum 30ml: from a baseline of 216 units" in by_name.text
    assert analyst.explain("nothing of the kind").abstention.reason is Reason.UNKNOWN_PRODUCT


@pytest.mark.parametrize(
    "question",
    [FLAGSHIP, "forecast for kitchen", "how did kitchen do last month", "any alerts?",
     "what are people saying about beauty", "compare kitchen and beauty", "how accurate are you?"],
)  # fmt: skip
def test_a_proxy_is_named_in_every_answer(review_shop, question):
    answer = Analyst(review_shop.desk).ask(question)

    assert "Demand here is the number of reviews, a stand-in for units sold." in answer.text
    assert "units expected" not in answer.text


def test_text_that_did_not_help_is_said_so(review_shop, analyst):
    answer = Analyst(review_shop.desk).ask(FLAGSHIP)

    assert "Text did not improve this forecast" in answer.text
    assert "Text did not improve" not in analyst.ask(FLAGSHIP).text


def test_no_answer_claims_a_cause(analyst):
    for question in (FLAGSHIP, "why is Aroma Diffuser Pro falling?", "explain beauty"):
        text = analyst.ask(question).text.lower()
        assert not any(word in text for word in ("because", "due to", "caused by", "thanks to"))


def test_without_a_run_the_past_can_be_asked_about(shop):
    as_of = pd.Timestamp("2024-11-04", tz="UTC")
    analyst = Analyst(Desk(shop.lake, shop.retriever, None, as_of))

    assert "408 units recorded" in analyst.ask("how did kitchen do in the last 4 weeks").text
    assert analyst.ask("forecast for kitchen").abstention.reason is Reason.NOT_READY


def test_without_a_run_or_a_moment_there_is_no_desk(shop):
    with pytest.raises(NotReady, match="groundswell run"):
        Analyst(Desk(shop.lake)).ask("hello")


def test_an_empty_question_gets_help(analyst):
    assert analyst.ask("   ").text.startswith("Ask about forecasts")


@pytest.mark.parametrize(
    "question", ["?" * 5000, "\x00\x1b[31m", "'; DROP TABLE sales; --", "💥" * 99]
)
def test_strange_questions_are_refused_in_peace(analyst, question):
    assert analyst.ask(question).abstention is not None


def test_what_is_written_while_an_answer_is_made_is_for_the_next_one(shop, tmp_path):
    shutil.copytree(shop.lake.root, tmp_path / "lake")
    lake = Lake(tmp_path / "lake")
    analyst, before = Analyst(Desk(lake, shop.retriever, shop.run)), lake.versions()
    counted = lake.read(SALES)
    twice = counted.assign(
        units=2 * counted["units"], available_at=counted["available_at"] + pd.Timedelta(hours=1)
    )

    def write(step):
        if step.kind is StepKind.TOOL and lake.versions() == before:
            with lake.batch() as batch:
                batch.add(SALES, twice)

    with listened(write):
        during = analyst.ask(FLAGSHIP)
    after = analyst.ask(FLAGSHIP)

    assert lake.versions() != before
    assert during.trace.lake_versions == before
    assert during.text == Analyst(shop.desk).ask(FLAGSHIP).text
    assert "320 units recorded" in after.text
