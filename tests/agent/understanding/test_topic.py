"""What is left of a question once its names and times have picked the texts."""

from __future__ import annotations

from datetime import date

import pytest

from agent.understanding.catalogue import Catalogue, Entity, EntityKind
from agent.understanding.topic import topic_of

TODAY = date(2024, 11, 4)
SHOP = Catalogue((Entity("product:p9", EntityKind.PRODUCT, "Copper Kettle", "garden"),))


@pytest.mark.parametrize(
    ("language", "question", "topic"),
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
def test_names_and_times_are_left_out(language, question, topic):
    assert topic_of(question, SHOP, TODAY, language) == topic


def test_a_question_of_nothing_but_a_name_stays():
    assert topic_of("Copper Kettle", SHOP, TODAY, "en") == "Copper Kettle"
