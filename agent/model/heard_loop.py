"""Adapter: what a model in a loop said and called, written down turn by turn, and given again."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from signals import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from langchain_core.messages import BaseMessage


def turn_key(messages: Sequence[BaseMessage]) -> str:
    """Name a turn by all that was said before it; who wrote it down does not matter."""
    said = [
        [
            each.type,
            str(each.content),
            each.tool_calls if isinstance(each, AIMessage) else [],
            each.tool_call_id if isinstance(each, ToolMessage) else "",
        ]
        for each in messages
        if each.type != "system"
    ]
    packed = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(packed.encode()).hexdigest()


def written_down(message: AIMessage) -> str:
    """Write down what a model said and called in one turn."""
    turn = {
        "said": message.content,
        "called": message.tool_calls,
        "misread": message.invalid_tool_calls,
    }
    return json.dumps(turn, sort_keys=True, ensure_ascii=False, default=str)


class RecalledLoop:
    """A model in a loop that says and calls again what it did, and was not there for anything else.

    Parameters
    ----------
    replies
        What `written_down` gave, by `turn_key`.
    """

    timeout_s = 20.0

    def __init__(self, name: str, replies: Mapping[str, str]) -> None:
        self.name = name
        self._replies = replies

    @contextmanager
    def opened(self, within_s: float) -> Iterator[BaseChatModel]:  # noqa: ARG002 - the Protocol's
        yield _RecalledChat(replies=dict(self._replies))


class _RecalledChat(BaseChatModel):
    replies: dict[str, str]

    @property
    def _llm_type(self) -> str:
        return "recalled"

    def bind_tools(self, tools: Any, **_options: Any) -> BaseChatModel:  # noqa: ANN401, ARG002 - as LangChain's
        return self

    def _generate(self, messages: list[BaseMessage], *_args: Any, **_options: Any) -> ChatResult:  # noqa: ANN401
        key = turn_key(messages)
        if key not in self.replies:
            raise ModelError("nothing was heard to this in the conversation that is replayed")
        turn = json.loads(self.replies[key])
        message = AIMessage(
            turn["said"], tool_calls=turn["called"], invalid_tool_calls=turn["misread"]
        )
        return ChatResult(generations=[ChatGeneration(message=message)])
