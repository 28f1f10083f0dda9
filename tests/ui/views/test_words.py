"""Every language says everything, and writes numbers as its readers do."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from agent import LANGUAGES, Intent, Metric, Unit
from ui.views.words import language_wanted, words_in

_UI = Path(__file__).parents[3] / "ui"
_KEY = re.compile(
    r'(?:words|words_in\(code\))(?:\[|\.say\(\s*)"([a-z_.0-9]+)"|: "([a-z]+\.[a-z_]+)"'
)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_the_same_things(code: str) -> None:
    english, other = words_in("en").texts, words_in(code).texts

    assert set(other) == set(english)
    for key, forms in other.items():
        fields = set(re.findall(r"{(\w+)}", forms[-1]))
        assert fields == set(re.findall(r"{(\w+)}", english[key][-1])), key


def test_every_word_that_is_asked_for_is_there() -> None:
    files = [*(_UI / "views").glob("*.py"), *(_UI / "page_tabs").glob("*.py")]
    found = {key for file in files for key in _KEY.findall(file.read_text(encoding="utf-8"))}
    asked = {one or other for one, other in found}

    assert len(asked) > 80
    assert asked <= set(words_in("en").texts)


def test_every_metric_unit_and_intent_has_a_word() -> None:
    texts = words_in("en").texts

    for table, names in (("metric", Metric), ("intent", Intent)):
        assert {f"{table}.{name}" for name in names} <= set(texts)
    assert {f"unit.{unit}" for unit in Unit if unit is not Unit.SCORE} <= set(texts)


@pytest.mark.parametrize(
    ("code", "number", "signed", "share", "day"),
    [
        ("en", "1,234.5", "−1,234.5", "+12.3%", "6 Aug 2025"),
        ("pt", "1.234,5", "−1.234,5", "+12,3%", "6 de ago. de 2025"),
        ("zh", "1,234.5", "−1,234.5", "+12.3%", "2025年8月6日"),
    ],
)
def test_numbers_and_days_are_written_as_the_language_does(
    code: str, number: str, signed: str, share: str, day: str
) -> None:
    words = words_in(code)

    assert words.number(1234.5, 1) == number
    assert words.number(-1234.5, 1, signed=True) == signed
    assert words.share(0.123, 1, signed=True) == share
    assert words.number(-0.04, 1, signed=True) == words.number(0.0, 1)
    assert words.day(date(2025, 8, 6)).replace(".", "") == day.replace(".", "")


@pytest.mark.parametrize(
    ("asked", "accepted", "code"),
    [
        ("zh", "pt-BR,pt;q=0.9", "zh"), (None, "pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        ("<b>", "fr,zh-CN;q=0.5", "zh"), (None, "", "en"), (None, "fr", "en"),
    ],
)  # fmt: skip
def test_a_visitor_gets_the_language_that_was_chosen_or_the_browsers(
    asked: str | None, accepted: str, code: str
) -> None:
    assert language_wanted(asked, accepted) == code


def test_one_and_many_take_their_forms() -> None:
    words = words_in("en")

    assert words.say("span.next_week", count=1) == "next week"
    assert words.say("span.next_week", count=8) == "next 8 weeks"
