"""The chat model's say in an answer: to read the question and to reword, within limits."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from agent.model.heard import Heard
from agent.model.wording import ask_names, ask_plan, reword
from agent.model_calls import ModelCall, tokens_of
from agent.understanding.catalogue import EntityKind
from agent.understanding.plan import Intent, Plan, PlannedBy, Slots
from signals import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from agent.answering.session import Said, Session
    from agent.language.language import Language
    from agent.model.chat import ChatModel, Reply
    from agent.model.wording import PlanProposal
    from agent.understanding.catalogue import Catalogue, Entity
    from agent.writing.compose import Draft

_OFFERED = 40
_NEAREST = 5
_SURE = 0.5
"""Confidence from which the grammar's intent outweighs a model that refuses the question."""
_ASIDE = {Intent.HELP, Intent.OUT_OF_SCOPE}
_ABOUT_SOMETHING = {*Intent} - _ASIDE - {Intent.RANK_GROWTH, Intent.RANK_VOLUME, Intent.ALERTS}

Kept = TypeVar("Kept")

logger = logging.getLogger(__name__)


class Counsel:
    """Asks a chat model for advice on one answer, and keeps account of it.

    Parameters
    ----------
    model
        None: no advice is had, and that is no defect.

    Attributes
    ----------
    notices
        Names of phrases that tell a person what became of the advice.
    used
        Whether any advice is in the answer.
    calls
        What each call of the model cost.
    read
        None: a plan that a model had a say in is carried out again as it is.
    """

    read: Plan | None = None

    def __init__(self, model: ChatModel | None) -> None:
        self._model = Heard(model) if model else None
        self._until = time.monotonic() + model.timeout_s if model else 0.0
        self.notices: list[str] = []
        self.used = False
        self.calls: list[ModelCall] = []

    @property
    def name(self) -> str | None:
        """Name the model; None where there is none."""
        return self._model.name if self._model else None

    @property
    def heard(self) -> Mapping[str, str]:
        """What the model replied, by a hash of what it was asked."""
        return self._model.replies if self._model else {}

    @property
    def tokens(self) -> tuple[int, int] | None:
        """Read and written by the model, where it says; else None."""
        return tokens_of(self.calls)

    def on_plan(self, plan: Plan, catalogue: Catalogue) -> Plan:
        """Let the model read the question; what the words of the question say plainly stays."""
        if self._model is None:
            return plan
        started = time.monotonic()
        try:
            proposal, reply = ask_plan(self._model, plan.question, self._left())
        except ModelError as error:
            return self._unavailable("plan", started, plan, error)
        fits = proposal is not None and _agree(plan, proposal)
        self._count("plan", started, reply, "" if fits else "the plan does not fit")
        chosen = self._named(plan, proposal, catalogue) if proposal and fits else None
        if chosen is None:
            if "model_unavailable" not in self.notices:
                self.notices.append("plan_rejected")
            return plan
        self.used = True
        return chosen

    def _named(self, plan: Plan, proposal: PlanProposal, catalogue: Catalogue) -> Plan | None:
        """Join both readings; let the model choose names where the grammar found none.

        The catalogue was written by strangers, so a model that reads it may say nothing but labels.
        """
        if self._model is None or plan.slots.entities or proposal.intent not in _ABOUT_SOMETHING:
            return merged(plan, proposal, ())
        offered, started = _offered(plan, catalogue), time.monotonic()
        try:
            names, reply = ask_names(self._model, plan.question, offered, self._left())
        except ModelError as error:
            return self._unavailable("names", started, None, error)
        self._count("names", started, reply, "the names do not fit" if names is None else "")
        if names is None:
            return None
        return merged(plan, proposal.model_copy(update={"names": names}), offered)

    def on_tools(
        self,
        plan: Plan,
        opened: Callable[[], Session],
        say: Callable[[Session, Plan], Said],
    ) -> tuple[Session, Plan, Said]:
        """Carry out a plan.

        Parameters
        ----------
        opened
            Opens a session without facts.
        say
            Answers a plan in a session.
        """
        session = opened()
        return session, plan, say(session, plan)

    def on_words(self, drafts: tuple[Draft, ...], language: Language) -> tuple[Draft, ...]:
        """Let the model reword; sentences that fail a check stay as they were.

        Where no blanks part words, a new word cannot be told from an old one, and nothing is
        reworded.
        """
        unavailable = "model_unavailable" in self.notices or not language.spaced
        if self._model is None or unavailable:
            return drafts
        started = time.monotonic()
        try:
            result, reply = reword(self._model, drafts, language, self._left())
        except ModelError as error:
            return self._unavailable("wording", started, drafts, error)
        if reply is not None:
            problem = f"{result.refused} sentences failed the checks" if result.refused else ""
            self._count("wording", started, reply, problem)
        if result.refused:
            self.notices.append("model_rejected")
        self.used = self.used or result.taken > 0
        return result.drafts

    def _left(self) -> float:
        return max(0.0, self._until - time.monotonic())

    def _unavailable(self, purpose: str, started: float, kept: Kept, error: ModelError) -> Kept:
        logger.warning("answered without the chat model: %s", error)
        self.notices.append("model_unavailable")
        self._count(purpose, started, None, str(error))
        return kept

    def _count(self, purpose: str, started: float, reply: Reply | None, problem: str) -> None:
        seconds = time.monotonic() - started
        tokens = (reply.tokens_read, reply.tokens_written) if reply else (None, None)
        self.calls.append(ModelCall(purpose, seconds, *tokens, problem))


def _agree(plan: Plan, proposal: PlanProposal) -> bool:
    """Tell whether a model reads the kind of question as the grammar does, where that is sure."""
    sure = plan.confidence >= _SURE and plan.intent not in _ASIDE
    return proposal.intent is plan.intent or not sure


def merged(plan: Plan, proposal: PlanProposal, offered: Sequence[Entity]) -> Plan | None:
    """Join what the grammar read with what a model read; None when they cannot be joined.

    Names, counts and times that stand in the question are the grammar's: a model fills what the
    grammar left open.
    """
    refuses = proposal.intent in _ASIDE and plan.intent not in _ASIDE
    if refuses and (plan.confidence >= _SURE or plan.slots.entities):
        return None
    chosen = tuple(offered[int(name[1:]) - 1] for name in proposal.names)
    if proposal.intent is Intent.COMPARE and len(plan.slots.entities or chosen) < len("ab"):
        return None
    slots = replace(
        plan.slots,
        entities=plan.slots.entities or chosen,
        unknown=() if chosen and not plan.slots.entities else plan.slots.unknown,
        scope=plan.slots.scope or proposal.scope,
        count=plan.slots.count or proposal.count,
        direction=plan.slots.direction or proposal.direction,
        weeks_ahead=plan.slots.weeks_ahead or _unless(plan.slots, proposal.weeks_ahead),
        weeks_back=plan.slots.weeks_back or _unless(plan.slots, proposal.weeks_back),
        why=plan.slots.why or proposal.why,
    )
    return replace(
        plan, intent=proposal.intent, slots=slots, confidence=1.0, planned_by=PlannedBy.MODEL
    )


def _unless(slots: Slots, weeks: int | None) -> int | None:
    """Leave a model's number of weeks out where the question speaks of time itself."""
    said = slots.window or slots.weeks_ahead or slots.weeks_back
    return None if said else weeks


def _offered(plan: Plan, catalogue: Catalogue) -> list[Entity]:
    """List names a model may choose from: those near unknown words, the whole shop, categories."""
    near = [e for mention in plan.slots.unknown for e in catalogue.nearest(mention, _NEAREST)]
    whole = catalogue.of_kind(EntityKind.TOTAL)
    listed = [*near, *whole, *catalogue.of_kind(EntityKind.CATEGORY)]
    return list({entity.series_id: entity for entity in listed}.values())[:_OFFERED]
