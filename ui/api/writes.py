"""Writes that are done once for each ``Idempotency-Key``."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Header
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ui.people import Person
    from ui.requests.sql_once import SqlOnce

OnceKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Any text of yours: a write sent again with it is done once.",
    ),
]


def done_once(
    once: SqlOnce,
    who: tuple[Person, str | None],
    content: str,
    write: Callable[[], tuple[int, Mapping[str, Any]]],
) -> JSONResponse:
    """Do a write, or give the answer of the first time.

    Parameters
    ----------
    who
        Who asks, and the key they gave; without a key it is done each time.
    content
        All that is asked for, in one text.
    write
        Gives status and body of the answer.
    """
    person, key = who
    if key is None:
        status, body = write()
        return JSONResponse(body, status)
    before = once.begin(person.user_id, key, hashlib.sha256(content.encode()).hexdigest())
    if before is not None:
        return JSONResponse(before[1], before[0], {"Idempotent-Replayed": "true"})
    try:
        status, body = write()
    except BaseException:
        once.forget(person.user_id, key)
        raise
    once.end(person.user_id, key, status, body)
    return JSONResponse(body, status)
