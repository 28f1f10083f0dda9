"""What is asked without words has a question by which a person would ask the same."""

from __future__ import annotations

from datetime import date

import pytest

from agent import LANGUAGES, Asked, Intent, Length, Window, understand
from agent.understanding.catalogue import Catalogue, Entity, EntityKind

TODAY = date(2025, 12, 29)
TEA = Entity("category:Tea", EntityKind.CATEGORY, "Tea", members=("T1",))
CATALOGUE = Catalogue([TEA, Entity("total", EntityKind.TOTAL, "everything", members=("T1",))])
AHEAD = Window(date(2026, 1, 5), date(2026, 1, 11))
BEFORE = Window(date(2025, 11, 3), date(2025, 12, 14))
ASKED = [
    (Intent.FORECAST, AHEAD, None),
    (Intent.EXPLAIN, AHEAD, None),
    (Intent.EXPLAIN, AHEAD, Length.REPORT),
    (Intent.TREND, BEFORE, None),
    (Intent.SENTIMENT, BEFORE, None),
    (Intent.EVIDENCE, BEFORE, None),
    (Intent.ALERTS, None, None),
    (Intent.ACCURACY, None, None),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("intent", "window", "length"), ASKED)
def test_the_question_is_read_as_what_was_asked(intent, window, length, language):
    plan = Asked(intent, TEA, window, length=length, language=language).plan()

    read = understand(plan.question, CATALOGUE, TODAY)

    assert (read.intent, read.language, read.length) == (intent, language, length)
    assert read.slots.entities == plan.slots.entities == (TEA,)
    found = read.slots.window
    assert (found and (found.first_day, found.last_day)) == (
        window and (window.first_day, window.last_day)
    )


def test_the_whole_shop_is_no_name_in_the_plan():
    plan = Asked(Intent.ALERTS, CATALOGUE["total"]).plan()

    assert plan.slots.entities == ()
    assert plan.question == "Are there any alerts for the whole shop?"


def test_a_topic_stands_in_the_question_that_is_searched():
    assert Asked(Intent.EVIDENCE, TEA, topic="a {torn} bag").plan().question == (
        "Show me comments about Tea: a {torn} bag"
    )


def test_what_needs_words_is_refused():
    with pytest.raises(ValueError, match="what_if is asked in words"):
        Asked(Intent.WHAT_IF, TEA).plan()
