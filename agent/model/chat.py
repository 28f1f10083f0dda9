"""The seam to a chat model: messages and a JSON schema in, JSON text out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from langchain_core.language_models import BaseChatModel


@dataclass(frozen=True, slots=True)
class Message:
    """One turn; ``role`` is ``system`` or ``user``."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model wrote, and the tokens it read and wrote where it says."""

    text: str
    tokens_read: int | None = None
    tokens_written: int | None = None


class ChatModel(Protocol):
    """A model that can fill a JSON schema.

    Attributes
    ----------
    name
        For the trace.
    timeout_s
        Longest wait for one answer, all calls together.
    """

    @property
    def name(self) -> str: ...
    @property
    def timeout_s(self) -> float: ...

    def complete(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, within_s: float
    ) -> Reply:
        """Answer with JSON that fits a schema.

        Parameters
        ----------
        schema
            A JSON schema with a ``title``.
        within_s
            Seconds until the answer must be there.

        Raises
        ------
        ModelError
            When there is no answer in time, or none that can be read.
        """
        ...


class LoopModel(Protocol):
    """A strong model that can call tools."""

    @property
    def name(self) -> str: ...
    @property
    def timeout_s(self) -> float: ...

    def opened(self, within_s: float) -> AbstractContextManager[BaseChatModel]:
        """Open LangChain's chat model for one answer.

        Raises
        ------
        ModelError
            When the endpoint failed too often of late.
        """
        ...
