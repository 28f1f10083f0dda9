"""Questions from a notebook: answers whose facts are a table."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from signals import DataError, NotReady
from ui.notebook import open_conversation


@pytest.fixture(autouse=True)
def _light(monkeypatch):
    monkeypatch.setenv("GROUNDSWELL_ENCODER", "hashing")
    monkeypatch.setenv("GROUNDSWELL_SCORER", "lexicon")


def test_an_analyst_asks_follows_up_and_calculates_with_the_facts(small_shop):
    conversation = open_conversation(small_shop.settings.home)

    first = conversation.ask("forecast for Kitchen")
    second = conversation.ask("and for Wearables?")
    facts = second.facts_frame()

    assert "4,400 units expected" in first.text
    forecast = facts[facts["metric"] == "forecast"].iloc[0]
    assert (forecast["name"], forecast["value"], forecast["unit"]) == ("Wearables", 4000.0, "units")
    assert forecast["first_day"] == pd.Timestamp("2025-12-29")
    assert facts.index.is_unique
    assert facts["value"].dtype == float


def test_a_conversation_is_gone_on_with_another_day(small_shop):
    home = small_shop.settings.home
    begun = open_conversation(home)
    begun.ask("forecast for Kitchen", as_of=date(2026, 1, 5))

    later = open_conversation(home, begun.conversation_id)

    assert later.last.question == "forecast for Kitchen"
    assert later.last.trace.asked_for == date(2026, 1, 5)


def test_what_is_not_there_is_said(small_shop, tmp_path):
    with pytest.raises(DataError, match="there is no conversation 'c9'"):
        open_conversation(small_shop.settings.home, "c9")
    with pytest.raises(NotReady, match="groundswell run"):
        open_conversation(tmp_path / "new")
