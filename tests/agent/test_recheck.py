"""An answer can be checked again from what it carries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent import recheck


@pytest.mark.parametrize(
    "question",
    [
        "why is beauty growing?",
        "比较厨房和beauty",
        "o que as pessoas dizem sobre Aroma Diffuser Pro?",
    ],
)
def test_an_answer_as_given_proves_itself(analyst, question):
    assert recheck(analyst.ask(question)) == []


def test_an_answer_that_was_changed_does_not(analyst):
    answer = analyst.ask("forecast for kitchen")
    first = answer.sentences[0]
    changed = replace(first, text=first.text.replace("Kitchen", "Nothing", 1))

    assert recheck(replace(answer, sentences=(changed, *answer.sentences[1:])))
