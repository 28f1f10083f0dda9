"""Personal data out of texts, before anything is stored.

Each find is replaced by a placeholder that says its kind. Identity, tax and card numbers count only
when their check digits are right, so order numbers and barcodes mostly stay.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_MAY_HOLD: Final = re.compile(
    r"[0-9]{5}|[0-9][0-9 .()-]{6}|@|微信|薇信|wechat|weixin|vx|wx", re.IGNORECASE
)

_EMAIL: Final = re.compile(r"[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_ID_CARD: Final = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_BANK_CARD: Final = re.compile(r"(?<!\d)[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?!\d)")
_CPF: Final = re.compile(r"(?<!\d)\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?!\d)")
_PHONES: Final = (
    re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"),  # mobile, China
    re.compile(r"(?<![\d-])0\d{2,3}[ -]\d{7,8}(?!\d)"),  # landline, China
    re.compile(r"(?<!\d)(?:\+?55[ -]?)?\(?[1-9]\d\)?[ -]?9\d{4}[ -]?\d{4}(?!\d)"),  # mobile, Brazil
    re.compile(r"(?<!\d)(?:\+?55[ -]?)?\([1-9]\d\)[ -]?\d{4}[ -]?\d{4}(?!\d)"),  # landline, Brazil
    re.compile(r"(?<!\d)(?:\+?1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)"),  # US
    re.compile(r"(?<!\d)\+\d{1,3}(?:[ -]?\d{2,4}){2,5}(?!\d)"),  # anywhere
)
_QQ: Final = re.compile(
    r"((?:(?<![A-Za-z])q\s?q|扣扣|企鹅)\s*号?\s*[:：是]?\s*)[1-9]\d{4,11}(?!\d)", re.IGNORECASE
)
_WECHAT: Final = re.compile(
    r"((?:微信|薇信|wechat|weixin|\bvx|\bwx)\s*(?:号|id)?\s*)"
    r"(?:[:：是]\s*[A-Za-z][\w-]{5,19}|(?=[A-Za-z\w-]*\d)[A-Za-z][A-Za-z0-9_-]{5,19})",
    re.IGNORECASE | re.ASCII,
)


def mask_personal_data(text: str) -> str:
    """Replace e-mail addresses, phone, identity, tax and card numbers and chat ids.

    Parameters
    ----------
    text
        In Unicode form NFKC, so that full-width digits are found.

    Examples
    --------
    >>> mask_personal_data("Write to ana@example.com or call (11) 98765-4321, order 4711.")
    'Write to <email> or call <phone>, order 4711.'
    """
    if not _MAY_HOLD.search(text):
        return text
    text = _EMAIL.sub("<email>", text)
    text = _ID_CARD.sub(_checked(_is_id_card, "<id-card>"), text)
    text = _BANK_CARD.sub(_checked(_is_bank_card, "<bank-card>"), text)
    text = _QQ.sub(r"\1<qq>", text)
    text = _WECHAT.sub(r"\1<wechat>", text)
    text = _CPF.sub(_checked(_is_cpf, "<cpf>"), text)
    for phone in _PHONES:
        text = phone.sub("<phone>", text)
    return text


def _checked(is_real: Callable[[str], bool], placeholder: str) -> Callable[[re.Match[str]], str]:
    def replace(found: re.Match[str]) -> str:
        return placeholder if is_real(found.group()) else found.group()

    return replace


def _is_id_card(number: str) -> bool:
    """GB 11643: weighted sum of 17 digits modulo 11 gives the last character."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


def _is_bank_card(number: str) -> bool:
    """Luhn: every second digit from the right doubled, digit sums add up to a multiple of 10."""
    digits = [int(character) for character in reversed(number) if character.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return 15 <= len(digits) <= 19 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_cpf(number: str) -> bool:
    """Two check digits, each 11 minus a weighted sum modulo 11 (10 and 11 read as 0)."""
    digits = [int(character) for character in number if character.isdigit()]
    if len(set(digits)) == 1:
        return False
    for length in (9, 10):
        total = sum(digit * (length + 1 - place) for place, digit in enumerate(digits[:length]))
        if digits[length] != (11 - total % 11) % 11 % 10:
            return False
    return True
