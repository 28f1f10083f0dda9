"""What a chat model replied: written down while it is asked, and given again in a replay."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from agent.model.chat import Reply
from signals import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.model.chat import ChatModel, Message


class Heard:
    """A chat model whose replies are written down.

    Attributes
    ----------
    replies
        Reply by a hash of what was asked.
    """

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self.replies: dict[str, str] = {}

    @property
    def name(self) -> str:
        """Name the model."""
        return self._model.name

    @property
    def timeout_s(self) -> float:
        """Give the longest wait for one answer."""
        return self._model.timeout_s

    def complete(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, within_s: float
    ) -> Reply:
        reply = self._model.complete(messages, schema, within_s=within_s)
        self.replies[_key(messages, schema)] = reply.text
        return reply


class Recalled:
    """A chat model that says again what was heard, and was not there for anything else."""

    timeout_s = 20.0

    def __init__(self, name: str, replies: Mapping[str, str]) -> None:
        self.name = name
        self._replies = replies

    def complete(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        *,
        within_s: float,  # noqa: ARG002 - the Protocol's shape
    ) -> Reply:
        key = _key(messages, schema)
        if key not in self._replies:
            raise ModelError("nothing was heard to this in the conversation that is replayed")
        return Reply(self._replies[key])


def _key(messages: Sequence[Message], schema: Mapping[str, Any]) -> str:
    asked = [[message.role, message.text] for message in messages]
    packed = json.dumps([asked, schema], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(packed.encode()).hexdigest()
