"""Questions and explanations."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from signals import NotReady
from ui.api.doors import Asker, Doors, Open
from ui.api.writes import OnceKey, done_once
from ui.requests import about

if TYPE_CHECKING:
    from agent import Conversation
    from ui.people import Person

LONGEST_QUESTION: Final = 2_000
_LONGEST_ID: Final = 64


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    conversation_id: str | None = Field(
        None, max_length=_LONGEST_ID, description="Of an earlier answer; left out, it begins one."
    )
    as_of: date | None = Field(None, description="Answer as it was known on this day.")


class QuestionAsked(_Asked):
    """A question in plain language."""

    question: str = Field(
        strict=True,
        min_length=1,
        max_length=LONGEST_QUESTION,
        examples=["Which categories will grow most in the next four weeks, and why?"],
    )


class ExplanationAsked(_Asked):
    """A forecast to be explained."""

    series: str = Field(
        strict=True,
        min_length=1,
        max_length=200,
        description="Name or series id of a product, a category or a brand.",
        examples=["category:Kitchen"],
    )


class Answered(BaseModel):
    """An answer; every number in its text has a fact, and every fact its formula."""

    model_config = ConfigDict(extra="allow")

    conversation_id: str
    answer_id: str
    text: str
    language: str
    facts: list[dict[str, Any]]
    citations: list[dict[str, Any]]


router = APIRouter(tags=["questions"])


@router.post("/ask", response_model=Answered)
def ask(asked: QuestionAsked, doors: Open, person: Asker, key: OnceKey = None) -> Response:
    """Answer a question, or say why it cannot be answered (`abstention`)."""

    def write() -> tuple[int, dict[str, Any]]:
        talk = _talk(doors, asked, person)
        with about("body.question" if asked.as_of is None else "body.as_of", NotReady):
            answer = talk.ask(asked.question, asked.as_of)
        return 200, answer.to_dict() | {"conversation_id": talk.conversation_id}

    return done_once(doors.once, (person, key), f"ask {asked.model_dump_json()}", write)


@router.post("/explain", response_model=Answered)
def explain(asked: ExplanationAsked, doors: Open, person: Asker, key: OnceKey = None) -> Response:
    """Explain a forecast: contributions, reviews, past accuracy."""

    def write() -> tuple[int, dict[str, Any]]:
        talk = _talk(doors, asked, person)
        with about("body.as_of", NotReady):
            answer = talk.explain(asked.series, asked.as_of)
        return 200, answer.to_dict() | {"conversation_id": talk.conversation_id}

    return done_once(doors.once, (person, key), f"explain {asked.model_dump_json()}", write)


def _talk(doors: Doors, asked: _Asked, person: Person) -> Conversation:
    with about("body.conversation_id"):
        return doors.live.talk(asked.conversation_id, owner=person.user_id)
