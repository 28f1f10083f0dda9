"""Adapter: any chat model that LangChain can reach, within a deadline and a number of bytes."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx
from langchain.chat_models import init_chat_model

from agent.model.breaker import Breaker
from agent.model.chat import Message, Reply
from agent.model.deadline import in_time
from agent.model.json_in import json_in
from agent.model.keyless import Keyless
from signals import ModelError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from langchain_core.language_models import BaseChatModel

MOST_BYTES = 1_000_000
"""Bytes of a reply that are read; a longer reply is refused."""
_RETRIES = 2
_MOST_TOKENS = 2000
_LEAST_S = 0.1
_PLAIN = "identity"

logger = logging.getLogger(__name__)


class EndpointModel:
    """A chat model behind an endpoint.

    Every call has one deadline for all its tries. An endpoint that keeps failing is left alone for
    a while. Of an OpenAI-compatible endpoint redirects are refused, and so are compressed replies,
    which may be any size, and replies over ``MOST_BYTES``; it is asked again no sooner than it
    says. How providers with a library of their own are read is up to that library.

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
    pause_s
        Before the second try; before the third it is twice as long.
    clock
        Gives the seconds by which the endpoint rests.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_s: float = 20.0,
        pause_s: float = 0.2,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = model
        self.timeout_s = timeout_s
        self._base_url = base_url
        self._api_key = api_key
        self._pause_s = pause_s
        self._breaker = Breaker(model, clock)
        self._unused = httpx.AsyncClient(verify=_tls())  # else langchain-openai makes and keeps one

    def complete(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, within_s: float
    ) -> Reply:
        deadline = time.monotonic() + min(within_s, self.timeout_s)
        with self._breaker.minded(), self._client(deadline) as client:
            return self._tries(client, messages, schema, deadline)

    @contextmanager
    def opened(self, within_s: float) -> Iterator[BaseChatModel]:
        within_s = min(within_s, self.timeout_s)
        with self._breaker.minded(), self._client(time.monotonic() + within_s) as client:
            yield self._chat(client)

    def _tries(
        self,
        client: httpx.Client,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        deadline: float,
    ) -> Reply:
        problem = "no time was left"
        for attempt in range(1 + _RETRIES):
            if deadline - time.monotonic() <= 0:
                break
            try:
                return in_time(lambda: self._once(client, messages, schema), deadline)
            except Exception as error:  # noqa: BLE001 - providers raise what they like
                problem = self._without_key(_told(error))
                logger.warning("chat model %s, try %d: %s", self.name, attempt + 1, problem)
                if attempt < _RETRIES:
                    left = deadline - time.monotonic()
                    time.sleep(max(0.0, min(self._pause_s * 2**attempt, left)))
        raise ModelError(f"the chat model {self.name} gave no usable answer ({problem})")

    def _once(
        self,
        client: httpx.Client,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
    ) -> Reply:
        chat = self._chat(client)
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

    def _chat(self, client: httpx.Client) -> BaseChatModel:
        options: dict[str, Any] = {
            "temperature": 0, "max_retries": 0, "max_tokens": _MOST_TOKENS,
            "timeout": self.timeout_s,  # langchain-openai keeps a client for each it has seen
        }  # fmt: skip
        if self._base_url is None and not self.name.startswith("openai:"):
            return init_chat_model(self.name, api_key=self._api_key, **options)
        return init_chat_model(
            self.name.removeprefix("openai:"),
            model_provider="openai",
            base_url=self._base_url,
            api_key=self._api_key or "none",
            http_client=client,
            http_async_client=self._unused,
            **options,
        )


def _told(error: Exception) -> str:
    """Say what went wrong: the reason of this file where a provider's library wraps it."""
    reason: BaseException | None = error
    while reason is not None and not isinstance(reason, ModelError):
        reason = reason.__cause__
    return f"{type(reason or error).__name__}: {str(reason or error)[:200]}"


@cache
def _tls() -> ssl.SSLContext:
    """Load the certificates once: they take a megabyte and 25 ms."""
    return httpx.create_ssl_context()


class _Bounded(httpx.BaseTransport):
    """Reads a reply only as long as time and bytes are left, and follows nobody elsewhere."""

    def __init__(self, deadline: float) -> None:
        self._inner = httpx.HTTPTransport(verify=_tls())
        self._deadline = deadline
        self._not_before = 0.0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._wait()
        request.headers["accept-encoding"] = _PLAIN
        response = self._inner.handle_request(request)
        if response.is_redirect:
            response.close()
            raise ModelError(f"the endpoint redirects ({response.status_code}); that is refused")
        if response.headers.get("content-encoding", _PLAIN).lower() != _PLAIN:
            response.close()
            raise ModelError("the endpoint sends a compressed reply, which was not asked for")
        asked = response.headers.get("retry-after", "") if response.is_error else ""
        if asked.isdecimal():
            self._not_before = time.monotonic() + int(asked)
        stream = response.stream
        assert isinstance(stream, httpx.SyncByteStream)  # noqa: S101 - what this transport gives
        response.stream = _Counted(stream, self._deadline)
        return response

    def close(self) -> None:
        self._inner.close()

    def _wait(self) -> None:
        """Wait as long as the endpoint asked for, where that is in time."""
        left = self._not_before - time.monotonic()
        if self._not_before > self._deadline:
            raise ModelError(f"the endpoint asks to be left alone for {left:.0f} s, over the limit")
        time.sleep(max(0.0, left))


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
