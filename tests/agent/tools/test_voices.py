"""Quotes are searched for by what was asked, and by tone where nothing was."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from agent.proof.facts import Period
from agent.tools.voices import comments_on, find_quotes
from agent.understanding.catalogue import Entity, EntityKind
from agent.understanding.topic import Topic
from retrieval import ExactIndex, Filters, HashingEncoder, Passage, PassageKind, Passages, Retriever

CHARGER = Entity("product:p8", EntityKind.PRODUCT, "Battery Charger", members=("p8",))
PERIOD = Period(date(2024, 10, 1), date(2024, 10, 31))


class Asked:
    """Notes which aspects are to come first, and finds nothing."""

    def search(self, query, *, filters, k, aspects, complaints):
        self.aspects = aspects
        return []


@pytest.mark.parametrize(
    ("tone", "topic", "aspects"),
    [
        (-1, None, ()),
        (1, None, ()),
        (0, None, ()),
        (0, Topic("late parcels", ("delivery",)), ("delivery",)),
    ],
)
def test_only_a_topic_that_was_asked_puts_aspects_first(tone, topic, aspects):
    asked = Asked()
    desk = SimpleNamespace(retriever=asked, known_by=pd.Timestamp("2024-11-04", tz="UTC"))

    find_quotes(desk, None, CHARGER, PERIOD, (tone, 2), topic)

    assert asked.aspects == aspects


@pytest.mark.parametrize(
    ("tone", "clear", "found"),
    [
        (-1, False, ["bad", "so-so"]),
        (1, False, ["good", "so-so", "bad again"]),
        (-1, True, ["bad"]),
        (0, False, ["good", "so-so", "bad"]),
    ],
)
def test_comments_in_the_tone_come_first_each_once_and_none_against_it(tone, clear, found):
    polarities = {"good": 0.9, "so-so": 0.1, "bad": -0.8, "bad again": -0.2}
    texts = {
        "good": "the kettle handle",
        "so-so": "the kettle handle is a handle",
        "bad": "the handle burns my hand, bad.",
        "bad again": "the handle burns my hand, bad!!1",
    }
    encoder, index = HashingEncoder(), ExactIndex(HashingEncoder().dim)
    index.add(encoder.encode_passages([*texts.values()]))
    day = pd.Timestamp("2024-10-07")
    passages = Passages.of(
        Passage(
            key, PassageKind.REVIEW, text, "en", "p8", None, day, day.tz_localize("UTC"), key, 0,
            len(text), polarity=polarities[key],
        )
        for key, text in texts.items()
    )  # fmt: skip
    retriever = Retriever(passages, index, encoder)

    hits = comments_on(retriever, Topic("the kettle handle", tone=tone), Filters(), 4, clear=clear)

    assert [hit.passage.passage_id for hit in hits] == found
