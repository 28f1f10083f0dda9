"""A chat model that says what it is told to: for tests, demonstrations and dry runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.model.chat import Message, Reply
from signals import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Script = Callable[[Sequence[Message], Mapping[str, Any]], str]

_ORDER = re.compile(r"(?:ignore|say|write|answer|forget)\b[^.\n]*[.\n]?", re.IGNORECASE)


class ScriptedModel:
    """Replies from a script, and remembers what it was shown.

    Parameters
    ----------
    replies
        Texts to give one after the other, or a function of messages and schema. A list that has
        run out raises ``ModelError``, as an endpoint does that is down.

    Examples
    --------
    >>> model = ScriptedModel(['{"intent": "help"}'])
    >>> model.complete([Message("user", "hello")], {}, within_s=1).text
    '{"intent": "help"}'
    >>> model.seen[0][0].text
    'hello'
    """

    name = "scripted"
    timeout_s = 20.0

    def __init__(self, replies: Sequence[str] | Script) -> None:
        self._script = replies if callable(replies) else None
        self._replies = [] if callable(replies) else list(replies)
        self.seen: list[list[Message]] = []

    def complete(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        *,
        within_s: float,  # noqa: ARG002 - the Protocol's shape
    ) -> Reply:
        self.seen.append(list(messages))
        if self._script is not None:
            return Reply(self._script(messages, schema), 0, 0)
        if not self._replies:
            raise ModelError("the script of the model has ended; give it more replies")
        return Reply(self._replies.pop(0), 0, 0)

    @property
    def shown(self) -> str:
        """All that the model was ever shown."""
        return "\n".join(message.text for turn in self.seen for message in turn)


def obedient() -> ScriptedModel:
    """Build a model that repeats whatever looks like an order in anything it is shown.

    It stands for the worst model an answer can meet: what it is told, by whomever, it does.
    """

    def obey(messages: Sequence[Message], schema: Mapping[str, Any]) -> str:  # noqa: ARG001
        return " ".join(_ORDER.findall("\n".join(message.text for message in messages)))

    return ScriptedModel(obey)
