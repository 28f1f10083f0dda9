"""Numbers of formats that know numbers from texts, such as Excel and JSON."""

from __future__ import annotations

import re
from typing import Final

_MAY_BE_GROUPS: Final = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")


def number_cell(number: float) -> str:
    """Write a number so that it can be read in one way only.

    Examples
    --------
    >>> number_cell(12.0), number_cell(12.5), number_cell(1.234)
    ('12', '12.5', '1.2340')
    """
    if number.is_integer():
        return str(int(number))
    text = str(number)
    return f"{text}0" if _MAY_BE_GROUPS.fullmatch(text) else text
