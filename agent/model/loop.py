"""A strong model in a loop: it calls the tools it wants, and words what they found.

LangChain's ``create_agent`` runs the loop, in ``agent.model.loop_run``. What the tools find is what
is shown; the model chooses the tools and may reword, as far as the checks let it.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.abstain import Reason
from agent.model.deadline import in_time
from agent.model_calls import ModelCall, tokens_of
from signals import GroundswellError, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from agent.answering.session import Said, Session
    from agent.language.language import Language
    from agent.model.chat import LoopModel
    from agent.model.loop_tools import Found
    from agent.understanding.catalogue import Catalogue
    from agent.understanding.plan import Plan
    from agent.writing.compose import Draft

logger = logging.getLogger(__name__)


class LoopCounsel:
    """Lets a model answer one question by calling tools, and keeps account of it.

    Attributes
    ----------
    notices, used, calls
        As those of ``Counsel``.
    read
        The plan as the grammar read it, from which the model set out; None before.
    heard
        What the model said and called in each turn, by a hash of what went before.
    """

    def __init__(self, model: LoopModel) -> None:
        self._model = model
        self._reworded: dict[Draft, Draft] = {}
        self.notices: list[str] = []
        self.used = False
        self.calls: list[ModelCall] = []
        self.read: Plan | None = None
        self.heard: dict[str, str] = {}

    @property
    def name(self) -> str:
        """Name the model."""
        return self._model.name

    @property
    def tokens(self) -> tuple[int, int] | None:
        """Read and written by the model, where it says; else None."""
        return tokens_of(self.calls)

    def on_plan(self, plan: Plan, catalogue: Catalogue) -> Plan:  # noqa: ARG002 - as Counsel's
        """Leave the plan as the grammar reads it: the model plans by calling tools."""
        return plan

    def on_tools(
        self,
        plan: Plan,
        opened: Callable[[], Session],
        say: Callable[[Session, Plan], Said],
    ) -> tuple[Session, Plan, Said]:
        """Let the model call tools; where it finds nothing, the grammar's plan is carried out."""
        self.read = plan
        session = opened()
        found = self._found(plan, session, say)
        if not found:
            session = opened()
            return session, plan, say(session, plan)
        self.used = True
        first, *others = found
        drafts = tuple(draft for each in found for draft in each.said.drafts)
        chart = next((each.said.chart for each in found if each.said.chart), None)
        refused = first.said.abstention if not others else None
        return (
            session,
            first.plan,
            replace(first.said, drafts=drafts, chart=chart, abstention=refused),
        )

    def on_words(self, drafts: tuple[Draft, ...], language: Language) -> tuple[Draft, ...]:  # noqa: ARG002
        """Put the model's wording in place where it passed the checks."""
        return tuple(self._reworded.get(draft, draft) for draft in drafts)

    def _found(
        self, plan: Plan, session: Session, say: Callable[[Session, Plan], Said]
    ) -> list[Found]:
        """Run the loop; give what its tools found, answers rather than refusals."""
        from agent.model.loop_run import Account, run_loop
        from agent.model.loop_tools import Toolbox

        started = time.monotonic()
        deadline = started + self._model.timeout_s
        box = Toolbox(plan, session, say)
        account = Account(self.calls, self.heard)
        try:
            with self._model.opened(self._model.timeout_s) as chat:
                wording = in_time(lambda: run_loop(chat, box, account), deadline)
        except Exception as error:
            if isinstance(error, GroundswellError) and not isinstance(error, ModelError):
                raise
            logger.warning("answered without the chat model: %s", error)
            self.calls.append(_failed(started, error))
            self.notices.append("model_unavailable")
            return []
        finally:
            box.close()
        if not box.found:
            self.notices.append("plan_rejected")
        elif wording.missing:
            self.notices.append("model_unworded")
        if wording.refused:
            self.notices.append("model_rejected")
        self._reworded = wording.accepted
        answered = [each for each in box.found if _answers(each)]
        return answered or box.found[:1]


def recalled_loop(name: str, heard: Mapping[str, str]) -> LoopModel:
    """Give a model that says and calls again what was heard of it, for a replay."""
    from agent.model.heard_loop import RecalledLoop

    return RecalledLoop(name, heard)


def _failed(started: float, error: Exception) -> ModelCall:
    problem = f"{type(error).__name__}: {str(error)[:200]}"
    return ModelCall("loop", time.monotonic() - started, problem=problem)


def _answers(found: Found) -> bool:
    refusal = found.said.abstention
    return refusal is None or refusal.reason is Reason.FALSE_PREMISE
