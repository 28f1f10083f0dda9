"""What a question supposes to be otherwise: a price, a discount, the tone, the stock."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.language.figures import read_numbers
from forecasting import Change, How, Lever
from signals import DataError

if TYPE_CHECKING:
    from agent.language.figures import Number
    from agent.understanding.questions import Questions

_LEVERS = ("stock", "promo", "price", "said")
_TENTHS = 10
_HUNDREDTHS = re.compile("[一二三四五六七八九]{2}(?=折)")
"""七五折 leaves 75 of 100."""
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")


def read_changes(text: str, words: Questions, decimal: str) -> tuple[Change, ...]:
    """Read all that is supposed; empty when it or its amount is not said.

    Parameters
    ----------
    text
        The question without accents, names and times.
    decimal
        Decimal mark of the language.
    """
    clauses = [_read(each, words, decimal) for each in words.slots["joined"].split(text)]
    several = {change.lever: change for found in reversed(clauses) for change in found}
    if len(several) > 1:
        return tuple(several[lever] for lever in Lever if lever in several)
    return _read(text, words, decimal)


def _read(text: str, words: Questions, decimal: str) -> tuple[Change, ...]:
    """Read the one change that a clause supposes."""
    text = _HUNDREDTHS.sub(lambda found: found[0].translate(_DIGITS), text)
    lever = next((name for name in _LEVERS if words.slots[name].search(text)), None)
    numbers = read_numbers(text, decimal)
    number = next((each for each in numbers if each.is_share), next(iter(numbers), None))
    falls = bool(words.slots["down"].search(text) or words.slots["cheaper"].search(text))
    try:
        return _change(lever, number, text, words, falls=falls)
    except DataError:
        return ()


def with_amount(before: tuple[Change, ...], text: str, decimal: str) -> tuple[Change, ...]:
    """Suppose the same with another amount, as ``and 20%?`` does; empty without one."""
    number = next(iter(read_numbers(text, decimal)), None)
    if not before or number is None:
        return ()
    change = before[0]
    size = abs(float(number.value))
    try:
        return (replace(change, amount=-size if change.amount < 0 else size),)
    except DataError:
        return ()


def _change(
    lever: str | None, number: Number | None, text: str, words: Questions, *, falls: bool
) -> tuple[Change, ...]:
    size = abs(float(number.value)) if number else None
    sign = -1 if falls or (number is not None and number.sign < 0) else 1
    match lever:
        case "stock":
            share = size if number is not None and number.is_share else None
            emptied = 0.0 if words.slots["out"].search(text) else 1.0
            found = Change(Lever.STOCK, How.TO, emptied if share is None else share)
        case "promo" if number is None:
            found = Change(Lever.PROMO, How.USUAL)
        case "promo":
            found = Change(Lever.PROMO, How.TO, _discount(number, text))
        case "said" if size is not None:
            found = Change(Lever.SENTIMENT, How.BY, sign * size)
        case "price" if size is not None and number is not None and number.is_share:
            found = Change(Lever.PRICE, How.BY_SHARE, sign * size)
        case "price" if size is not None:
            found = Change(Lever.PRICE, How.TO, size)
        case _:
            return ()
    return (found,)


def _discount(number: Number | None, text: str) -> float:
    """Give the share a price is cut by; in Chinese 8折 leaves eight tenths of it."""
    if number is None:
        return 0.0
    value = abs(float(number.value))
    if text[number.end : number.end + 1] == "折":
        return round(1 - (value / _TENTHS if value < _TENTHS else value / _TENTHS**2), 4)
    return value if value <= 1 else value / 100
