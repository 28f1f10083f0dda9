"""The same questions in three languages get the same facts, each in its own words."""

from __future__ import annotations

import pandas as pd
import pytest

from agent import Analyst, MarkKind, Reason
from signals import FORECASTS, PRODUCTS, RUNS

ASKED = {
    "forecast": (
        "forecast for kitchen in the next 6 weeks",
        "厨房未来6周的预测",
        "previsão de cozinha para as próximas 6 semanas",
    ),
    "rank_growth": (
        "Which categories will grow most in the next four weeks, and why?",
        "未来四周哪些类别增长最多，为什么？",
        "Quais categorias vão crescer mais nas próximas quatro semanas, e por quê?",
    ),
    "rank_volume": (
        "what should I stock for Double 11?",
        "双十一该备什么货？",
        "o que devo estocar para o 11.11?",
    ),
    "explain": ("why is beauty growing?", "为什么beauty会增长？", "por que beleza está crescendo?"),
    "compare": ("compare kitchen and beauty", "比较厨房和beauty", "compare cozinha com beleza"),
    "trend": (
        "how did kitchen do last month",
        "厨房上个月卖得怎么样",
        "como foram as vendas de cozinha no mês passado",
    ),
    "total": (
        "how many units of kitchen did we sell in the last 4 weeks?",
        "厨房过去4周一共卖了多少件？",
        "quantas unidades de cozinha vendemos nas últimas 4 semanas?",
    ),
    "sentiment": (
        "what are people saying about Aroma Diffuser Pro?",
        "顾客怎么评价Aroma Diffuser Pro？",
        "o que as pessoas dizem sobre Aroma Diffuser Pro?",
    ),
    "aspects": (
        "which aspects of Aroma Diffuser Pro do people mention most?",
        "大家最常提到Aroma Diffuser Pro的哪些方面？",
        "quais aspectos de Aroma Diffuser Pro são mais mencionados?",
    ),
    "evidence": (
        "show me comments about Aroma Diffuser Pro",
        "给我看关于Aroma Diffuser Pro的评论",
        "mostre comentários sobre Aroma Diffuser Pro",
    ),
    "alerts": ("any alerts?", "有预警吗？", "há alertas?"),
    "accuracy": (
        "how accurate are you for kitchen?",
        "厨房的预测有多准？",
        "qual o acerto das previsões para cozinha?",
    ),
    "help": ("what can you do?", "你能做什么？", "o que você sabe fazer?"),
}


@pytest.mark.parametrize("intent", ASKED)
def test_facts_do_not_depend_on_the_language(analyst, intent):
    answers = [analyst.ask(question) for question in ASKED[intent]]

    assert [answer.trace.plan.intent for answer in answers] == [intent] * 3
    assert [answer.language for answer in answers] == ["en", "zh", "pt"]
    facts = [[(f.entity, f.metric, f.value) for f in answer.facts] for answer in answers]
    assert facts[0] == facts[1] == facts[2]
    marked = [[(mark.kind, mark.ref) for s in a.sentences for mark in s.marks] for a in answers]
    values = [sorted(ref for kind, ref in marks if kind is MarkKind.VALUE) for marks in marked]
    assert values[0] == values[1] == values[2]


@pytest.mark.parametrize("intent", ASKED)
def test_every_sentence_of_every_language_passes_the_checks(analyst, intent):
    for question in ASKED[intent]:
        answer = analyst.ask(question)

        assert answer.notices == (), question
        assert answer.abstention is None, question


@pytest.mark.parametrize("intent", ["forecast", "sentiment", "accuracy", "help"])
def test_what_is_offered_next_can_be_answered_in_the_same_language(analyst, intent):
    for question in ASKED[intent]:
        for offered in analyst.ask(question).suggestions:
            answer = analyst.ask(offered)
            assert answer.language == analyst.ask(question).language, offered
            reason = answer.abstention and answer.abstention.reason
            assert reason in {None, Reason.NOT_READY}, offered


def test_chinese_puts_time_first_and_no_blanks_between_sentences(analyst):
    text = analyst.ask("厨房未来6周的预测").text

    assert text.startswith(
        "Kitchen预计下降15.7%：未来6周（2024年11月4日至12月15日）预计需求为516件，"
        "过去6周（2024年9月23日至11月3日）记录到612件。Kitchen的谨慎区间"
    )


def test_portuguese_melts_prepositions_and_writes_decimals_with_a_comma(analyst):
    text = analyst.ask("previsão de cozinha para as próximas 6 semanas").text

    assert text.startswith(
        "Kitchen deve cair 15,7%: previsão de 516 unidades nas próximas 6 semanas (4 de nov. a 15 "
        "de dez. de 2024), contra registro de 612 unidades nas últimas 6 semanas"
    )


def test_quotes_stay_in_their_own_language(analyst):
    for question in ASKED["sentiment"]:
        assert "“It leaked all over the shelf after 2 days.”" in analyst.ask(question).text


def test_an_answer_can_be_had_in_a_language_of_choice(shop):
    analyst = Analyst(shop.desk, language="pt")

    assert analyst.ask("any alerts?").text.startswith("Em aberto: 1 alerta.")


@pytest.mark.parametrize(
    ("question", "reason", "words"),
    [
        ("帐篷的预测是多少？", Reason.UNKNOWN_PRODUCT, "目录中没有“帐篷”"),
        ("previsão para barracas", Reason.UNKNOWN_PRODUCT, "“barracas” não está no catálogo"),
        ("今天天气怎么样？", Reason.OUT_OF_SCOPE, "不在本工具的范围内"),
        ("conte uma piada", Reason.OUT_OF_SCOPE, "fora do que esta ferramenta conhece"),
        ("厨房2月30日的销量", Reason.UNCLEAR, "“2月30日”"),
        ("sales of kitchen on 31 February", Reason.UNCLEAR, "no day of the calendar"),
        ("receita de vendas de cozinha em reais", Reason.OUT_OF_SCOPE, "só se prevê a demanda"),
        ("明年7月厨房的预测", Reason.BEYOND_HORIZON, "预测覆盖2024年11月4日至12月29日"),
        ("what if kitchen?", Reason.UNCLEAR, "by how much"),
        ("what if the price of kitchen falls by 10%?", Reason.NO_EVIDENCE, "cannot say that"),
        ("what changed in the forecast for kitchen?", Reason.NOT_READY, "no earlier run"),
    ],
)
def test_refusals_name_their_reason_in_the_language_of_the_question(
    analyst, question, reason, words
):
    answer = analyst.ask(question)

    assert answer.abstention.reason is reason
    assert words in answer.text


def test_a_total_over_days_gone_and_to_come_adds_both(shop):
    desk = shop.desk
    answer = Analyst(desk).ask("total sales of kitchen from 7 October to 17 November")

    # four weeks of 102 units recorded, two weeks of 86 expected
    assert "Kitchen: 580 units in total" in answer.text
    assert "the 408 units recorded so far and the 172 units still expected" in answer.text


def test_a_forecast_by_week_has_a_line_a_week(analyst):
    text = analyst.ask("forecast for kitchen by week").text

    assert "4 Nov to 10 Nov 2024: 86 units expected.\n11 Nov to 17 Nov 2024: 86 units" in text


def test_a_conversation_keeps_what_a_follow_up_leaves_out(analyst):
    first = analyst.ask("forecast for kitchen in the next 6 weeks")
    second = analyst.ask("and for beauty?", first)
    third = analyst.ask("same but weekly", second)

    assert "360 units expected in the next 6 weeks" in second.text
    assert third.text.count("60 units expected.") == 6


def test_what_changed_is_the_difference_of_two_runs(tmp_path, open_shop):
    shop = open_shop(tmp_path)
    made_on = pd.Timestamp("2024-10-27")
    rows = shop.lake.read(FORECASTS)
    earlier = rows.assign(run_id="run0000", made_on=made_on, units=rows["units"] * 0.5)
    run = shop.lake.read(RUNS).assign(run_id="run0000", made_on=made_on)
    run["recorded_at"] = run["recorded_at"] - pd.Timedelta(days=7)
    with shop.lake.batch() as batch:
        batch.add(FORECASTS, earlier)
        batch.add(RUNS, run)

    answer = Analyst(shop.desk).ask("what changed in the forecast for kitchen?")

    assert answer.text.startswith("The forecast for kitchen in the next 4 weeks")
    assert (
        "rose by 172 units since the run before: 344 units expected now, 172 units" in answer.text
    )
    revision = next(fact for fact in answer.facts if fact.metric == "revision")
    assert revision.formula.startswith("= ")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("forecast for Desk Lamp", "“Desk Lamp” fits several names:"),
        ("Desk Lamp的预测", "“Desk Lamp”可以指好几样东西："),
        ("previsão para Desk Lamp", "“Desk Lamp” pode ser várias coisas:"),
        ("explain the reviews of kitchen", "can be read in several ways"),
    ],
)
def test_what_is_not_certain_is_asked_back_with_choices(lamp_shop, question, words):
    analyst = Analyst(lamp_shop.desk)

    answer = analyst.ask(question)

    assert words in answer.text
    assert answer.abstention.reason is Reason.UNCLEAR
    assert len(answer.abstention.alternatives) > 1
    assert analyst.ask(answer.abstention.alternatives[0]).language == answer.language


@pytest.fixture(scope="module")
def lamp_shop(tmp_path_factory, open_shop):
    """The shop with two lamps that differ in colour alone."""
    shop = open_shop(tmp_path_factory.mktemp("lamps"))
    since = pd.Timestamp("1970-01-01", tz="UTC")
    lamps = [
        {"product_id": f"l{place}", "name": f"Desk Lamp ({colour})", "category": "home",
         "brand": None, "available_at": since}
        for place, colour in enumerate(("white", "black"))
    ]  # fmt: skip
    with shop.lake.batch() as batch:
        batch.add(PRODUCTS, pd.DataFrame(lamps))
    return shop


def test_a_premise_about_what_is_to_come_is_judged_by_the_forecast(analyst):
    for question in (
        "why will kitchen grow?",
        "为什么厨房会增长？",
        "por que cozinha vai crescer?",
    ):
        answer = analyst.ask(question)
        assert answer.abstention.reason is Reason.FALSE_PREMISE, question


def test_aspects_are_counted_over_just_the_days_that_are_named(analyst):
    answer = analyst.ask("which aspects of Aroma Diffuser Pro do people mention from 26 to 27 Oct?")

    counted = {fact.part: fact.value for fact in answer.facts if fact.metric == "aspect_comments"}
    periods = {(str(fact.period.first_day), str(fact.period.last_day)) for fact in answer.facts}
    assert periods == {("2024-10-26", "2024-10-27")}
    assert set(counted.values()) == {1.0}
