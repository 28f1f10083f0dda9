"""An answer checked again, from what it carries and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.language.language import read_language
from agent.proof.facts import FactSheet, Origin, Subject
from agent.writing.verify import Evidence, Problem, check

if TYPE_CHECKING:
    from agent.answer import Answer


def evidence_of(answer: Answer) -> Evidence:
    """Collect what the sentences of an answer may refer to."""
    sheet = FactSheet(answer.as_of, names=dict(answer.names))
    for fact in answer.facts:
        subject = Subject(fact.entity, fact.metric, fact.period, fact.part)
        sheet.add(subject, fact.value, fact.unit, Origin(fact.source, fact.formula))
    citations = {citation.number: citation for citation in answer.citations}
    return Evidence(sheet, answer.periods, citations, answer.question)


def recheck(answer: Answer) -> list[Problem]:
    """List what the sentences of an answer cannot prove; empty when all is proven."""
    evidence, language = evidence_of(answer), read_language(answer.language)
    return [
        problem for sentence in answer.sentences for problem in check(sentence, evidence, language)
    ]
