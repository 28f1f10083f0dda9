"""Adapter: a chat model that runs in this process, from a GGUF file, by llama.cpp."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

from agent.model.chat import Message, Reply
from agent.model.deadline import in_time
from signals import MissingExtra, ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_CONTEXT = 4096
"""Tokens that question, catalogue and reply may have together."""
_MOST_TOKENS = 600


class LocalModel:
    """A chat model on the processor of this machine.

    Its replies are held to the JSON schema while they are written, so that a small model too gives
    JSON that fits. What a deadline cuts off is not written on.

    Parameters
    ----------
    name
        For the trace.
    path
        GGUF file; whoever builds this has checked it.
    timeout_s
        Longest wait for one answer, all calls together.
    threads
        Processor threads; None takes as many as there are.

    Raises
    ------
    MissingExtra
        Without ``xllamacpp``.
    ModelError
        When llama.cpp cannot load the file.
    """

    def __init__(
        self, name: str, path: Path, *, timeout_s: float = 20.0, threads: int | None = None
    ) -> None:
        try:
            import xllamacpp
        except ImportError as error:
            raise MissingExtra("xllamacpp", "llm") from error
        self.name = name
        self.timeout_s = timeout_s
        options = xllamacpp.CommonParams()
        options.model.path = str(path)
        options.n_ctx = _CONTEXT
        options.n_parallel = 1
        options.verbosity = -1
        options.warmup = False
        if threads is not None:
            options.cpuparams.n_threads = threads
            options.cpuparams_batch.n_threads = threads
        try:
            self._server = xllamacpp.Server(options)
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{path} could not be loaded ({error}); expected GGUF") from error
        self._alone = threading.Lock()

    def complete(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, within_s: float
    ) -> Reply:
        deadline = time.monotonic() + min(within_s, self.timeout_s)
        wanted = {"name": schema.get("title", "reply"), "schema": dict(schema)}
        request = {
            "messages": [{"role": each.role, "content": each.text} for each in messages],
            "temperature": 0,
            "max_tokens": _MOST_TOKENS,
            "response_format": {"type": "json_schema", "json_schema": wanted},
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        return in_time(lambda: self._write(request, deadline), deadline)

    def _write(self, request: Mapping[str, Any], deadline: float) -> Reply:
        """Collect a reply; one at a time, and no further than the deadline."""
        pieces: list[str] = []
        usage: dict[str, int] = {}
        problems: list[str] = []

        def collect(chunk: dict[str, Any] | list[dict[str, Any]]) -> bool:
            for each in chunk if isinstance(chunk, list) else [chunk]:
                problems.extend([str(each["error"])] if "error" in each else [])
                usage.update(each.get("usage") or {})
                choices = each.get("choices") or ()
                pieces.extend(choice["delta"].get("content") or "" for choice in choices)
            return time.monotonic() > deadline

        if not self._alone.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise ModelError(f"{self.name} is busy with another question")
        try:
            self._server.handle_chat_completions(dict(request), collect)
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{self.name} could not reply ({error})") from error
        finally:
            self._alone.release()
        text = "".join(pieces)
        if problems or not _is_json(text):
            raise ModelError(
                f"{self.name} gave no whole reply ({'; '.join(problems) or 'cut off'})"
            )
        return Reply(text, usage.get("prompt_tokens"), usage.get("completion_tokens"))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
