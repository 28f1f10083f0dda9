"""Check digits of identity, tax, card and account numbers; all take a number as it was written."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_SEPARATORS: Final = re.compile(r"[ ./()-]")
_CHINESE_CHECKS: Final = "10X98765432"
_SHORTEST_CARD, _LONGEST_CARD = 12, 19
_SHORTEST_IBAN, _LONGEST_IBAN = 15, 34
_FIRST_YEAR: Final = 1880


def is_resident_id(written: str) -> bool:
    """GB 11643: a day of birth, and a weighted sum modulo 11 that gives the last character."""
    number = _bare(written).upper()
    if not _is_birthday(number[6:14]):
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return _CHINESE_CHECKS[total % 11] == number[17]


def is_hong_kong_id(written: str) -> bool:
    """Weights 9 to 1 over one or two letters (A is 10; a blank is 36) and digits, modulo 11."""
    number = _bare(written).rjust(9)
    values = [36 if character == " " else int(character, 36) for character in number[:8]]
    total = sum(value * (9 - place) for place, value in enumerate(values))
    return (total + (10 if number[8] == "A" else int(number[8], 36))) % 11 == 0


def is_card(written: str) -> bool:
    """Luhn: every second digit from the right doubled, digit sums add up to a multiple of 10."""
    digits = [int(character) for character in reversed(_bare(written))]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    total = sum(digits[::2]) + sum(doubled)
    return _SHORTEST_CARD <= len(digits) <= _LONGEST_CARD and total % 10 == 0 and any(digits[1:])


def is_cpf(written: str) -> bool:
    """Two check digits, each 11 minus a weighted sum modulo 11 (10 and 11 read as 0)."""
    number = _bare(written)
    return len(set(number)) > 1 and all(
        number[length] == _brazilian_check(number[:length], length + 1) for length in (9, 10)
    )


def is_cnpj(written: str) -> bool:
    """As of a CPF, but weights end at 9 and begin anew; letters count as their code less 48."""
    number = _bare(written).upper()
    return len(set(number)) > 1 and all(
        number[length] == _brazilian_check(number[:length], 9) for length in (12, 13)
    )


def is_iban(written: str) -> bool:
    """ISO 7064: the first four characters put last, letters as numbers from 10, modulo 97 is 1."""
    number = _bare(written)
    if not _SHORTEST_IBAN <= len(number) <= _LONGEST_IBAN:
        return False
    return int("".join(str(int(each, 36)) for each in number[4:] + number[:4])) % 97 == 1


def _bare(written: str) -> str:
    return _SEPARATORS.sub("", written)


def _is_birthday(digits: str) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return day.year >= _FIRST_YEAR


def _brazilian_check(characters: str, highest: int) -> str:
    """Weigh characters 2, 3, ... from the right, after the highest weight again from 2."""
    spread = highest - 1
    total = sum(
        (ord(each) - ord("0")) * (2 + place % spread)
        for place, each in enumerate(reversed(characters))
    )
    return str((11 - total % 11) % 11 % 10)
