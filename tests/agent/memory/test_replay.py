"""Answers given again: the same bytes from the same data, a difference from newer data."""

from __future__ import annotations

import pandas as pd
import pytest

from agent import Analyst, Kept, Replay, ScriptedModel, pack, unpack
from signals import DataError, ModelError
from ui.wiring import make_analyst, make_past_analyst

NOW = pd.Timestamp("2024-06-03 09:00", tz="UTC")
QUESTIONS = [
    "forecast for kitchen, and why?",
    "what do people say about Ceramic Kettle?",
    "which products will grow most?",
]


def replayed(shop, answer, *, now=False):
    answer = unpack(pack(answer))
    analyst = make_analyst(shop.settings) if now else make_past_analyst(shop.settings, answer)
    return Replay(Kept("c1", answer, NOW, 0.1, "0.1.0"), analyst.repeat(answer))


def test_a_replay_is_the_same_to_the_byte_whatever_came_later(shop):
    analyst = make_analyst(shop.settings)
    first = analyst.ask(QUESTIONS[0])
    given = [first, *map(analyst.ask, QUESTIONS[1:]), analyst.ask("and for Desk Lamp?", first)]
    shop.know_later()

    for answer in given:
        again = replayed(shop, answer)
        assert again.is_same
        assert again.again.text.encode() == answer.text.encode()
        assert again.again.to_dict() == answer.to_dict()


def test_newer_data_show_as_a_difference(shop):
    answer = make_analyst(shop.settings).ask("forecast for kitchen")
    shop.know_later()

    found = replayed(shop, answer, now=True)

    assert not found.is_same
    assert found.difference.startswith("--- answered 2024-06-03\n+++ answered 2024-07-01")
    assert "-Kitchen is expected to grow by 20%: 240 units expected" in found.difference
    assert "+Kitchen: 720 units expected" in found.difference


def test_an_answer_as_of_an_earlier_day_is_replayed(later_shop):
    answer = make_analyst(later_shop.settings).ask(
        "As of 5 June, what would people have said about Ceramic Kettle?"
    )

    again = replayed(later_shop, answer)

    assert again.is_same
    assert again.again.to_dict() == answer.to_dict()


def test_what_the_chat_model_said_is_said_again_without_it(later_shop):
    desk = make_analyst(later_shop.settings)._desk
    model = ScriptedModel(lambda messages, schema: "{}")
    answer = Analyst(desk, model).ask("forecast for kitchen")

    asked = len(model.seen)
    again = replayed(later_shop, answer)

    assert asked
    assert again.is_same
    assert len(model.seen) == asked


def test_versions_that_are_gone_are_named(shop):
    answer = make_analyst(shop.settings).ask("forecast for kitchen")
    for file in (shop.settings.workspace.lake / "sales").glob("*.parquet"):
        file.unlink()

    with pytest.raises(DataError, match="has lost the versions of sales that it was made from"):
        make_past_analyst(shop.settings, answer)


def test_another_encoder_is_refused(later_shop):
    answer = make_analyst(later_shop.settings).ask("forecast for kitchen")
    answer.trace.models["search"] = "another encoder"

    with pytest.raises(ModelError, match="was searched with encoder 'another encoder'"):
        make_past_analyst(later_shop.settings, answer)
