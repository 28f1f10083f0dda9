"""What is left of a question without the name and the times that have picked the texts."""

from __future__ import annotations

from datetime import date

import pytest

from agent import Asked, Intent
from agent.understanding.catalogue import Catalogue, Entity, EntityKind
from agent.understanding.topic import topic_of
from agent.understanding.understand import understand

TODAY = date(2024, 11, 4)
KETTLE = Entity("product:p9", EntityKind.PRODUCT, "Copper Kettle", "garden")
CHARGER = Entity("product:p8", EntityKind.PRODUCT, "Battery Charger", "garden")
SHOP = Catalogue((KETTLE, CHARGER, Entity("product:p7", EntityKind.PRODUCT, "Steel Pan", "garden")))


def topic(question, language="en"):
    return topic_of(understand(question, SHOP, TODAY, language), SHOP, TODAY)


@pytest.mark.parametrize(
    ("language", "question", "left"),
    [
        (
            "en",
            "Show me complaints about the lid of the Copper Kettle last month",
            "Show me complaints about the lid of the",
        ),
        ("zh", "给我看上个月对Copper Kettle盖子的抱怨", "给我看 对 盖子的抱怨"),
        (
            "pt",
            "Mostre reclamações sobre a tampa do Copper Kettle em setembro",
            "Mostre reclamações sobre a tampa do em",
        ),
    ],
)
def test_the_name_and_times_that_filters_keep_to_are_left_out(language, question, left):
    assert topic(question, language).text == left


def test_a_question_of_nothing_but_a_name_stays():
    assert topic("Copper Kettle").text == "Copper Kettle"


@pytest.mark.parametrize(
    ("language", "question", "left"),
    [
        (
            "en",
            "Show me comments on the Copper Kettle that mention the Steel Pan",
            "Show me comments on the that mention the Steel Pan",
        ),
        (
            "en",
            "Show me comments on the Copper Kettle saying it broke after two months",
            "Show me comments on the saying it broke after two months",
        ),
        (
            "en",
            "Show me comments on the Copper Kettle in September saying it broke after two months",
            "Show me comments on the in saying it broke after two months",
        ),
        ("zh", "给我看Copper Kettle用两天就没电的评论", "给我看 用两天就没电的评论"),
        (
            "pt",
            "Mostre comentários sobre o Copper Kettle que quebrou em dois meses",
            "Mostre comentários sobre o que quebrou em dois meses",
        ),
    ],
)
def test_names_and_times_that_no_filter_keeps_to_stay(language, question, left):
    assert topic(question, language).text == left


@pytest.mark.parametrize("given", ["comparison with Steel Pan", "Black Friday delivery"])
def test_a_topic_that_was_given_stays_as_it_stands(given):
    plan = Asked(Intent.EVIDENCE, KETTLE, topic=given).plan()

    assert topic_of(plan, SHOP, TODAY).text == given


def test_a_name_is_no_aspect_that_is_asked_about():
    assert topic("Show me comments on the Battery Charger").aspects == ()
    assert topic("Show me comments on the screen of the Battery Charger").aspects == ("screen",)
    plan = Asked(Intent.EVIDENCE, KETTLE, topic="delivery beside a Battery Charger").plan()
    assert topic_of(plan, SHOP, TODAY).aspects == ("delivery",)


@pytest.mark.parametrize(
    ("language", "question", "tone"),
    [
        ("en", "Show me bad reviews of the Copper Kettle", -1),
        ("en", "What do people love about the Copper Kettle?", 1),
        ("en", "What do people like and dislike about the Copper Kettle?", 0),
        ("en", "Show me comments on the Copper Kettle", 0),
        ("zh", "Copper Kettle的槽点", -1),
        ("zh", "Copper Kettle好评都夸什么", 1),
        ("zh", "Copper Kettle的优缺点", 0),
        ("zh", "大家对Copper Kettle哪里不满意", -1),
        ("pt", "Do que reclamam no Copper Kettle?", -1),
        ("pt", "O que mais elogiam no Copper Kettle?", 1),
        ("pt", "Pontos fortes e pontos fracos de Copper Kettle", 0),
    ],
)
def test_complaints_are_told_from_praise(language, question, tone):
    assert topic(question, language).tone == tone


@pytest.mark.parametrize(
    ("language", "question", "complaints"),
    [
        ("en", "Show me complaints about the delivery of the Copper Kettle", ()),
        ("en", "Show me comments on late deliveries of the Copper Kettle", ("late",)),
        ("en", "What do people love about the Copper Kettle, late or not?", ()),
        ("zh", "给我看Copper Kettle少发的投诉", ("incomplete",)),
        ("pt", "Mostre reclamações de entrega atrasada do Copper Kettle", ("late",)),
    ],
)
def test_a_complaint_is_asked_for_by_its_name(language, question, complaints):
    assert topic(question, language).complaints == complaints
