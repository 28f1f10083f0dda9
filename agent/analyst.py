"""The analyst: question to plan, to tools, to sentences, to an answer in which all is proven."""

from __future__ import annotations

import logging
import time
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.answer import Answer, Trace
from agent.answering.answers_kept import KeptAnswers
from agent.answering.hindsight import known_again, leans, say_hindsight
from agent.answering.lengths import fitted
from agent.answering.say import say, stand_in
from agent.answering.session import Session
from agent.language.language import LANGUAGES, read_language
from agent.model.heard import Recalled
from agent.model.loop import LoopCounsel, recalled_loop
from agent.model.planner import Counsel
from agent.proof.citing import CitationBook
from agent.proof.facts import FactSheet
from agent.steps import Step, StepKind, tell
from agent.tools.calls import noted
from agent.understanding.as_of import read_back
from agent.understanding.catalogue import read_catalogue
from agent.understanding.plan import Intent, Plan, Slots
from agent.understanding.sense import sense_of
from agent.understanding.understand import LONGEST, understand
from agent.writing.compose import Composer
from agent.writing.sentence import MarkKind
from agent.writing.settle import settled
from agent.writing.verify import Evidence
from signals import NotReady

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from agent.language.language import Language
    from agent.model.chat import ChatModel, LoopModel
    from agent.tools.desk import Desk
    from agent.understanding.as_of import Back
    from agent.understanding.catalogue import Catalogue
    from agent.understanding.plan import Length

logger = logging.getLogger(__name__)


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
        self._answers = KeptAnswers()
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

        The chat model is not asked: what it replied then counts, where it was asked the same, and
        so do the tools that it called itself.
        """
        trace = answer.trace
        then = Analyst(self._desk, None, answer.language, trace.plan.length, self._desk_at)
        if trace.used_model and trace.read:
            then._loop = recalled_loop(trace.used_model, trace.heard)
        elif trace.used_model:
            then._model = Recalled(trace.used_model, trace.heard)
        same_run = self._desk.run is not None and self._desk.run.run_id == answer.run_id
        then._day = trace.asked_for if same_run else None
        set_out = trace.read if trace.used_model and trace.read else trace.plan
        return then._answer(known_again(set_out, self.catalogue))

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
        retriever = self._desk.retriever
        sense = sense_of(retriever.encoder) if retriever else None
        plan = understand(question, self.catalogue, self._desk.today, language, before, sense)
        plan = replace(
            plan, language=self._language or plan.language, length=self._length or plan.length
        )
        if not question:
            plan = Plan(question, Intent.HELP, language=self._language or LANGUAGES[0])
        elif plan.intent is not Intent.HELP:
            plan = counsel.on_plan(plan, self.catalogue)
        if self._model is not None or self._loop is not None:  # they may say something else today
            return self._answer(plan, counsel)
        desk = self._desk.still()
        key = (plan, tuple(sorted(desk.lake.versions().items())))
        return self._answers.get(key, lambda: self._answer(plan, counsel, desk))

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

    def _answer(
        self,
        plan: Plan,
        counsel: Counsel | LoopCounsel | None = None,
        desk: Desk | None = None,
    ) -> Answer:
        started = time.perf_counter()
        counsel, desk = counsel or self._counsel(), desk or self._desk.still()
        language = read_language(plan.language)
        tell(_read(plan))
        with noted() as calls:
            session, plan, said = counsel.on_tools(plan, lambda: self._session(desk, language), say)
        sheet, book, write = session.sheet, session.book, session.write
        drafts = fitted((*said.drafts, *stand_in(session, plan)), plan)
        evidence = Evidence(
            sheet,
            write.periods,
            {citation.number: citation for citation in book.citations},
            plan.question,
        )
        worded = counsel.on_words(drafts, language)
        sentences, notices = settled(drafts, worded, evidence, language)
        counts = {"facts": str(len(sheet)), "quotes": str(len(book.citations))}
        tell(Step(StepKind.FACTS, about=counts))
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
                counsel.read,
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

    def _session(self, desk: Desk, language: Language) -> Session:
        """Open a session in which nothing has been found yet."""
        sheet = FactSheet(desk.known_by.isoformat())
        write = Composer(language, sheet.names)
        return Session(desk, self.catalogue, sheet, CitationBook(), write)


def _read(plan: Plan) -> Step:
    """Tell how a question was read: what it asks for, and of what."""
    names = ", ".join(entity.name for entity in plan.slots.entities)
    return Step(StepKind.PLAN, plan.kind, {"names": names} if names else {})
