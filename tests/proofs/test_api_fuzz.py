"""The REST interface under generated requests; expressions that choke are seen."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from proofs import api_fuzz
from proofs.regexes import Found, chokes, expressions
from proofs.size import Size


def test_generated_requests_get_answers_or_problem_documents() -> None:
    pytest.importorskip("schemathesis", reason="needs the extra dev")

    short = [figure.name for figure in api_fuzz.prove(Size.SMALL) if figure.falls_short]

    assert short == []


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (500, {"code": "unforeseen"}, "5xx"),
        (422, {"code": "invalid"}, "no field"),
        (404, {"title": "Not Found"}, "no code"),
    ],
)
def test_what_is_wrong_with_an_answer_is_counted(status, body, fault) -> None:
    kind = {"content-type": "application/problem+json"}

    assert api_fuzz.judged(status, kind, lambda: body)[fault] == 1
    assert api_fuzz.judged(status, {}, lambda: body)["no problem"] == 1
    assert +api_fuzz.judged(200, {}, dict) == Counter({"cases": 1, "accepted": 1})


def test_an_expression_that_chokes_is_seen() -> None:
    assert chokes(Found("here", re.compile(r"(a+)+b")), 40)
    assert chokes(Found("here", re.compile(r"\w+://")), 20_000)
    assert not chokes(Found("here", re.compile(r"\d+")), 20_000)
    assert any(found.place.startswith("retrieval/chunk.py") for found in expressions())
