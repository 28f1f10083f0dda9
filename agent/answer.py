"""An answer: text, and the proof of everything in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from agent.language.language import read_language
from agent.proof.frame import facts_frame
from agent.understanding.plan import Length
from agent.writing.sentence import MarkKind, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd

    from agent.abstain import Abstention
    from agent.model_calls import ModelCall
    from agent.proof.citation import Citation
    from agent.proof.facts import Fact, Period
    from agent.tools.calls import ToolCall
    from agent.understanding.plan import Plan
    from retrieval import IndexAbout
from agent.writing.sentence import Sentence

_ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """Series to draw: the one an answer is mostly about, and others beside it."""

    series_id: str
    others: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the chart as JSON values."""
        return {"series_id": self.series_id, "others": list(self.others)}


@dataclass(frozen=True, slots=True)
class Trace:
    """How an answer came about.

    Parameters
    ----------
    used_model
        Chat model whose plan or wording is in the answer; None when none is.
    tokens
        Read and written by the chat model, where it says; else None.
    lake_versions
        Versions of the tables that were read.
    tools
        Calls of tools, in order.
    searched
        What the search index held; None where nothing could be searched.
    models
        What read texts and questions, by its task: ``sentiment``, ``search``.
    heard
        What the chat model replied, by a hash of what it was asked; kept for replays, not shown.
    asked_for
        The day of which the question wanted to know what would have been told; None for today.
    model_calls
        What each call of the chat model cost, also of one whose reply was not used.
    read
        The plan from which a model set out that called the tools itself; None where none did. Kept
        for replays, not shown.
    """

    plan: Plan
    used_model: str | None = None
    tokens: tuple[int, int] | None = None
    lake_versions: Mapping[str, int] = field(default_factory=dict)
    tools: tuple[ToolCall, ...] = ()
    searched: IndexAbout | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    heard: Mapping[str, str] = field(default_factory=dict)
    asked_for: date | None = None
    model_calls: tuple[ModelCall, ...] = ()
    read: Plan | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the trace as JSON values."""
        return {
            "plan": self.plan.to_dict(),
            "used_model": self.used_model,
            "tokens": None
            if self.tokens is None
            else {"read": self.tokens[0], "written": self.tokens[1]},
            "lake_versions": dict(self.lake_versions),
            "tools": [call.to_dict() for call in self.tools],
            "searched": self.searched and asdict(self.searched),
            "models": dict(self.models),
            "asked_for": self.asked_for and self.asked_for.isoformat(),
            "model_calls": [call.to_dict() for call in self.model_calls],
        }


@dataclass(frozen=True)  # without slots: its id is worked out once
class Answer:
    """What is shown, and what proves it.

    Parameters
    ----------
    language
        Code of the language of the text.
    names
        Series id to the name a person knows, for every series of the facts.
    chart
        None when there is nothing to draw.
    abstention
        None when the question was answered.
    notices
        What a person should know of how the answer was made.
    suggestions
        Questions that can be asked next.
    periods
        Key of a period to the manners in which the answer may speak of it.
    """

    question: str
    sentences: tuple[Sentence, ...]
    facts: tuple[Fact, ...]
    citations: tuple[Citation, ...]
    trace: Trace
    as_of: str
    language: str = "en"
    run_id: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    chart: ChartSpec | None = None
    abstention: Abstention | None = None
    notices: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    periods: Mapping[str, tuple[Period, ...]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentences as paragraphs of plain text; lists and quotes have lines of their own.

        What was asked for in a line or a paragraph is one.
        """
        blank = " " if read_language(self.language).spaced else ""
        if self.trace.plan.length in {Length.LINE, Length.PARAGRAPH}:
            return blank.join(sentence.text for sentence in self.sentences)
        return written(self.sentences, blank)

    @cached_property
    def answer_id(self) -> str:
        """Name the content: the same question on the same data gives the same id."""
        content = {
            "question": self.question,
            "text": self.text,
            "facts": [fact.to_dict() for fact in self.facts],
            "citations": [citation.passage_id for citation in self.citations],
            "run_id": self.run_id,
            "as_of": self.as_of,
        }
        packed = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(packed.encode()).hexdigest()[:_ID_LENGTH]

    @property
    def proof(self) -> list[dict[str, Any]]:
        """Every figure of the text, in order, with the fact that proves it."""
        facts = {fact.fact_id: fact for fact in self.facts}
        return [
            {
                "number": sentence.text[mark.start : mark.end],
                "sentence": place,
                **facts[mark.ref].to_dict(),
            }
            for place, sentence in enumerate(self.sentences)
            for mark in sentence.marks
            if mark.kind is MarkKind.VALUE
        ]

    def facts_frame(self) -> pd.DataFrame:
        """Give the facts as a table.

        Returns
        -------
        pandas.DataFrame
            A row a fact, indexed by fact_id: name, metric, part, first_day, last_day (naive days),
            value, unit, entity (series id), source, formula.
        """
        return facts_frame(self.facts, self.names)

    def to_dict(self) -> dict[str, Any]:
        """Give the answer as JSON values."""
        return {
            "answer_id": self.answer_id,
            "question": self.question,
            "language": self.language,
            "text": self.text,
            "sentences": [sentence.to_dict() for sentence in self.sentences],
            "proof": self.proof,
            "facts": [fact.to_dict() for fact in self.facts],
            "citations": [citation.to_dict() for citation in self.citations],
            "names": dict(self.names),
            "chart": self.chart and self.chart.to_dict(),
            "abstention": self.abstention and self.abstention.to_dict(),
            "notices": list(self.notices),
            "suggestions": list(self.suggestions),
            "run_id": self.run_id,
            "as_of": self.as_of,
            "trace": self.trace.to_dict(),
        }


def written(sentences: Sequence[Sentence], blank: str = " ") -> str:
    """Join sentences: a line for each list entry and quote, a paragraph for each purpose.

    Parameters
    ----------
    blank
        What parts two sentences of a paragraph.
    """
    text = ""
    before: Sentence | None = None
    for sentence in sentences:
        if before is None:
            between = ""
        elif sentence.role in {Role.QUOTE, Role.LINE} or sentence.marks[:1] == _ranked(sentence):
            between = "\n"
        elif sentence.role is Role.INTERVAL or _goes_on(sentence, before):
            between = blank
        else:
            between = "\n\n"
        text += between + sentence.text
        before = sentence
    return text


def _goes_on(sentence: Sentence, before: Sentence) -> bool:
    """Tell whether a sentence continues the paragraph: same purpose, same series."""
    return (sentence.role, sentence.subject) == (before.role, before.subject)


def _ranked(sentence: Sentence) -> tuple[Any, ...]:
    """Give the mark that opens a line of a list, or something no sentence opens with."""
    first = sentence.marks[:1]
    opens = bool(first) and first[0].start == 0 and first[0].kind is MarkKind.VALUE
    return first if opens and sentence.text[first[0].end : first[0].end + 2] == ". " else (None,)
