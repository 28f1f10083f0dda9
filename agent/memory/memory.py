"""The seam to what is remembered of conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import date

    from agent.memory.record import Kept, Talk

    Mine = Callable[[Iterable[str]], Collection[str]]
    """Gives those of some conversations, by id, that somebody may see."""


class Memory(Protocol):
    """Conversations and their answers.

    An answer is known by its content: the same answer given twice is kept once, with the newest
    trace, and stands in every conversation it was given in.
    """

    def keep(self, kept: Kept) -> None:
        """Put an answer at the end of its conversation, which begins with its first answer."""
        ...

    def find(self, answer_id: str, mine: Mine | None = None) -> Kept:
        """Return an answer, as it was given last.

        Parameters
        ----------
        answer_id
            Or the beginning of it, where only one begins so.
        mine
            None: answers of all conversations.

        Raises
        ------
        DataError
            When none or several begin so.
        """
        ...

    def newest(self, mine: Mine | None = None) -> str:
        """Return the id of the conversation in which something was asked last.

        Parameters
        ----------
        mine
            None: of all conversations.

        Raises
        ------
        NotReady
            When nothing was asked yet.
        """
        ...

    def last(self, conversation_id: str) -> Kept:
        """Return the last answer of a conversation.

        Raises
        ------
        DataError
            When there is none of this id.
        """
        ...

    def turns(self, conversation_id: str) -> list[Kept]:
        """Return the answers of a conversation in order.

        Raises
        ------
        DataError
            When there is none of this id.
        """
        ...

    def talks(self, conversation_ids: Sequence[str]) -> list[Talk]:
        """Tell what conversations began with, the newest first; ids of none are passed over."""
        ...

    def quoting(self, doc_ids: Collection[str]) -> int:
        """Count the kept answers that cite one of these documents."""
        ...

    def erase(self, doc_ids: Collection[str], day: date) -> int:
        """Leave of the answers that cite one of these documents only what was asked.

        Parameters
        ----------
        day
            Of the erasure; the answer says it from now on.
        """
        ...
