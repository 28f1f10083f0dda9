"""Quotes are searched for by what was asked, and by tone where nothing was."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from agent.proof.facts import Period
from agent.tools.voices import find_quotes
from agent.understanding.catalogue import Entity, EntityKind
from agent.understanding.topic import Topic

CHARGER = Entity("product:p8", EntityKind.PRODUCT, "Battery Charger", members=("p8",))
PERIOD = Period(date(2024, 10, 1), date(2024, 10, 31))


class Asked:
    """Notes which aspects are to come first, and finds nothing."""

    def search(self, query, *, filters, k, aspects=None):
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
