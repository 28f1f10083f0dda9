"""The tools that a model in a loop may call: one for each kind of question, all read-only."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel, ConfigDict, Field

from agent.model.planner import merged
from agent.model.wording import ABOUT_INTENTS, REWORDED, PlanProposal
from agent.understanding.plan import Direction, Intent
from signals import Scope  # noqa: TC001 - pydantic reads it at run time

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.answering.session import Said, Session
    from agent.understanding.catalogue import Entity
    from agent.understanding.plan import Plan
    from agent.writing.compose import Draft

MOST_FOUND = 6
"""Answers of tools that one question may use."""
_NOT_TOOLS = {Intent.HELP, Intent.OUT_OF_SCOPE}
_LONGEST_NAME = 200


class Asked(BaseModel):
    """What a tool may be asked."""

    model_config = ConfigDict(extra="forbid")

    names: list[Annotated[str, Field(max_length=_LONGEST_NAME)]] = Field(
        default_factory=list, max_length=4, description="Products, categories or brands, by name."
    )
    scope: Scope | None = Field(None, description="What to rank.")
    direction: Direction | None = None
    weeks_ahead: Annotated[int, Field(ge=1, le=520)] | None = None
    weeks_back: Annotated[int, Field(ge=1, le=520)] | None = None
    count: Annotated[int, Field(ge=1, le=50)] | None = None
    why: bool = Field(False, description="Whether reasons are wanted too.")


@dataclass(frozen=True, slots=True)
class Found:
    """What a tool answered, and the plan it carried out."""

    plan: Plan
    said: Said


class Toolbox:
    """Tools over one session; what they find is kept.

    Calls come one at a time, in whatever threads the loop makes them, and none is carried out once
    the box is closed.

    Attributes
    ----------
    found
        Answers in the order of the calls; the same plan is carried out once.
    sentences
        Drafts that may be reworded, by the id the model knows them under.
    """

    def __init__(self, plan: Plan, session: Session, say: Callable[[Session, Plan], Said]) -> None:
        self.plan = plan
        self.session = session
        self._say = say
        self._alone = threading.Lock()
        self._closed = False
        self.found: list[Found] = []
        self.sentences: dict[str, Draft] = {}

    def close(self) -> None:
        """Carry out no call any more; a call that is under way is waited for."""
        with self._alone:
            self._closed = True

    def tools(self) -> list[BaseTool]:
        """List the tools; what-if only where the question supposes something."""
        supposed = bool(self.plan.slots.changes)
        return [
            StructuredTool.from_function(
                func=self._tool(intent), name=str(intent), description=about, args_schema=Asked
            )
            for intent, about in ABOUT_INTENTS.items()
            if intent not in _NOT_TOOLS and (supposed or intent is not Intent.WHAT_IF)
        ]

    def _tool(self, intent: Intent) -> Callable[..., str]:
        def call(**asked: object) -> str:
            with self._alone:
                if self._closed or len(self.found) >= MOST_FOUND:
                    return "No more calls. Write the sentences now."
                return self._carry_out(intent, Asked.model_validate(asked))

        return call

    def _carry_out(self, intent: Intent, asked: Asked) -> str:
        entities = [entity for name in asked.names if (entity := self._named(name))]
        missing = [name for name in asked.names if self._named(name) is None]
        if missing:
            return f"The catalogue has no {missing[0]!r}."
        about = self.plan.slots.entities
        if about and not set(entities) <= set(about):
            return f"The question is about {', '.join(entity.name for entity in about)} only."
        fields = asked.model_dump(exclude={"names"})
        labels = [f"n{place}" for place in range(1, len(entities) + 1)]
        plan = merged(self.plan, PlanProposal(intent=intent, names=labels, **fields), entities)
        if plan is None:
            return "This needs two names."
        if entities:
            plan = replace(plan, slots=replace(plan.slots, entities=tuple(entities)))
        known = next((each for each in self.found if each.plan == plan), None)
        if known is None:
            known = Found(plan, self._say(self.session, plan))
            self.found.append(known)
        return self._shown(known)

    def _named(self, name: str) -> Entity | None:
        matches = self.session.catalogue.find(name)
        return matches[0].entities[0] if matches else self.session.catalogue.guess(name)

    def _shown(self, found: Found) -> str:
        """Give the sentences of an answer with placeholders, and ids for those to be reworded."""
        held = {draft: name for name, draft in self.sentences.items()}
        shown = []
        for draft in found.said.drafts:
            entry = {"text": draft.template()}
            if draft.role in REWORDED and draft.placeholders():
                entry["id"] = held.setdefault(draft, f"s{len(held) + 1}")
                self.sentences[entry["id"]] = draft
            shown.append(entry)
        refusal = found.said.abstention
        refused = str(refusal.reason) if refusal else None
        return json.dumps({"sentences": shown, "refused": refused}, ensure_ascii=False)
