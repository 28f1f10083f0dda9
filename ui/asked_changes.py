"""What a person types for a change, read."""

from __future__ import annotations

import re
from typing import Final

from forecasting import Change, How, Lever
from signals import DataError

_NUMBER: Final = re.compile(r"(?P<sign>[+\-−]?)\s*(?P<size>\d+(?:\.\d*)?|\.\d+)\s*(?P<share>%?)")
_WORDS: Final = {
    (Lever.PROMO, "on"): Change(Lever.PROMO, How.USUAL),
    (Lever.PROMO, "off"): Change(Lever.PROMO, How.TO, 0.0),
    (Lever.STOCK, "full"): Change(Lever.STOCK, How.TO, 1.0),
}
_EXPECTED: Final = {
    Lever.PRICE: "-10%, +5% or a price such as 9.99",
    Lever.PROMO: "20%, on or off",
    Lever.SENTIMENT: "points of polarity such as +0.2 or -0.1",
    Lever.STOCK: "full, or a share of days with stock such as 0.8 or 80%",
}


def read_change(lever: Lever, text: str) -> Change:
    """Read one change.

    Raises
    ------
    DataError
        When the text cannot be meant for this.

    Examples
    --------
    >>> change = read_change(Lever.PRICE, "-10%")
    >>> str(change.how), change.amount
    ('by share', -0.1)
    """
    if word := _WORDS.get((lever, text.strip().lower())):
        return word
    found = _NUMBER.fullmatch(text.strip())
    if found is None or not _makes_sense(lever, found):
        raise DataError(f"{lever} is {text!r}; expected {_EXPECTED[lever]}")
    amount = float(found["size"]) / (100 if found["share"] else 1)
    amount = -amount if found["sign"] in {"-", "−"} else amount
    if lever is Lever.PRICE:
        return Change(lever, How.BY_SHARE if found["share"] else How.TO, amount)
    return Change(lever, How.BY if lever is Lever.SENTIMENT else How.TO, amount)


def _makes_sense(lever: Lever, found: re.Match[str]) -> bool:
    """Tell whether sign and per cent fit: a bare "10%" of a price could mean either direction."""
    signed, share = bool(found["sign"]), bool(found["share"])
    if lever is Lever.PRICE:
        return signed == share
    return not share if lever is Lever.SENTIMENT else not signed
