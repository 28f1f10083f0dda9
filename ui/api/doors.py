"""What the routes work on, and who may do what through them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from ui.people import Action, Person, may, refusal
from ui.people.doorkeeper import person_of

if TYPE_CHECKING:
    from ui.jobs.sql_jobs import SqlJobs
    from ui.live import Live
    from ui.requests.sql_once import SqlOnce


@dataclass(frozen=True, slots=True)
class Doors:
    """What the routes work on."""

    live: Live
    jobs: SqlJobs
    once: SqlOnce


def doors_of(request: Request) -> Doors:
    """Return what the routes of an application work on."""
    doors: Doors = request.app.state.doors
    return doors


def allowed(action: Action) -> Callable[[Request], Person]:
    """Make a dependency that gives who is asking, if they may do something."""

    def check(request: Request) -> Person:
        person = person_of(request)
        if not may(person, action):
            raise HTTPException(403, refusal(person, action))
        return person

    return check


Open = Annotated[Doors, Depends(doors_of)]
Reader = Annotated[Person, Depends(allowed(Action.READ))]
Asker = Annotated[Person, Depends(allowed(Action.ASK))]
Runner = Annotated[Person, Depends(allowed(Action.RUN))]
Bringer = Annotated[Person, Depends(allowed(Action.INGEST))]
