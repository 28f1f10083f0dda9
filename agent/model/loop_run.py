"""Adapter: LangChain's ``create_agent`` over the tools, with the checker as middleware."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    ModelCallLimitMiddleware,
    ModelRetryMiddleware,
    hook_config,
)
from langchain_core.messages import AIMessage, HumanMessage
from pydantic import ValidationError

from agent.language.language import read_language
from agent.model.heard_loop import turn_key, written_down
from agent.model.json_in import json_in
from agent.model.wording import REWORD_RULES, Rewording, faults, put_back
from agent.model_calls import ModelCall
from signals import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from langchain.agents.middleware import ModelRequest, ModelResponse
    from langchain_core.language_models import BaseChatModel

    from agent.language.language import Language
    from agent.model.loop_tools import Toolbox
    from agent.writing.compose import Draft

_MOST_CALLS = 8
"""Calls of the model for one answer, tries after a failure left out."""
_MOST_STEPS = 60
_TRIES = 2
_PAUSE_S = 0.2

_TASK = (
    "You answer questions about the sales forecasts of a shop by calling tools. Call what the "
    "question needs, and nothing else; call nothing when it is not about the shop. Tools answer in "
    "sentences whose figures, names and dates are placeholders in braces. When you have what is "
    'needed, reply with JSON alone: {"sentences": [{"id": ..., "text": ...}]}, a better wording '
    f"for each sentence that has an id. {REWORD_RULES}"
)


@dataclass(slots=True)
class Wording:
    """What became of the model's wording.

    Parameters
    ----------
    accepted
        Drafts, and what may be shown in place of each.
    refused
        How many sentences may not be shown.
    missing
        Whether the model was still calling tools when it was stopped.
    """

    accepted: dict[Draft, Draft] = field(default_factory=dict)
    refused: int = 0
    missing: bool = False


def run_loop(chat: BaseChatModel, box: Toolbox, account: Account) -> Wording:
    """Let a model call the tools of a box until it has worded what they found.

    Tools are called one after the other, in the order the model named them, so that the same calls
    give the same answer.

    Parameters
    ----------
    account
        Takes what each call of the model cost, and what it said.

    References
    ----------
    https://docs.langchain.com/oss/python/langchain/middleware
    """
    checker = CheckedWording(box, read_language(box.plan.language))
    middleware: list[Any] = [
        ModelCallLimitMiddleware(run_limit=_MOST_CALLS, exit_behavior="end"),
        checker,
        ModelRetryMiddleware(
            max_retries=_TRIES, on_failure="error", initial_delay=_PAUSE_S, max_delay=1.0
        ),
        account,
    ]
    agent: Any = create_agent(chat, tools=box.tools(), system_prompt=_TASK, middleware=middleware)
    asked = {"messages": [HumanMessage(box.plan.question)]}
    agent.invoke(asked, {"recursion_limit": _MOST_STEPS, "max_concurrency": 1})
    return checker.wording


class CheckedWording(AgentMiddleware):
    """Checks the model's last word; faulty sentences go back to it once, then they are refused."""

    def __init__(self, box: Toolbox, language: Language) -> None:
        super().__init__()
        self._box = box
        self._language = language
        self._sent_back = False
        self.wording = Wording()

    @hook_config(can_jump_to=["model"])
    def after_model(self, state: Mapping[str, Any], runtime: object) -> dict[str, Any] | None:  # noqa: ARG002
        last = state["messages"][-1]
        self.wording.missing = not isinstance(last, AIMessage) or bool(last.tool_calls)
        if self.wording.missing or not self._box.sentences or not self._language.spaced:
            return None
        complaints = self._check(str(last.content))
        self.wording.refused = len(complaints)
        if not complaints or self._sent_back:
            return None
        self._sent_back = True
        advice = "Mend these and send all sentences again: " + "; ".join(complaints)
        return {"messages": [HumanMessage(advice)], "jump_to": "model"}

    def _check(self, reply: str) -> list[str]:
        """Accept what may be shown; list what may not."""
        try:
            texts = {
                entry.id: entry.text.strip()
                for entry in Rewording.model_validate_json(json_in(reply)).sentences
            }
        except (ValidationError, ModelError):
            return ["the reply is not the JSON asked for"]
        complaints = [f"there is no {name}" for name in texts if name not in self._box.sentences]
        for name, draft in self._box.sentences.items():
            text = texts.get(name, draft.template())
            other = put_back(draft, text, self._language)
            if other is not None and text != draft.template():
                self.wording.accepted[draft] = other
            if other is None:
                complaints.append(f"{name}: {', '.join(faults(draft, text, self._language))}")
        return complaints


class Account(AgentMiddleware):
    """Writes down what each call of the model costs, and what it said.

    Parameters
    ----------
    heard
        What was said in each turn, by `turn_key`.
    """

    def __init__(self, calls: list[ModelCall], heard: dict[str, str]) -> None:
        super().__init__()
        self._calls = calls
        self._heard = heard

    def wrap_model_call(
        self, request: ModelRequest, handler: Callable[[ModelRequest], ModelResponse]
    ) -> ModelResponse:
        started = time.monotonic()
        try:
            response = handler(request)
        except Exception as error:
            problem = f"{type(error).__name__}: {str(error)[:200]}"
            self._calls.append(ModelCall("loop", time.monotonic() - started, problem=problem))
            raise
        said = next((each for each in response.result if isinstance(each, AIMessage)), None)
        if said is not None:
            self._heard[turn_key(request.messages)] = written_down(said)
        usage = said.usage_metadata if said else None
        read, wrote = (usage["input_tokens"], usage["output_tokens"]) if usage else (None, None)
        self._calls.append(ModelCall("loop", time.monotonic() - started, read, wrote))
        return response
