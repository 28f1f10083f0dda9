"""Markup of web pages goes out of texts; what only looks like it stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals import clean_text
from signals.markup import has_markup, without_markup

PIECES = ["<", "&", "b", ">", "amp;", "lt;", "#38;", "#x26;", "&#8203;", "&#769;", " ", "br", "/"]
PIECES += [
    "=",
    "'",
    '"',
    "\u200b",
    "\u0301",
    "é",
    "＜",
    "；",
    "<!--",
    "-->",
    "<script>",
    "</script>",
]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Great<br />value", "Great value"),
        ("<p class='x'>un<b>believ</b>able</p>", "unbelievable"),
        ("<b>质量</b>很好<br>推荐", "质量很好 推荐"),
        ("Tom &amp; Ana say &quot;ok&quot;&nbsp;&#128077;", 'Tom & Ana say "ok" 👍'),
        ("&amp;amp;lt;br&amp;amp;gt;twice", "twice"),
        ("<script>alert('x')</script>fine<style>p{}</style>", "fine"),
        ("<!-- seen by nobody -->seen", "seen"),
        ('<a href="http://example.com/?a=1&amp;b=2">link</a>', "link"),
        ("＜br＞full width", "full width"),
    ],
)
def test_markup_goes_and_what_it_says_stays(written, stored):
    assert clean_text(written) == stored
    assert has_markup(written) or written.startswith("＜")


@pytest.mark.parametrize(
    "text",
    [
        "I <3 it", "a < b and c > d", "a<b and c>d", "x <- y", "AT&T, R&D; Q&A", "&copy2020",
        "<email> and <phone>", "5 <6> 7", "<unknown>tag</unknown>", "<", "&", "&;", "<>", "</>",
    ],
)  # fmt: skip
def test_what_only_looks_like_markup_stays(text):
    assert without_markup(text) == clean_text(text) == text
    assert not has_markup(text)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_cleaning_hostile_markup_twice_is_cleaning_it_once(text):
    once = clean_text(text)

    assert clean_text(once) == once


@pytest.mark.parametrize(
    "part",
    ["<", "&amp;", '<a b="', "<!--", "<script>", "<b ", "\u0301\u0323", "&#38;", "<a b=c d=", "a@"],
)
def test_a_megabyte_of_anything_is_cleaned_in_seconds(part):
    text = part * (1_000_000 // len(part))
    started = time.process_time()

    clean_text(text)

    assert time.process_time() - started < 20


def test_a_letter_keeps_eight_marks_of_a_flood():
    assert len(clean_text("o" + "\u0301\u0323" * 500 + "k")) <= 10
