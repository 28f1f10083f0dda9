"""The conversation: questions, the steps of an answer being made, answers."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from agent import Step, StepKind, listened
from signals import GroundswellError
from ui.examples import example_questions
from ui.markup import banner, chips, join, moved
from ui.views.answer_card import answer_card
from ui.views.frame import no_run
from ui.views.proof import PROOFS, proof_of
from ui.views.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent import Answer, Talk
    from ui.live import Live
    from ui.views.words import Words

_OFTEN: Final = 0.1  # seconds after which a wish to stop is noticed
_READABLE: Final = 0.25  # seconds; nobody reads steps faster
TURNS: Final = "gs-turns"
HISTORY: Final = "gs-history"
"""Ids of the conversation and of the list of earlier ones."""

logger = logging.getLogger(__name__)


class _Stopped(Exception):  # noqa: N818 - the name says what happened
    """The visitor does not want the answer any more."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and how they say that they have waited enough.

    Parameters
    ----------
    owner
        ``user_id``; empty where there is no login.
    stop
        Ends the answer when it is set.
    every_s
        Seconds before the first list of steps, which may be empty, and between any two, at least.
    """

    owner: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    every_s: float = _READABLE


def ask(
    live: Live, question: str, earlier: Sequence[Turn] = (), asker: Asker | None = None
) -> Iterator[tuple[Step, ...] | Turn]:
    """Answer one question; what goes wrong is part of the turn, never an exception.

    Parameters
    ----------
    earlier
        The conversation so far; a follow-up leans on its last answer.
    asker
        None: whoever sits at a machine without login.

    Yields
    ------
    tuple of Step or Turn
        The steps so far, as often as one can read them; the turn last.
    """
    told: queue.Queue[Step | Turn] = queue.Queue()
    asker = asker or Asker()
    stop = asker.stop

    def listen(step: Step) -> None:
        if stop.is_set():
            raise _Stopped
        told.put(step)

    def work() -> None:
        with listened(listen):
            told.put(_answered(live, question.strip(), earlier, asker.owner))

    threading.Thread(target=work, daemon=True).start()
    steps: tuple[Step, ...] = ()
    shown, shown_at = None, time.monotonic()
    while not stop.is_set():
        with contextlib.suppress(queue.Empty):
            found = told.get(timeout=_OFTEN)
            if isinstance(found, Turn):
                known = steps or (() if found.answer is None else _steps_of(found.answer))
                yield Turn(question, found.answer, found.failure, found.conversation_id, known)
                return
            steps = (*steps, found)
        if steps != shown and time.monotonic() - shown_at >= asker.every_s:
            yield steps
            shown, shown_at = steps, time.monotonic()
    yield Turn(question, failure="ask.stopped", steps=steps)


def recall(live: Live, conversation_id: str, owner: str = "") -> list[Turn]:
    """Bring back a conversation of earlier.

    Raises
    ------
    DataError
        When there is none of this id, or it is somebody else's.
    """
    live.talks().check(conversation_id, owner)
    return [
        Turn(
            kept.answer.question,
            kept.answer,
            conversation_id=conversation_id,
            steps=_steps_of(kept.answer),
        )
        for kept in live.memory().turns(conversation_id)
    ]


def conversation(live: Live, turns: Sequence[Turn], words: Words) -> Markup:
    """Show the conversation, or how to begin one."""
    shown = join(_turn(live, turn, place, words) for place, turn in enumerate(turns))
    return Markup('<div class="gs" id="{}" role="log" aria-live="polite">{}</div>').format(
        TURNS, shown or _welcome(live, words)
    )


def arrived(live: Live, turns: Sequence[Turn], words: Words) -> Markup:
    """Add the newest turn and its proof to the conversation that stands on the page."""
    place = len(turns) - 1
    turn = _turn(live, turns[place], place, words)
    return moved(turn, TURNS) + moved(proof_of(live, turns[place], place, words), PROOFS)


def waiting(question: str, steps: Sequence[Step], words: Words) -> Markup:
    """Show a question that is being answered, and what was done for it so far."""
    body = Markup('<div class="gs-answer gs-busy">{}<p class="gs-waiting">{}</p></div>').format(
        _step_list(steps, words), words["ask.waiting"]
    )
    return Markup('<div class="gs" aria-live="polite">{}</div>').format(_exchange(question, body))


def past_talks(live: Live, known: Sequence[str], owner: str) -> Sequence[Talk]:
    """Choose the conversations of a person from the ids that their browser remembers."""
    mine = live.talks().of(known, owner) if known else set()
    return live.memory().talks(sorted(mine)) if mine else []


def history(talks: Sequence[Talk], chosen: str | None, words: Words) -> Markup:
    """List conversations of earlier to go on with."""
    one = Markup(
        '<li><button type="button" class="gs-talk" data-talk="{}" aria-current="{}">{}'
        '<span class="gs-quiet">{}</span></button></li>'
    )
    found = [
        one.format(
            talk.conversation_id,
            "true" if talk.conversation_id == chosen else "false",
            talk.question,
            words.day(talk.asked_at),
        )
        for talk in talks
    ]
    listed = Markup("<ul>{}</ul>").format(join(found))
    return Markup(
        '<nav class="gs gs-history" id="{2}" aria-label="{0}"><h3>{0}</h3>{1}</nav>'
    ).format(
        words["ask.history"],
        listed if found else Markup('<p class="gs-quiet">{}</p>').format(words["ask.no_history"]),
        HISTORY,
    )


def _steps_of(answer: Answer) -> tuple[Step, ...]:
    """Read the steps of an answer that was worked out earlier from its trace."""
    plan = answer.trace.plan
    names = ", ".join(entity.name for entity in plan.slots.entities)
    counts = {"facts": str(len(answer.facts)), "quotes": str(len(answer.citations))}
    return (
        Step(StepKind.PLAN, plan.kind, {"names": names} if names else {}),
        *(Step(StepKind.TOOL, call.tool, call.arguments) for call in answer.trace.tools),
        Step(StepKind.FACTS, about=counts),
    )


def _answered(live: Live, question: str, earlier: Sequence[Turn], owner: str) -> Turn:
    known = next((turn for turn in reversed(earlier) if turn.answer), Turn(""))
    try:
        talk = live.talk(known.conversation_id, known.answer, owner)
        return Turn(question, talk.ask(question), conversation_id=talk.conversation_id)
    except GroundswellError as error:
        return Turn(question, failure=str(error))
    except _Stopped:
        return Turn(question, failure="ask.stopped")
    except Exception:
        logger.exception("a question could not be answered")
        return Turn(question, failure="ask.broken")


def _welcome(live: Live, words: Words) -> Markup:
    if live.run() is None:
        return no_run(words)
    examples = live.kept(f"examples {words.code}", lambda: example_questions(live, words.language))
    return Markup('<div class="gs-welcome"><h2>{}</h2><p class="gs-quiet">{}</p>{}</div>').format(
        words["ask.welcome"], words["ask.promise"], chips(examples, words["ask.examples"])
    )


def _turn(live: Live, turn: Turn, place: int, words: Words) -> Markup:
    answer = turn.answer
    if answer is None:
        failure = words.texts.get(turn.failure, (turn.failure,))[-1]
        body = banner(failure, refusal=True)
    else:
        body = live.kept(
            f"turn {answer.answer_id} {place} {words.code}",
            lambda: join([answer_card(live, answer, place, words), _worked_out(turn.steps, words)]),
        )
    return _exchange(turn.question, Markup('<article class="gs-answer">{}</article>').format(body))


def _exchange(question: str, body: Markup) -> Markup:
    return Markup('<section class="gs-turn"><div class="gs-question">{}</div>{}</section>').format(
        question, body
    )


def _worked_out(steps: Sequence[Step], words: Words) -> Markup:
    if not steps:
        return Markup("")
    return Markup('<details class="gs-steps"><summary>{}</summary>{}</details>').format(
        words.say("ask.steps", count=len(steps)), _step_list(steps, words)
    )


def _step_list(steps: Sequence[Step], words: Words) -> Markup:
    item = Markup('<li><b>{}</b> <span class="gs-quiet">{}</span></li>')
    return Markup("<ol>{}</ol>").format(join(item.format(*_said(step, words)) for step in steps))


def _said(step: Step, words: Words) -> tuple[str, str]:
    """Say a step: what was done, and with what."""
    match step.kind:
        case StepKind.PLAN:
            names = step.about.get("names", "")
            return words["step.plan"], " · ".join(
                filter(None, [words.called("intent", step.name), names])
            )
        case StepKind.TOOL:
            told = " · ".join(value for value in step.about.values() if value != "None")
            return words.called("tool", step.name), told
        case StepKind.FACTS:
            return words["step.facts"], words.say("step.counts", **step.about)
