"""Lists in pages, each leading to the next by a cursor.

A cursor names the last item seen and the state of the lake, not a place: nothing is left out or
told twice when the list has grown meanwhile.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from signals import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Paging(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=200, description="Items a page.")] = 50
    cursor: Annotated[
        str | None, Field(max_length=512, description="`next` of the page before.")
    ] = None


class Page(BaseModel):
    """A page of a list."""

    items: list[dict[str, Any]]
    next: str | None = Field(None, description="Cursor of the next page; null on the last.")


def page_of(
    items: Sequence[dict[str, Any]], key: Callable[[dict[str, Any]], str], stamp: str, page: Paging
) -> Page:
    """Cut a page out of a list.

    Parameters
    ----------
    key
        Gives what an item is known by.
    stamp
        State of what the list is made of; a cursor of another state is refused.

    Raises
    ------
    DataError
        For a cursor that is none, or of another state.
    """
    start = 0
    if page.cursor is not None:
        seen, last = read_cursor(page.cursor, 2)
        places = [place for place, item in enumerate(items) if key(item) == last]
        if seen != stamp or not places:
            raise DataError("the list has changed since this cursor was given; begin again")
        start = places[0] + 1
    shown = list(items[start : start + page.limit])
    more = start + page.limit < len(items)
    return Page(items=shown, next=write_cursor(stamp, key(shown[-1])) if more else None)


def write_cursor(*parts: str | int) -> str:
    """Write a cursor."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(cursor: str, count: int) -> list[Any]:
    """Read a cursor of some parts.

    Raises
    ------
    DataError
        When it is none.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        parts = None
    if not isinstance(parts, list) or len(parts) != count:
        raise DataError(f"{cursor!r} is no cursor; give `next` of the page before, or leave it out")
    return parts
