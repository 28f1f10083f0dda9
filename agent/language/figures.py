"""Numbers as people write them: digits, percentages, number words, Chinese numerals.

Reading errs on the side of finding too much: whatever could pass for a number is one, because a
number that the checker does not see is a number nobody checked.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIGNS: Final = {"+": 1, "＋": 1, "-": -1, "−": -1, "–": -1, "－": -1, "﹣": -1}
_FACTORS: Final = {
    "k": 10**3, "thousand": 10**3, "mil": 10**3, "千": 10**3, "m": 10**6, "mn": 10**6,
    "million": 10**6, "milhão": 10**6, "milhões": 10**6, "bn": 10**9, "b": 10**9,
    "billion": 10**9, "bilhão": 10**9, "bilhões": 10**9, "万": 10**4, "萬": 10**4, "亿": 10**8,
    "億": 10**8, "百": 10**2,
}  # fmt: skip
_SHARES: Final = {
    "%": Decimal("0.01"), "％": Decimal("0.01"), "percent": Decimal("0.01"),
    "per cent": Decimal("0.01"), "por cento": Decimal("0.01"), "成": Decimal("0.1"),
    "‰": Decimal("0.001"),
}  # fmt: skip
_WORDS: Final = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000, "million": 10**6,
    "millions": 10**6, "billion": 10**9, "billions": 10**9, "dozen": 12, "dozens": 12, "couple": 2,
    "half": 0.5, "halve": 0.5, "halves": 0.5, "halved": 0.5, "halving": 0.5, "quarter": 0.25,
    "quarters": 0.25, "double": 2, "doubles": 2, "doubled": 2, "doubling": 2, "twice": 2,
    "twofold": 2, "triple": 3, "triples": 3, "tripled": 3, "tripling": 3, "thrice": 3,
    "threefold": 3, "quadruple": 4, "quadrupled": 4, "fourfold": 4, "tenfold": 10, "first": 1,
    "second": 2, "third": 3, "thirds": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "percent": 0.01, "treble": 3, "trebled": 3,
    "quintupled": 5, "fivefold": 5, "sixfold": 6, "manifold": 2, "hundredfold": 100,
    "dois": 2, "duas": 2, "três": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8,
    "nove": 9, "dez": 10, "onze": 11, "doze": 12, "vinte": 20, "trinta": 30, "quarenta": 40,
    "treze": 13, "catorze": 14, "quinze": 15, "dezesseis": 16, "dezessete": 17, "dezoito": 18,
    "dezenove": 19, "cinquenta": 50, "sessenta": 60, "setenta": 70, "oitenta": 80, "noventa": 90,
    "duzentos": 200, "duzentas": 200, "trezentos": 300, "trezentas": 300, "quatrocentos": 400,
    "quatrocentas": 400, "quinhentos": 500, "quinhentas": 500, "cem": 100, "cento": 100,
    "mil": 1000, "milhão": 10**6, "milhões": 10**6,
    "metade": 0.5, "dobro": 2, "duplicou": 2, "duplica": 2, "duplicar": 2, "triplica": 3,
    "terço": 3, "terços": 3, "dobrou": 2, "dobrar": 2, "dobra": 2, "triplo": 3, "triplicou": 3,
    "dobraram": 2, "dobraria": 2, "dobrando": 2, "duplicaram": 2, "duplicado": 2, "duplo": 2,
    "dupla": 2, "triplicar": 3, "triplicaram": 3, "tripla": 3, "quadruplicou": 4, "quádruplo": 4,
    "quintuplicou": 5, "quíntuplo": 5, "meia": 0.5, "primeiro": 1, "primeira": 1, "terceiro": 3,
    "terceira": 3, "quarto": 4, "quinto": 5, "sexto": 6, "sétimo": 7, "oitavo": 8, "nono": 9,
    "décimo": 10, "dúzia": 12, "dúzias": 12, "dezena": 10, "dezenas": 10, "centena": 100,
    "centenas": 100, "milhar": 1000, "milhares": 1000,
    "翻倍": 2, "翻番": 2, "加倍": 2, "减半": 0.5, "一半": 0.5, "半": 0.5, "倍": 2, "首位": 1,
    "榜首": 1,
}  # fmt: skip
_CJK_DIGITS: Final = dict(
    zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, *range(3, 10)), strict=True)
)
_CJK_PLACES: Final = {"十": 10, "百": 100, "千": 1000}
_CJK_MYRIADS: Final = {"万": 10**4, "亿": 10**8}
_NO_NUMBERS: Final = "什参"  # old forms of numerals, now read only as in 什么 and 参考
_CJK: Final = "".join((*_CJK_DIGITS, *_CJK_PLACES, *_CJK_MYRIADS))

_SUFFIX: Final = (
    r"(?:[ \u00a0\u202f]?(?P<share>%|％|‰|per ?cent\b|por cento\b)|(?P<tenths>成)"
    r"|[ \u00a0\u202f]?(?P<factor>thousand|million|billion|milhão|milhões|bilhão|bilhões|mil|bn|mn"
    r"|[kKmMbB])(?![^\W\d_])|(?P<myriad>[百千万萬亿億]))?"
)
_DIGITS = re.compile(
    r"(?P<sign>[-+−–－﹣＋](?=\d))?(?P<digits>\d(?:\d|[.,'’\u00a0\u202f](?=\d))*)" + _SUFFIX,
)


def _one_of(words: Iterable[str]) -> str:
    """Write a pattern of words, the longest first, that looks at each first letter once."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        by_letter.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())


_WORD = re.compile(
    r"(?<![^\W\d_])(?:"
    + _one_of(word for word in _WORDS if word.isascii() or word[0] < "\u2e80")
    + r")(?![^\W\d_])|翻倍|翻番|加倍|减半|一半|半|倍|首位|榜首",
    re.IGNORECASE,
)
_CJK_RUN = re.compile(rf"(?P<percent>百分之)?(?P<run>[{_CJK}]+)(?P<tenths>成)?")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text.

    Parameters
    ----------
    start, end
        Where it stands, suffix and explicit sign included.
    value
        What it means: 12.3 % is 0.123, 1.2k is 1200, 三成 is 0.3.
    sign
        The sign that is written, -1 or 1; 0 when none is.
    is_share
        Whether it is written as a percentage or in tenths.
    """

    start: int
    end: int
    value: Decimal
    sign: int = 0
    is_share: bool = False


def read_numbers(text: str, decimal: str = ".") -> list[Number]:
    """Find every number in a text, in order, without overlap.

    Parameters
    ----------
    decimal
        The decimal mark of the language: ``.`` in English and Chinese, ``,`` in Portuguese.

    Examples
    --------
    >>> [str(n.value) for n in read_numbers("约1.2万件，涨了三成; 10-20 doubled by -12.3%")]
    ['12000.0', '0.3', '10', '20', '2', '-0.123']
    >>> [str(n.value) for n in read_numbers("1.234,5", decimal=",")]
    ['1234.5']
    """
    found = [_from_digits(text, match, decimal) for match in _DIGITS.finditer(text)]
    taken = [(number.start, number.end) for number in found]
    for pattern, read in ((_WORD, _from_word), (_CJK_RUN, _from_cjk)):
        for match in pattern.finditer(text):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                found.append(read(match))
                taken.append((match.start(), match.end()))
    found += [
        Number(place, place + 1, Decimal(str(unicodedata.numeric(char))))
        for place, char in enumerate(text)
        if char.isnumeric()
        and char not in _NO_NUMBERS
        and not any(start <= place < end for start, end in taken)
    ]
    return sorted(found, key=lambda number: number.start)


def _from_digits(text: str, match: re.Match[str], decimal: str) -> Number:
    start, sign = match.start(), 0
    if match["sign"]:
        before = text[start - 1] if start else " "
        if before.isascii() and (before.isalnum() or before in ")]%"):
            start += 1  # a hyphen between two things: 10-20, TR-200
        else:
            sign = _SIGNS[match["sign"]]
    value = _plain(match["digits"], decimal)
    share = match["share"] or match["tenths"]
    if share:
        value *= _SHARES[re.sub(r"^per ?cent$", "percent", share)]
    elif factor := match["factor"] or match["myriad"]:
        value *= _FACTORS[factor.lower()]
    return Number(start, match.end(), -value if sign < 0 else value, sign, bool(share))


def _plain(digits: str, decimal: str) -> Decimal:
    """Read digits with marks between them; a mark before exactly three digits groups."""
    digits = re.sub(r"['’\u00a0\u202f]", "", digits)
    marks = [char for char in digits if char in ".,"]
    if not marks:
        return Decimal(digits)
    last = marks[-1]
    after = len(digits) - digits.rindex(last) - 1
    groups_only = len(set(marks)) == 1 and (len(marks) > 1 or (last != decimal and after == 3))
    if groups_only:
        return Decimal(digits.replace(last, ""))
    whole, fraction = digits.rsplit(last, 1)
    return Decimal(f"{re.sub('[.,]', '', whole)}.{fraction}")


def _from_word(match: re.Match[str]) -> Number:
    return Number(match.start(), match.end(), Decimal(str(_WORDS[match[0].lower()])))


def _from_cjk(match: re.Match[str]) -> Number:
    total = section = digit = 0
    for char in match["run"]:
        if char in _CJK_DIGITS:
            digit = _CJK_DIGITS[char]
        elif char in _CJK_PLACES:
            section += (digit or 1) * _CJK_PLACES[char]
            digit = 0
        else:
            total += ((section + digit) or 1) * _CJK_MYRIADS[char]
            section = digit = 0
    value = Decimal(total + section + digit)
    share = 10 if match["tenths"] else 100 if match["percent"] else 1
    return Number(match.start(), match.end(), value / share, is_share=share > 1)
