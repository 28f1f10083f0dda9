"""What a shop asks of its comments: read to filters and a topic, and judged by what people said."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from asked_sets import ALL, AskedSet, Question
from search_asked import _search, filters_of, fitted_to_labels, measured

from agent import Catalogue, Entity, EntityKind, understand
from retrieval import HashingEncoder, Passage, PassageKind
from signals import LexiconScorer

DAY = pd.Timestamp("2015-02-21")
TEXTS = (
    "the flight was late again",
    "late, late, late flights every day",
    "lost my bag",
    "late flights are nothing new",
)
QUESTION = "Show me complaints about late flights with Delta on 21 February 2015"


def _asked(category: str = "Delta", texts: tuple[str, ...] = TEXTS) -> AskedSet:
    passages = [
        Passage(
            str(row), PassageKind.REVIEW, text, "en", None, category, DAY,
            DAY.tz_localize("UTC"), str(row), 0, len(text),
        )
        for row, text in enumerate(texts)
    ]  # fmt: skip
    shop = Catalogue(
        (
            Entity("total", EntityKind.TOTAL, "the whole shop"),
            Entity("category:Delta", EntityKind.CATEGORY, "Delta"),
        )
    )
    return AskedSet(passages, shop, date(2015, 2, 23), ALL)


def test_names_and_days_of_a_plan_become_filters():
    asked = _asked()

    filters = filters_of(understand(QUESTION, asked.catalogue, asked.today, "en"))

    assert filters.categories == ("Delta",)
    assert filters.since == filters.until == DAY


def test_what_nobody_judged_counts_neither_way():
    search = _search(_asked(), "en", HashingEncoder(), LexiconScorer())
    question = Question(QUESTION, {0: 1, 3: 1}, "late", frozenset({1}))

    assert measured(search, lambda plan, k: [1, 0, 3], [question]) == pytest.approx((1.0, 1.0))
    assert measured(search, lambda plan, k: [2, 1, 0], [question])[1] == pytest.approx(0.5)


def test_copies_of_a_text_count_once():
    search = _search(_asked(texts=("Late again!", "late again", "lost bag")), "en",
                     HashingEncoder(), LexiconScorer())  # fmt: skip
    question = Question(QUESTION, {0: 1, 1: 1}, "late")

    assert measured(search, lambda plan, k: [0], [question]) == pytest.approx((1.0, 1.0))


def test_the_product_finds_nothing_of_another_brand():
    asked = _asked(category="United")
    search = _search(asked, "en", HashingEncoder(), LexiconScorer())

    plan = understand(QUESTION, asked.catalogue, asked.today, "en")

    assert search.by_product(plan, 5) == search.by_words(plan, 5) == []


def test_labels_that_words_tell_are_told_by_the_classifiers_and_those_of_chance_are_not():
    kinds = ("late flight", "lost bag") * 20
    asked = _asked(texts=tuple(f"{kind} {row}" for row, kind in enumerate(kinds)))
    late, chance = set(range(0, 40, 2)), {0, 1, 6, 7, 12, 13, 18, 19, 24, 25, 30, 31, 36, 37}
    asked.labelled.update(late=late, chance=chance)
    asked.unjudged.update(late=set(), chance=set())
    asked.questions.extend([
        Question(QUESTION, dict.fromkeys(late, 1), "late"),
        Question(f"{QUESTION}?", dict.fromkeys(chance, 1), "chance"),
    ])  # fmt: skip
    search = _search(asked, "en", HashingEncoder(), LexiconScorer())
    find = fitted_to_labels(search)

    told, not_told = (measured(search, find, [question]) for question in asked.questions)

    assert told == pytest.approx((1.0, 1.0))
    assert not_told[1] < 0.8
