"""Identity, tax, card, account and phone numbers.

References
----------
GB 11643-1999 (resident identity), ISO 7812 (cards), ISO 13616 (IBAN), Receita Federal IN 2229/2024
(CNPJ with letters), US Social Security Administration rules since 2011, ITU E.164 (phones).
"""

from __future__ import annotations

import re
from typing import Final

from signals.masking.check_digits import (
    is_card,
    is_cnpj,
    is_cpf,
    is_hong_kong_id,
    is_iban,
    is_resident_id,
)
from signals.masking.kind import Kind

MAY_HOLD: Final = re.compile(
    r"[0-9]{5}|[0-9]{3}[0-9 .()-]{4}|[0-9 .()-]{4}[0-9]{3}|/[0-9A-Z]{4}-[0-9]"
    r"|[0-9](?:[ -][0-9]{2}){3}"
)
"""A text without this holds none of the numbers."""
MAY_BE_CHECKED: Final = re.compile("[0-9]{3}|/")
"""A text without this holds none that have check digits."""

_FEWEST_DIGITS, _MOST_DIGITS = 8, 20  # of a phone number with its extension
_GAP: Final = (  # between a cue and its number
    r"(?:\s{0,3}(?:(?:numbers?|no|me|us|at|on|is|é|para)\b|n[ouúº°]?m?e?r?o?\b|号码?|是|为|[:：#.-])){0,4}"
    r"\s{0,3}"
)
_SSN: Final = r"(?!000|666|9\d\d)\d{3}%s(?!00)\d\d%s(?!0000)\d{4}"
_ITIN: Final = r"9\d\d-(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])-\d{4}"
_TOLL_FREE: Final = "8(?:00|33|44|55|66|77|88)"


def _is_phone(written: str) -> bool:
    return _FEWEST_DIGITS <= sum(map(str.isdigit, written)) <= _MOST_DIGITS


def _after(cues: str, number: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<cue>(?i:{cues}){_GAP}){number}")


CUED_NUMBERS: Final = (
    Kind("id-card", _after("身份证", r"[1-9]\d{14}(?!\d)")),  # issued before 1999: no check digit
    Kind("rg", _after(r"\brg", r"\d{1,2}\.?\d{3}\.?\d{3}-?[\dXx](?!\d)")),
    Kind("ssn", _after(r"\bssn|social security", _SSN % ("[ -]?", "[ -]?") + r"(?!\d)")),
    Kind("passport", _after("护照|passport|passaporte", r"(?:[A-Za-z]{1,2}\d{6,8}|\d{9})(?!\d)")),
    Kind("bank-card", _after(r"\b(?:card|cartão|visa|maestro)|卡", r"\d{12,13}(?!\d)"), is_card),
)
"""Numbers without check digits, or short ones: they count after words that announce them."""
NUMBER_CUES: Final = (
    "身份证", "rg", "ssn", "social security", "护照", "passport", "passaporte", "card", "cartão",
    "visa", "maestro", "卡",
)  # fmt: skip

CHECKED_NUMBERS: Final = (
    Kind("iban", re.compile(
        r"(?<![A-Za-z0-9])[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
    ), is_iban),
    Kind("id-card", re.compile(
        r"(?<!\d)[1-9]\d{5}[ -]?[12]\d{3}[01]\d[0-3]\d[ -]?\d{3}[\dXx](?![\dA-Za-z])"
    ), is_resident_id),
    Kind("id-card", re.compile(r"(?<![A-Za-z])[A-Z]{1,2}\d{6}\([\dA]\)"), is_hong_kong_id),
    Kind("cnpj", re.compile(
        r"(?<![\dA-Za-z])[\dA-Z]{2}\.?[\dA-Z]{3}\.?[\dA-Z]{3}/?[\dA-Z]{4}-?\d\d(?!\d)"
    ), is_cnpj),
    Kind("cpf", re.compile(r"(?<!\d)\d{3}\.?\d{3}\.?\d{3}[-/ ]?\d\d(?!\d)"), is_cpf),
    Kind("bank-card", re.compile(
        r"(?<!\d)[2-6](?:\d{3}(?:[ -]\d{4}){3}(?:[ -]?\d{1,3})?|\d{3}[ -]\d{6}[ -]\d{4,5}"
        r"|\d{5}[ -]\d{13}|\d{13,18})(?!\d)"
    ), is_card),
    Kind("ssn", re.compile(rf"(?<![\d-])(?:{_SSN % ('-', '-')}|{_ITIN})(?![\d-])")),
)  # fmt: skip

_CHINESE_MOBILE: Final = r"1[3-9]\d[ .-]?\d{4}[ .-]?\d{4}(?!\d)"
_EXTENSION: Final = r"(?: ?(?:x|ext\.?) ?\d{1,5})?(?!\d)"
_IN_BRACKETS: Final = (  # the area code
    rf"\+?86\) ?{_CHINESE_MOBILE}",
    r"0\d{2,3}\) ?\d{3,4}[ -]?\d{4}(?:[ -]\d{1,4}|转\d{1,4})?(?!\d)",
    r"0?[1-9][1-9]\)[ .-]?(?:9 ?\d|[2-5])\d{3}[ .-]?\d{4}(?!\d)",
    rf"(?!{_TOLL_FREE})[2-9]\d\d\) ?\d{{3}}[ .-]\d{{4}}{_EXTENSION}",
)
_PHONES: Final = (  # each begins with what tells it from most others, which makes the search quick
    _CHINESE_MOBILE,
    rf"86[ -]?{_CHINESE_MOBILE}",
    rf"00(?:86[ -]?{_CHINESE_MOBILE}|[1-9]\d{{0,2}}[ -](?:[ ().-]{{0,2}}\d){{6,12}}{_EXTENSION})",
    r"0(?!800)\d{2,3}[ -]\d{3,4}[ -]?\d{4}(?:[ -]\d{1,4}|转\d{1,4})?(?!\d)",  # landline, China
    rf"\((?:{'|'.join(_IN_BRACKETS)})",
    r"55[ -]?\(?[1-9][1-9]\)?[ -]?9?\d{4}[ -]?\d{4}(?!\d)",  # Brazil
    r"[1-9][1-9][ .-]?9 ?\d{4}[ .-]?\d{4}(?!\d)",
    r"0[1-9][1-9][ .-]?9\d{4}[ .-]?\d{4}(?!\d)",
    r"9\d{4}-\d{4}(?![\d-])",
    r"[1-9][1-9] (?!19|20)\d{4}-\d{4}(?![\d-])",
    # United States, Canada
    rf"1[ .-]?\(?(?!{_TOLL_FREE})[2-9]\d\d(?:\) ?|[ .-])\d{{3}}[ .-]\d{{4}}{_EXTENSION}",
    rf"(?!{_TOLL_FREE})[2-9]\d\d[ .-]\d{{3}}[ .-]\d{{4}}{_EXTENSION}",
    rf"\+[1-9](?:[ ().-]{{0,2}}\d){{6,14}}{_EXTENSION}",  # anywhere
)
PHONES: Final = Kind("phone", re.compile(
    rf"(?<![\d.+-])(?:{'|'.join(_PHONES)})"
), _is_phone)  # fmt: skip
CUED_PHONES: Final = Kind("phone", _after(
    r"\b(?:phone|mobile|cell|tel|telefone|fone|celular|whats(?:app)?|zap|wpp|call|sms|ligue"
    r"|contato)|电话|手机|座机|固话|致电|联系方式",
    r"[(+]?\d(?:[ ().-]{0,2}\d){7,14}(?!\d)",
), _is_phone)  # fmt: skip
PHONE_CUES: Final = (
    "phone", "mobile", "cel", "tel", "fone", "whats", "zap", "wpp", "call", "sms", "ligue",
    "contato", "电话", "手机", "座机", "固话", "致电", "联系方式",
)  # fmt: skip
