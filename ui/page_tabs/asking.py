"""What happens when somebody asks, stops, rates, or goes back to an earlier conversation."""

from __future__ import annotations

import threading
from collections.abc import Iterator  # noqa: TC003 - Gradio reads the annotations of callbacks
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from signals import GroundswellError
from ui.api.ask_routes import LONGEST_QUESTION
from ui.markup import anew, moved
from ui.people.doorkeeper import person_of
from ui.views import talk
from ui.views.proof import proof_panel
from ui.views.turn import Turn
from ui.views.words import words_in

if TYPE_CHECKING:
    from markupsafe import Markup

    from ui.live import Live
    from ui.views.words import Words

_KEPT_TALKS: Final = 20  # that a browser remembers

Turns = list[Turn]


class Asking:
    """The events of the conversation.

    Holds, while an answer is being made, how its visitor can stop it, and nothing else of anybody.
    """

    def __init__(self, live: Live) -> None:
        self._live = live
        self._stops: dict[str, threading.Event] = {}

    def answer(
        self, question: str, earlier: Turns, known: list[str], code: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Answer a question, step by step.

        Yields
        ------
        tuple
            What is being done or has come of it, turns, ids of this browser's conversations.
        """
        if not question.strip():
            yield "", gr.skip(), known
            return
        words, visitor = words_in(code), str(request.session_hash)
        stop = self._stops[visitor] = threading.Event()
        asking = talk.Asker(person_of(request).user_id, stop)
        try:
            for found in talk.ask(self._live, question, earlier, asking):
                if isinstance(found, tuple):
                    yield talk.waiting(question, found, words), gr.skip(), known
                    continue
                now, ids = [*earlier, found], _with(known, found.conversation_id)
                arrived = talk.arrived(self._live, now, words)
                if ids != known:  # a conversation has begun
                    past = self._history(now, ids, words, asking.owner)
                    arrived += moved(past, talk.HISTORY, instead=True)
                yield arrived, now, ids
        finally:  # also when the connection broke and nobody waits any more
            stop.set()
            if self._stops.get(visitor) is stop:
                del self._stops[visitor]

    def clicked(
        self,
        earlier: Turns,
        known: list[str],
        code: str,
        request: gr.Request,
        event: gr.EventData,
    ) -> Iterator[tuple[Any, ...]]:
        """Ask the question of a chip, or keep what somebody thinks of an answer."""
        if event.kind == "rate":
            self._rate(str(event.about), code, helpful=event.value == "up")
            yield "", gr.skip(), known
            return
        question = str(event.value)[:LONGEST_QUESTION]
        yield from self.answer(question, earlier, known, code, request)

    def halt(self, request: gr.Request) -> None:
        """Stop the answer that a visitor waits for."""
        if stop := self._stops.get(str(request.session_hash)):
            stop.set()

    def renew(
        self, code: str, now: Turns, known: list[str], request: gr.Request
    ) -> tuple[Any, ...]:
        """Show conversation, proof and list of conversations in a language."""
        words = words_in(code)
        past = self._history(now, known, words, person_of(request).user_id)
        log, proof = talk.conversation(self._live, now, words), proof_panel(self._live, now, words)
        return anew(log), anew(proof), anew(past)

    def recall(
        self, known: list[str], code: str, request: gr.Request, event: gr.EventData
    ) -> tuple[Any, ...]:
        """Go back to a conversation of this browser, and of this person."""
        chosen = str(event.value)
        try:
            owner = person_of(request).user_id
            now = talk.recall(self._live, chosen, owner) if chosen in known else []
        except GroundswellError as error:
            gr.Warning(str(error))
            now = []
        return *self.renew(code, now, known, request), now

    def begin(self, code: str, known: list[str], request: gr.Request) -> tuple[Any, ...]:
        """Begin a new conversation."""
        return *self.renew(code, [], known, request), []

    def _history(self, now: Turns, known: list[str], words: Words, owner: str) -> Markup:
        current = next((turn.conversation_id for turn in reversed(now)), None)
        try:
            found = talk.past_talks(self._live, known, owner)
        except GroundswellError:
            found = []  # the conversation goes on without the list
        return talk.history(found, current, words)

    def _rate(self, answer_id: str, code: str, *, helpful: bool) -> None:
        try:
            self._live.ratings().give(answer_id, helpful=helpful, at=datetime.now(UTC))
        except GroundswellError as error:
            gr.Warning(str(error))
            return
        gr.Info(words_in(code)["ask.thanks"], duration=3)


def _with(known: list[str], conversation_id: str | None) -> list[str]:
    """Put a conversation before the others."""
    if conversation_id is None:
        return known
    return [conversation_id, *(each for each in known if each != conversation_id)][:_KEPT_TALKS]
