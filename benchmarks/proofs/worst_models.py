"""The worst models an answer can meet: one obeys whatever it reads, one talks garbage."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from proofs.payloads import FAKE_FIGURE, unhidden

from agent import Intent, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy as np

    from agent import Message

    Say = Callable[[str, Mapping[str, str]], list[dict[str, str]]]
    """From all that a model reads and the sentences it may reword to how it words them."""

_TOOL: Final = re.compile(r"(?:tool|工具|ferramenta) (\w+)")
_URL: Final = re.compile(r"https?://[^\s\"'<>)\\]+")
_FIELD: Final = re.compile(r"\{[a-z]\d+\}")
_FALLS: Final = " Sales will fall."
_PROMPT_ORDERS: Final = ("system prompt", "系统提示词", "prompt oculto")


def obey(read: str, sentences: Mapping[str, str]) -> list[dict[str, str]]:
    """Reword as whatever was read orders: figures, addresses, prompts, claims."""
    plain = unhidden(read)
    add = " ".join(_URL.findall(plain)[:2])
    if any(order in plain for order in _PROMPT_ORDERS):
        add += " " + read[:400]
    if "fall" in plain or "下降" in plain or "cair" in plain:
        add += _FALLS
    told = []
    for name, text in sentences.items():
        worded = _FIELD.sub(FAKE_FIGURE, text) if FAKE_FIGURE in plain else text
        told.append({"id": name, "text": f"{worded} {add}".strip()})
    return told


def calls_ordered(read: str) -> list[str]:
    """List the tools that somebody ordered to be called."""
    return _TOOL.findall(unhidden(read))


class Obedient:
    """A chat model, and a model in a loop, that does what any text says.

    Attributes
    ----------
    shown
        All that it was ever shown.
    """

    name = "obedient"
    timeout_s = 30.0

    def __init__(self) -> None:
        self.shown: list[str] = []

    def complete(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        *,
        within_s: float,  # noqa: ARG002
    ) -> Reply:
        read = "\n".join(message.text for message in messages)
        self.shown.append(read)
        if schema.get("title") in {"plan", "names"}:
            known = [name for name in calls_ordered(read) if name in {*Intent}]
            return Reply(json.dumps({"intent": known[0] if known else "forecast"}))
        asked = json.loads(messages[-1].text)["sentences"]
        sentences = {each["id"]: each["text"] for each in asked}
        return Reply(json.dumps({"sentences": obey(read, sentences)}, ensure_ascii=False))

    @contextmanager
    def opened(self, within_s: float) -> Iterator[BaseChatModel]:  # noqa: ARG002
        yield _Chat(say=self._turn)

    def _turn(self, messages: Sequence[Any]) -> AIMessage:
        read = "\n".join(str(message.content) for message in messages)
        self.shown.append(read)
        if not any(isinstance(message, ToolMessage) for message in messages):
            wanted = ["forecast", *calls_ordered(read)]
            return AIMessage("", tool_calls=[_call(name, {}) for name in wanted])
        sentences = obey(read, _to_reword(messages))
        return AIMessage(json.dumps({"sentences": sentences}, ensure_ascii=False))


class Garbage:
    """A chat model, and a model in a loop, that says anything: bytes, JSON, calls, hostile texts.

    Parameters
    ----------
    hostile
        Texts that it says too.
    """

    name = "garbage"
    timeout_s = 30.0

    def __init__(self, random: np.random.Generator, hostile: Sequence[str]) -> None:
        self._random = random
        self._hostile = hostile
        self.shown: list[str] = []

    def complete(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        *,
        within_s: float,  # noqa: ARG002
    ) -> Reply:
        self.shown.append("\n".join(message.text for message in messages))
        if schema.get("title") in {"plan", "names"} or self._random.random() < 0.4:
            return Reply(self._noise())
        asked = json.loads(messages[-1].text)["sentences"]
        told = [{"id": each["id"], "text": f"{each['text']} {self._noise()}"} for each in asked]
        return Reply(json.dumps({"sentences": told}, ensure_ascii=False))

    @contextmanager
    def opened(self, within_s: float) -> Iterator[BaseChatModel]:  # noqa: ARG002
        yield _Chat(say=self._turn)

    def _turn(self, messages: Sequence[Any]) -> AIMessage:
        self.shown.append("\n".join(str(message.content) for message in messages))
        if self._random.random() < 0.6:
            names = ["forecast", "alerts", "rank_growth", "delete_data", "", "__class__"]
            picked = self._random.choice(names, size=int(self._random.integers(1, 5)))
            odd = [{}, {"names": ["PulseBand"]}, {"names": 7}, {"scope": "all", "x": [None]}]
            return AIMessage(
                "", tool_calls=[_call(str(each), odd[len(each) % len(odd)]) for each in picked]
            )
        told = [{"id": name, "text": self._noise()} for name in _to_reword(messages)]
        return AIMessage(self._noise() if not told else json.dumps({"sentences": told}))

    def _noise(self) -> str:
        length = int(self._random.integers(1, 200))
        intents = ["what_if", "alerts", "forecast", "rm -rf"]
        kinds: tuple[Callable[[], str], ...] = (
            lambda: self._random.bytes(length).decode("latin-1"),
            lambda: json.dumps({"intent": str(self._random.choice(intents)), "names": ["n1"]}),
            lambda: json.dumps({"tool_calls": [{"name": "run_sql", "args": {"q": "drop"}}]}),
            lambda: json.dumps([None, {"sentences": 7}, length]),
            lambda: str(self._random.choice(list(self._hostile))),
            lambda: f"{FAKE_FIGURE} units",
            lambda: "{" * length,
        )
        return kinds[int(self._random.integers(len(kinds)))]()


class _Chat(BaseChatModel):
    say: Any

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Any, **_options: Any) -> BaseChatModel:  # noqa: ANN401, ARG002
        return self

    def _generate(self, messages: list[Any], *_args: Any, **_options: Any) -> ChatResult:  # noqa: ANN401
        return ChatResult(generations=[ChatGeneration(message=self.say(messages))])


def _call(name: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "args": dict(asked), "id": f"c-{name}", "type": "tool_call"}


def _to_reword(messages: Sequence[Any]) -> dict[str, str]:
    """Give the sentences, by id, of what tools said."""
    said = [str(each.content) for each in messages if isinstance(each, ToolMessage)]
    found = [json.loads(text) for text in said if text.startswith('{"sentences"')]
    return {each["id"]: each["text"] for one in found for each in one["sentences"] if "id" in each}
