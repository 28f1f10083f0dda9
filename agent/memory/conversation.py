"""Questions asked one after the other, each answer kept."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.memory.record import Kept
from signals import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import pandas as pd

    from agent.analyst import Analyst
    from agent.answer import Answer
    from agent.memory.memory import Memory
    from agent.understanding.plan import Plan

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where and when a conversation takes place.

    Parameters
    ----------
    clock
        Gives the moment, UTC.
    code_version
        Version of Groundswell that answers.
    """

    conversation_id: str
    clock: Callable[[], pd.Timestamp]
    code_version: str


class Conversation:
    """A conversation: what was said before, and who answers next.

    Parameters
    ----------
    about
        Its id, and what is written beside each answer.
    last
        The answer before, in a conversation that goes on.
    """

    def __init__(
        self,
        analyst: Analyst,
        memory: Memory,
        about: Circumstances,
        last: Answer | None = None,
    ) -> None:
        self.conversation_id = about.conversation_id
        self.last = last
        self._analyst = analyst
        self._memory = memory
        self._about = about

    def ask(self, question: str, as_of: date | None = None) -> Answer:
        """Answer a question; a follow-up leans on the answer before.

        Parameters
        ----------
        as_of
            Answer as it would have been answered on that day; None for what is known now.
        """
        return self._kept(lambda: self._at(as_of).ask(question, self.last))

    def explain(self, series: str, as_of: date | None = None) -> Answer:
        """Explain the forecast of a product, category or brand, by its name or series id."""
        return self._kept(lambda: self._at(as_of).explain(series))

    def answer(self, plan: Plan, as_of: date | None = None) -> Answer:
        """Answer what is asked without words, like `Analyst.answer`."""
        return self._kept(lambda: self._at(as_of).answer(plan))

    def _at(self, as_of: date | None) -> Analyst:
        return self._analyst if as_of is None else self._analyst.as_of(as_of)

    def _kept(self, answer: Callable[[], Answer]) -> Answer:
        """Keep what is answered; an answer that cannot be kept is given all the same."""
        asked_at, started = self._about.clock(), time.perf_counter()
        found = answer()
        seconds = time.perf_counter() - started
        kept = Kept(self.conversation_id, found, asked_at, seconds, self._about.code_version)
        self.last = found
        try:
            self._memory.keep(kept)
        except DataError as error:
            logger.warning("the answer is not kept: %s", error)
        return found
