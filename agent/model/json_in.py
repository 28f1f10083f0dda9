"""JSON in the reply of a model that may have written something around it."""

from __future__ import annotations

import json

from signals import ModelError


def json_in(text: str) -> str:
    """Take the JSON object out of a reply, fence or no fence.

    Raises
    ------
    ModelError
        When there is none that can be read.
    """
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        raise ModelError("the reply holds no JSON object")
    found = text[start : end + 1]
    try:
        json.loads(found)
    except ValueError as error:
        raise ModelError(f"the reply holds no JSON that can be read ({error})") from error
    return found
