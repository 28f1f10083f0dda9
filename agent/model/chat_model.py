"""Adapter: any chat model that LangChain can reach, within a deadline and a number of bytes."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
from langchain.chat_models import init_chat_model

from agent.model.chat import Message, Reply
from agent.model.deadline import in_time
from agent.model.json_in import json_in
from agent.model.keyless import Keyless
from signals import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from langchain_core.language_models import BaseChatModel

MOST_BYTES = 1_000_000
"""Bytes of a reply that are read; a longer reply is refused."""
_RETRIES = 2
_PAUSE_S = 0.2
_FAILURES = 3
_REST_S = 60.0
_MOST_TOKENS = 2000
_LEAST_S = 0.1

logger = logging.getLogger(__name__)


class EndpointModel:
    """A chat model behind an endpoint.

    Every call has one deadline for all its tries. After three failures in a row the endpoint is
    left alone for a minute. Redirects are refused, and so is a reply over ``MOST_BYTES``.

    Parameters
    ----------
    model
        Name, with ``provider:`` before it where it is not an OpenAI-compatible endpoint.
    base_url
        Of an OpenAI-compatible endpoint, with ``/v1``; None takes the provider's own.
    api_key
        None where the endpoint asks for none.
    timeout_s
        Longest wait for one answer, all calls together.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_s: float = 20.0,
    ) -> None:
        self.name = model
        self.timeout_s = timeout_s
        self._base_url = base_url
        self._api_key = api_key
        self._failures = 0
        self._rests_until = 0.0

    def complete(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, within_s: float
    ) -> Reply:
        deadline = time.monotonic() + min(within_s, self.timeout_s)
        with self._minded():
            return self._tries(messages, schema, deadline)

    @contextmanager
    def opened(self, within_s: float) -> Iterator[BaseChatModel]:
        within_s = min(within_s, self.timeout_s)
        with self._minded(), self._client(time.monotonic() + within_s) as client:
            yield self._chat(client, within_s)

    @contextmanager
    def _minded(self) -> Iterator[None]:
        """Count failures in a row; after some, ask nothing for a while."""
        if time.monotonic() < self._rests_until:
            raise ModelError(f"{self.name} failed {_FAILURES} times and rests for a minute")
        try:
            yield
        except Exception:
            self._failures += 1
            if self._failures >= _FAILURES:
                self._rests_until = time.monotonic() + _REST_S
            raise
        self._failures = 0

    def _tries(
        self, messages: Sequence[Message], schema: Mapping[str, Any], deadline: float
    ) -> Reply:
        problem = "no time was left"
        for attempt in range(1 + _RETRIES):
            if deadline - time.monotonic() <= 0:
                break
            try:
                return in_time(lambda: self._once(messages, schema, deadline), deadline)
            except Exception as error:  # noqa: BLE001 - providers raise what they like
                problem = f"{type(error).__name__}: {self._without_key(str(error))[:200]}"
                logger.warning("chat model %s, try %d: %s", self.name, attempt + 1, problem)
                if attempt < _RETRIES:
                    time.sleep(max(0.0, min(_PAUSE_S * 2**attempt, deadline - time.monotonic())))
        raise ModelError(f"the chat model {self.name} gave no usable answer ({problem})")

    def _once(
        self, messages: Sequence[Message], schema: Mapping[str, Any], deadline: float
    ) -> Reply:
        with self._client(deadline) as client:
            chat = self._chat(client, max(_LEAST_S, deadline - time.monotonic()))
            wanted = {"name": schema.get("title", "reply"), "schema": dict(schema), "strict": True}
            bound = chat.bind(response_format={"type": "json_schema", "json_schema": wanted})
            answer = bound.invoke([(message.role, message.text) for message in messages])
        usage: Mapping[str, Any] = answer.usage_metadata or {}
        return Reply(
            json_in(str(answer.content)), usage.get("input_tokens"), usage.get("output_tokens")
        )

    def _without_key(self, text: str) -> str:
        """Take the key out of what a provider says; some quote it."""
        return text.replace(self._api_key, "***") if self._api_key else text

    def _client(self, deadline: float) -> httpx.Client:
        return httpx.Client(
            transport=Keyless(_Bounded(deadline), self._api_key),
            timeout=max(_LEAST_S, deadline - time.monotonic()),
            follow_redirects=False,
            trust_env=False,
        )

    def _chat(self, client: httpx.Client, timeout_s: float) -> BaseChatModel:
        options: dict[str, Any] = {
            "temperature": 0, "timeout": timeout_s, "max_retries": 0, "max_tokens": _MOST_TOKENS,
        }  # fmt: skip
        if self._base_url is None and not self.name.startswith("openai:"):
            return init_chat_model(self.name, api_key=self._api_key, **options)
        return init_chat_model(
            self.name.removeprefix("openai:"),
            model_provider="openai",
            base_url=self._base_url,
            api_key=self._api_key or "none",
            http_client=client,
            **options,
        )


class _Bounded(httpx.BaseTransport):
    """Reads a reply only as long as time and bytes are left, and follows nobody elsewhere."""

    def __init__(self, deadline: float) -> None:
        self._inner = httpx.HTTPTransport()
        self._deadline = deadline

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        if response.is_redirect:
            response.close()
            raise ModelError(f"the endpoint redirects ({response.status_code}); that is refused")
        stream = response.stream
        assert isinstance(stream, httpx.SyncByteStream)  # noqa: S101 - what this transport gives
        response.stream = _Counted(stream, self._deadline)
        return response

    def close(self) -> None:
        self._inner.close()


class _Counted(httpx.SyncByteStream):
    """A stream that ends in an error once it is too long or too late."""

    def __init__(self, stream: httpx.SyncByteStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        count = 0
        for chunk in self._stream:
            count += len(chunk)
            if count > MOST_BYTES:
                raise ModelError(f"the reply is over {MOST_BYTES} bytes")
            if time.monotonic() > self._deadline:
                raise ModelError("the reply is not complete in time")
            yield chunk

    def close(self) -> None:
        self._stream.close()
