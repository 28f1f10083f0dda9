"""Whether JSON that is kept tells of some documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection

_PIECE: Final = "#"  # parts the id of a document from the place of a piece of it


def tells_of(text: str | None, told: Collection[str]) -> bool:
    """Tell whether some value in a JSON text is one of these ids or texts, or a piece of such.

    Examples
    --------
    >>> tells_of('{"citations": [{"passage_id": "d7#120"}]}', {"d7"})
    True
    """
    if not text:
        return False
    try:
        value = json.loads(text)
    except ValueError:
        return False
    return _tells(value, told)


def _tells(value: Any, told: Collection[str]) -> bool:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, dict):
        return any(_tells(each, told) for each in value.values())
    if isinstance(value, list):
        return any(_tells(each, told) for each in value)
    return isinstance(value, str) and (value in told or value.split(_PIECE)[0] in told)
