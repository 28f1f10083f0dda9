"""The analyst: question to plan, to tools, to sentences, to an answer in which all is proven."""

from __future__ import annotations

import logging
import time
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.answer import Answer, Trace
from agent.answering import ahead, back, changed, voices
from agent.answering.hindsight import known_again, leans, say_hindsight
from agent.answering.lengths import fitted
from agent.answering.refusals import refuse
from agent.answering.session import Said, Session
from agent.language.language import LANGUAGES, read_language
from agent.model.heard import Recalled
from agent.model.loop import LoopCounsel
from agent.model.planner import Counsel
from agent.proof.citing import CitationBook
from agent.proof.facts import FactSheet, Unit
from agent.tools.calls import noted
from agent.understanding.as_of import read_back
from agent.understanding.catalogue import read_catalogue
from agent.understanding.plan import Intent, Plan, Slots
from agent.understanding.understand import LONGEST, understand
from agent.writing.compose import Composer
from agent.writing.sentence import MarkKind, Role
from agent.writing.verify import Evidence, check
from signals import NotReady

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from agent.language.language import Language
    from agent.model.chat import ChatModel, LoopModel
    from agent.tools.desk import Desk
    from agent.understanding.as_of import Back
    from agent.understanding.catalogue import Catalogue
    from agent.understanding.plan import Length
    from agent.writing.compose import Draft
    from agent.writing.sentence import Sentence

logger = logging.getLogger(__name__)

_SAY: dict[Intent, Callable[[Session, Plan], Said]] = {
    Intent.RANK_GROWTH: ahead.say_ranking,
    Intent.RANK_VOLUME: ahead.say_ranking,
    Intent.FORECAST: ahead.say_forecast,
    Intent.EXPLAIN: ahead.say_forecast,
    Intent.COMPARE: ahead.say_comparison,
    Intent.WHAT_IF: changed.say_what_if,
    Intent.CHANGED: changed.say_changed,
    Intent.TREND: back.say_trend,
    Intent.TOTAL: back.say_total,
    Intent.ASPECTS: voices.say_aspects,
    Intent.EVIDENCE: voices.say_evidence,
    Intent.SENTIMENT: voices.say_sentiment,
    Intent.ALERTS: voices.say_alerts,
    Intent.ACCURACY: back.say_accuracy,
    Intent.HELP: back.say_help,
    Intent.OUT_OF_SCOPE: back.say_out_of_scope,
}
_NOT_ABOUT_DEMAND = {Intent.HELP, Intent.OUT_OF_SCOPE}


class Analyst:
    """Answers questions about one run.

    Parameters
    ----------
    chat_model
        None: questions are read and answers worded by grammar alone, and nothing is missing.
    language
        Code of the language of the answers; None takes that of each question.
    length
        Of the answers; None takes what each question asks for.
    desk_at
        Gives the desk as it was on a day, for questions that step back to one; None refuses them.
    loop
        A model that calls the tools itself, in place of ``chat_model``.
    """

    def __init__(
        self,
        desk: Desk,
        chat_model: ChatModel | None = None,
        language: str | None = None,
        length: Length | None = None,
        desk_at: Callable[[date], Desk] | None = None,
        loop: LoopModel | None = None,
    ) -> None:
        self._desk = desk
        self._model = chat_model
        self._loop = loop
        self._language = language
        self._length = length
        self._desk_at = desk_at
        self._day: date | None = None
        self._catalogue: Catalogue | None = None

    @property
    def catalogue(self) -> Catalogue:
        """What one can ask about."""
        if self._catalogue is None:
            self._catalogue = read_catalogue(self._desk.lake, self._desk.known_by)
        return self._catalogue

    def as_of(self, day: date) -> Analyst:
        """Give the analyst as it was on a day, who knows nothing of what came later.

        Raises
        ------
        NotReady
            When no run was made from what was known that day.
        """
        if self._desk_at is None:
            raise NotReady("this analyst keeps no earlier desk, so it cannot step back in time")
        then = Analyst(self._desk_at(day), self._model, self._language, self._length, self._desk_at)
        then._day = day
        return then

    def ask(self, question: str, after: Answer | None = None) -> Answer:
        """Answer a question.

        Parameters
        ----------
        after
            The answer before in the same conversation; a follow-up (``and for lamps?``) takes from
            its question what it leaves out, and the day it stepped back to.

        Returns
        -------
        Answer
            Every figure in its text is bound to a fact and has passed the checker. Where the
            question cannot be answered, ``abstention`` says why.
        """
        question = unicodedata.normalize("NFKC", question).strip()[:LONGEST]
        before = known_again(after.trace.plan, self.catalogue) if after else None
        if self._day is None:
            back = read_back(question, self._desk.today)
            if back is not None:
                return self.as_of(back.day)._step_back(question, back, before)
            day = after.trace.asked_for if after else None
            if before and day and leans(question, before, self.catalogue, self._desk.today):
                return self.as_of(day).ask(question, after)
        return self._ask(question, before)

    def repeat(self, answer: Answer) -> Answer:
        """Answer the plan of an earlier answer again, from what is on this desk.

        The chat model is not asked: what it replied then counts, where it was asked the same.
        """
        trace = answer.trace
        model = Recalled(trace.used_model, trace.heard) if trace.used_model else None
        then = Analyst(self._desk, model, answer.language, trace.plan.length, self._desk_at)
        same_run = self._desk.run is not None and self._desk.run.run_id == answer.run_id
        then._day = trace.asked_for if same_run else None
        return then._answer(known_again(trace.plan, self.catalogue))

    def explain(self, series: str) -> Answer:
        """Explain the forecast of a product, category or brand.

        Parameters
        ----------
        series
            Its name or series id.
        """
        if series in self.catalogue:
            slots = Slots(entities=(self.catalogue[series],))
        else:
            found = [match.entities[0] for match in self.catalogue.find(series)]
            guess = found[0] if found else self.catalogue.guess(series)
            slots = Slots(entities=(guess,)) if guess else Slots(unknown=(series,))
        name = slots.entities[0].name if slots.entities else series
        code = self._language or LANGUAGES[0]
        question = read_language(code).phrases["ask_why"].format(name=name)
        return self._answer(
            Plan(question, Intent.EXPLAIN, slots, language=code, length=self._length)
        )

    def answer(self, plan: Plan) -> Answer:
        """Answer what is asked without words; a plan is made by `Asked.plan`."""
        return self._answer(plan)

    def _ask(self, question: str, before: Plan | None, language: str | None = None) -> Answer:
        counsel = self._counsel()
        plan = understand(question, self.catalogue, self._desk.today, language, before)
        plan = replace(
            plan, language=self._language or plan.language, length=self._length or plan.length
        )
        if not question:
            plan = Plan(question, Intent.HELP, language=self._language or LANGUAGES[0])
        elif plan.intent is not Intent.HELP:
            plan = counsel.on_plan(plan, self.catalogue)
        return self._answer(plan, counsel)

    def _counsel(self) -> Counsel | LoopCounsel:
        if self._loop is not None:
            return LoopCounsel(self._loop)
        return Counsel(self._model)

    def _step_back(self, question: str, back: Back, before: Plan | None) -> Answer:
        """Answer what a question asks of a day: by itself, else what was asked before it."""
        if back.rest:
            answer = self._ask(back.rest, before, back.language)
            plan = replace(answer.trace.plan, question=question)
            return replace(answer, question=question, trace=replace(answer.trace, plan=plan))
        language = self._language or back.language
        plan = before or Plan(question, Intent.FORECAST)
        return self._answer(replace(plan, question=question, language=language))

    def _answer(self, plan: Plan, counsel: Counsel | LoopCounsel | None = None) -> Answer:
        started = time.perf_counter()
        counsel = counsel or self._counsel()
        desk, language = self._desk, read_language(plan.language)
        with noted() as calls:
            session, plan, said = counsel.on_tools(plan, lambda: self._session(language), _say)
        sheet, book, write = session.sheet, session.book, session.write
        drafts = fitted((*said.drafts, *_proxy(session, plan)), plan)
        evidence = Evidence(
            sheet,
            write.periods,
            {citation.number: citation for citation in book.citations},
            plan.question,
        )
        worded = counsel.on_words(drafts, language)
        sentences, notices = _settled(drafts, worded, evidence, language)
        shown = {mark.ref for s in sentences for mark in s.marks if mark.kind is MarkKind.CITE}
        answer = Answer(
            question=plan.question,
            language=plan.language,
            sentences=sentences,
            facts=tuple(sheet),
            citations=tuple(c for c in book.citations if str(c.number) in shown),
            trace=Trace(
                plan,
                counsel.name if counsel.used else None,
                counsel.tokens,
                desk.lake.versions(),
                tuple(calls),
                desk.retriever.about if desk.retriever else None,
                desk.models_at_work(),
                counsel.heard,
                self._day,
                tuple(counsel.calls),
            ),
            as_of=sheet.as_of,
            run_id=desk.run.run_id if desk.run else None,
            names=sheet.names,
            chart=said.chart,
            abstention=said.abstention,
            notices=(
                *say_hindsight(self._day, desk.run, language),
                *(write.word(name) for name in (*counsel.notices, *notices)),
            ),
            suggestions=said.suggestions,
            periods=write.periods,
        )
        seconds = time.perf_counter() - started
        logger.info(
            "answered %s with %d facts and %d quotes in %.2f s",
            plan.intent, len(answer.facts), len(answer.citations), seconds,
        )  # fmt: skip
        return answer

    def _session(self, language: Language) -> Session:
        """Open a session in which nothing has been found yet."""
        sheet = FactSheet(self._desk.known_by.isoformat())
        write = Composer(language, sheet.names)
        return Session(self._desk, self.catalogue, sheet, CitationBook(), write)


def _settled(
    drafts: Sequence[Draft], worded: Sequence[Draft], evidence: Evidence, language: Language
) -> tuple[tuple[Sentence, ...], list[str]]:
    """Check every sentence; the grammar's own stands in for one that fails, or nothing does."""
    kept: list[Sentence] = []
    notices: dict[str, None] = {}
    for own, other in zip(drafts, worded, strict=True):
        for draft, notice in ((other, "model_rejected"), (own, "dropped")):
            sentence = draft.fill()
            problems = check(sentence, evidence, language)
            if not problems:
                kept.append(sentence)
                break
            notices.setdefault("dropped" if draft is own else notice)
            logger.warning("a sentence failed its checks: %s", problems[0].fault)
    return tuple(kept), list(notices)


def _say(session: Session, plan: Plan) -> Said:
    refused = None if plan.intent in _NOT_ABOUT_DEMAND else refuse(session, plan)
    return refused or _SAY[plan.intent](session, plan)


def _proxy(session: Session, plan: Plan) -> tuple[Draft, ...]:
    """Say in every answer about demand that reviews stand in for sales, where they do."""
    if session.desk.unit is not Unit.REVIEWS or plan.intent in _NOT_ABOUT_DEMAND:
        return ()
    return (session.write.compose("proxy", Role.CAVEAT),)
