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
_STOPS = re.compile(r"(?<!\d)[,，;；:：?？、](?!\d)")
_BY_THEMSELVES = frozenset({"stock", "said"})
"""What half or double of it means is not a share of a price."""
_LINE = 80
"""Letters; a word beyond a comma is farther off than any within it."""
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
    apart = tuple(several[lever] for lever in Lever if lever in several)
    return apart if len(apart) > 1 else _read(text, words, decimal) or apart


def _read(text: str, words: Questions, decimal: str) -> tuple[Change, ...]:
    """Read the one change that a clause supposes."""
    lever = next((name for name in _LEVERS if words.slots[name].search(text)), None)
    if lever not in _BY_THEMSELVES:
        text = _in_figures(text, words)
    numbers = read_numbers(text, decimal)
    number = next((each for each in numbers if each.is_share), next(iter(numbers), None))
    said = words.slots[lever or "repriced"]
    if lever is None and _is_price(said, number, text, words):
        lever = "price"
    way = None if lever is None or number is None else _way(text, said, number, words)
    try:
        return _change(lever, number, text, words, way)
    except DataError:
        return ()


def _in_figures(text: str, words: Questions) -> str:
    """Write words for a share of a price in figures: doubled is +100%, half price is -50%.

    Where a figure is written besides, it is what is supposed: "would sales double at 10% less?"
    """
    text = _HUNDREDTHS.sub(lambda found: found[0].translate(_DIGITS), text)
    written = left = text
    for said, figure in words.shares:
        left, written = said.sub("", left), said.sub(figure, written)
    return text if any(letter.isdigit() for letter in left) else written


def _is_price(said: re.Pattern[str], number: Number | None, text: str, words: Questions) -> bool:
    """Tell whether a product is raised or lowered by a share, where only its price can be.

    "Lower the kettle by 10%, what would sales do": sales that are spoken of after the amount are
    what is asked for.
    """
    if number is None or not number.is_share or not said.search(text):
        return False
    clause = _STOPS.split(text[: number.end])[-1]
    return not words.slots["sold"].search(clause)


def _way(text: str, said: re.Pattern[str], number: Number, words: Questions) -> int | None:
    """Tell up (1) from down (-1) by the nearest word that says which way; None where none does.

    "Raise the price by 5%, how much would we lose": what is lost is what is asked for, so words
    between the lever and its amount come first, then those that stand nearest to them.
    """
    levers = [found.span() for found in said.finditer(text)] or [(number.start, number.end)]
    spans = [(min(s, number.start), max(e, number.end)) for s, e in levers]
    first, last = min(spans, key=lambda span: _letters(text, *span))

    def gap(found: re.Match[str]) -> int:
        before = _letters(text, found.end(), first)
        after = _letters(text, last, found.start())
        inside = first < found.end() and found.start() < last
        return -1 if inside else max(before, after)

    ways = [
        (gap(found), found.start(), -way)
        for way, slots in ((-1, ("cheaper", "down")), (1, ("dearer", "up")))
        for slot in slots
        for found in words.slots[slot].finditer(text)
    ]
    if ways and not number.sign:
        return -min(ways)[-1]
    return number.sign or None


def _letters(text: str, start: int, end: int) -> int:
    """Count letters between two places; a stop between them counts as a line of them."""
    between = text[start:end]
    stops = len(_STOPS.findall(between))
    return len("".join(between.split())) + _LINE * stops


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
    lever: str | None, number: Number | None, text: str, words: Questions, way: int | None
) -> tuple[Change, ...]:
    """Make the change; none where a share or a step of it is said, but not which way it goes."""
    size = abs(float(number.value)) if number else None
    match lever:
        case "stock":
            share = size if number is not None and number.is_share else None
            emptied = 0.0 if words.slots["out"].search(text) else 1.0
            found = Change(Lever.STOCK, How.TO, emptied if share is None else share)
        case "promo" if number is None:
            found = Change(Lever.PROMO, How.USUAL)
        case "promo":
            found = Change(Lever.PROMO, How.TO, _discount(number, text))
        case "said" if size is not None and way is not None:
            found = Change(Lever.SENTIMENT, How.BY, way * size)
        case "price" if size is not None and number is not None and number.is_share and way:
            found = Change(Lever.PRICE, How.BY_SHARE, way * size)
        case "price" if size is not None and number is not None and not number.is_share:
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
