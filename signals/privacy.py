"""Personal data out of texts, before anything is stored.

Each find is replaced by a placeholder that says its kind. Identity, tax, card and account numbers
count only when their check digits are right, so order numbers and barcodes mostly stay. Names are
found where words before them say that one follows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from signals.masking.contacts import (
    CHINESE_PLATES,
    EMAIL_CUES,
    EMAILS,
    MESSENGER_CUES,
    MESSENGERS,
    PLATE_CUES,
    PLATES,
)
from signals.masking.names import NAME_CUES, NAMES
from signals.masking.numbers import (
    CHECKED_NUMBERS,
    CUED_NUMBERS,
    CUED_PHONES,
    MAY_BE_CHECKED,
    MAY_HOLD,
    NUMBER_CUES,
    PHONE_CUES,
    PHONES,
)
from signals.masking.places import mask_addresses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signals.masking.kind import Kind

_DIGIT: Final = re.compile("[0-9]")


def mask_personal_data(text: str) -> str:
    """Replace what tells who somebody is or how to reach them by placeholders.

    E-mail addresses, phone, identity, tax, card and account numbers, ids of messengers, postal
    addresses, number plates, and names that are announced ("my name is").

    Parameters
    ----------
    text
        In Unicode form NFKC, so that full-width digits are found.

    Examples
    --------
    >>> mask_personal_data("Write to ana@example.com or call (11) 98765-4321, order 4711.")
    'Write to <email> or call <phone>, order 4711.'
    """
    small = text.lower()
    if _holds(small, EMAIL_CUES):
        text = _masked(text, EMAILS)
    if _holds(small, MESSENGER_CUES):
        text = _masked(text, MESSENGERS)
    if _DIGIT.search(text):
        if _holds(small, PLATE_CUES):
            text = PLATES.mask(text)
        if not text.isascii():
            text = CHINESE_PLATES.mask(text)
        if MAY_HOLD.search(text):
            text = _mask_numbers(text, small)
        text = mask_addresses(text, small)
    return _masked(text, NAMES) if _holds(small, NAME_CUES) else text


def _mask_numbers(text: str, small: str) -> str:
    """Mask what has check digits before phones, which have none."""
    if _holds(small, NUMBER_CUES):
        text = _masked(text, CUED_NUMBERS)
    if MAY_BE_CHECKED.search(text):
        text = _masked(text, CHECKED_NUMBERS)
    text = PHONES.mask(text)
    return CUED_PHONES.mask(text) if _holds(small, PHONE_CUES) else text


def _holds(small: str, cues: Sequence[str]) -> bool:
    return any(cue in small for cue in cues)


def _masked(text: str, kinds: Sequence[Kind]) -> str:
    for kind in kinds:
        text = kind.mask(text)
    return text
