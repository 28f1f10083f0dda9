"""Postal addresses as they are written in Chinese, English and Portuguese."""

from __future__ import annotations

import re
from typing import Final

from signals.masking.kind import Kind

NAME: Final = "street-address"

# Chinese: found by its end, from the road and its number on; then followed back to its beginning
_COUNT: Final = "[0-9一二三四五六七八九十百]"
_PART: Final = (
    rf"(?:第?(?:[0-9A-Za-z-]{{1,6}}|{_COUNT}{{1,4}})"
    r"(?:号楼|号院|栋|幢|座|单元|楼|层|室|号|房|户|弄|组))"
)
_ROOM: Final = r"(?:\d{2,5})?(?:[ ,，]{0,2}\d{6}(?!\d))?"  # and postcode
_ESTATE: Final = "(?:小区|花园|家园|公寓|大厦|新村|雅苑|苑|新城|广场|国际|中心|庭|府|村)"
_CORE: Final = re.compile(
    rf"(?:路|街|道|巷|弄|胡同|镇|村)[东西南北中]?(?:[一二三四五六七八九十]段)?"
    rf"(?:第?(?:{_COUNT}{{1,5}}(?:-\d{{1,4}})?[号號组]院?|\d{{1,5}}弄)(?!线)|[A-Za-z][座栋])"
    rf"(?:(?:[一-鿿]{{1,10}}?{_ESTATE})?{_PART}{{1,5}})?{_ROOM}"
    rf"|{_ESTATE}{_PART}{{2,5}}{_ROOM}"
)
_FURTHEST: Final = 32
_PROVINCES: Final = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川"
    "|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_BEFORE: Final = "[在去到址是寄送往至于住]"  # words that an address follows
_BEGINNING: Final = re.compile(
    rf"(?:{_PROVINCES})(?:省|市|自治区|[一-鿿]{{1,3}}族?自治区|特别行政区)?[一-鿿 ]*$"
    rf"|(?:(?<={_BEFORE})|(?<=[^一-鿿])|^)(?!{_BEFORE})[一-鿿]{{2,6}}?(?:市|县|区|州)[一-鿿 ]*$"
    rf"|(?:(?<={_BEFORE})|(?<=[^一-鿿])|^)(?!{_BEFORE})[一-鿿]{{1,10}}$"
    rf"|[一-鿿]{{1,4}}$"
)

# English: a number, capitalised words, what a street is called; vague words need a town or a flat
_STREET: Final = (
    "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Parkway|Pkwy|Highway|Hwy|Terrace|Crescent"
)
_VAGUE: Final = (
    "Drive|Dr|Court|Ct|Way|Place|Pl|Circle|Cir|Square|Sq|Trail|Trl|Plaza|Loop|Row|Close|Gardens"
    "|[A-Z][a-z]{2,14}"
)
_TITLED: Final = r"(?:[A-Z][A-Za-z'’-]{1,20}+|[NSEW]\.?|[NS][EW]|\d{1,3}(?:st|nd|rd|th))"
_FLAT: Final = r"(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Floor|Room|Flat|#)\.? ?#?[A-Z0-9-]{1,6}\b)"
_TOWN: Final = (
    r"(?:,? ?(?-i:[A-Z])[^!?;\n\d<>]{1,40}?,? (?-i:[A-Z]{2}),? \d{5}(?:-\d{4})?(?!\d)"
    r"|,? ?(?-i:[A-Z])[^!?;\n\d<>]{1,40}?,? (?-i:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b)"
)
_NUMBER: Final = r"(?<![\w.,$#-])\d{1,5}(?:-\d{1,4})?[A-Da-d]?"

# Portuguese: what a street is called, its name, its number
_WAY: Final = (
    r"(?:rua|(?-i:R\.)|avenida|av\.?|travessa|alameda|praça|rodovia|estrada|largo|viela|beco"
    r"|ladeira)"
)
_LETTERS: Final = r"[\wÀ-ÿ.'’]"
_SMALL: Final = r"(?:d[aeo]s?|e)"
_INSIDE: Final = (
    r"(?:(?=[,. -]{0,4}[abcflqst])[,.]? ?-? ?"  # the first letters of the words spare time
    r"(?:apto?|apartamento|ap|bloco|bl|casa|sala|loja|fundos|conj|conjunto|andar"
    r"|torre|lote|quadra)\b\.? ?(?:n[o°]\.? ?)?[0-9A-Za-z]{0,5})"
)
_CEP: Final = r"(?:CEP:? ?)?\d{5}-?\d{3}(?!\d)"
_CITY: Final = (
    rf"(?:[^!?;\n\d<>]{{1,70}}?(?:[-/(,] ?(?-i:[A-Z]{{2}})\b\)?(?:[,. -]{{0,3}}{_CEP})?"
    rf"|{_CEP}(?:[,. -]{{0,3}}[^!?;\n\d<>,]{{1,40}}?[/-] ?(?-i:[A-Z]{{2}})\b)?))"
)
_NO: Final = r"(?: ?,? ?(?:n[oº°.]{1,2}|número|num\.?) ?| ?, ?| )"

_ENGLISH: Final = Kind(NAME, re.compile(
    rf"{_NUMBER} (?:{_TITLED} ){{1,4}}?(?:(?:{_STREET})\b\.?(?: [NSEW][EW]?\b)?{_FLAT}?{_TOWN}?"
    rf"|(?:{_VAGUE})\b\.?(?:{_FLAT}{_TOWN}?|{_TOWN}))"
))  # fmt: skip
_BOXES: Final = (
    Kind(NAME, re.compile(
        r"(?:\b(?:PSC \d{1,5},? Box|Unit \d{1,5},? Box|US[A-Z]{1,3}) [A-Z0-9][\w-]{0,20},? )?"
        r"\b[AFD]PO,? A[AEP] \d{5}(?!\d)"
    )),
    Kind(NAME, re.compile(rf"\b(?:P\.? ?O\.? ?Box|Caixa Postal) #?\d{{1,6}}\b{_TOWN}?")),
)  # fmt: skip
_PORTUGUESE: Final = (
    Kind(NAME, re.compile(
        rf"\b{_WAY} (?:{_SMALL} )?(?:\d{{1,2}} de )?(?-i:[A-ZÀ-Ý]){_LETTERS}{{0,20}}+"
        rf"(?: {_LETTERS}{{1,20}}+){{0,5}}?{_NO}\d{{1,5}}[A-Da-d]?\b{_INSIDE}{{0,3}}{_CITY}?",
        re.IGNORECASE,
    )),
    Kind(NAME, re.compile(
        rf"\b(?:rua|avenida|travessa|alameda) (?:{_LETTERS}{{1,20}}+ ?){{1,4}}"
        rf"(?:, ?(?:n[o°.]{{1,2}} ?)?| n[o°.]{{1,2}} ?)\d{{1,5}}"
        rf"(?! ?(?:dias|horas|vezes|meses|anos|reais|x\b))\b{_INSIDE}{{0,3}}{_CITY}?",
        re.IGNORECASE,
    )),
    Kind(NAME, re.compile(
        rf"\b[A-ZÀ-Ý][a-zà-ÿ]{{2,14}} (?:{_SMALL} )?[A-ZÀ-Ý]{_LETTERS}{{0,20}}+"
        rf"(?: {_LETTERS}{{1,20}}+){{0,5}}?, ?\d{{1,5}}\b{_CITY}"
    )),
)  # fmt: skip
_WAYS: Final = (
    "rua ", "avenida", "av ", "av. ", "travessa", "alameda", "praça", "rodovia", "estrada",
    "largo ", "viela", "beco ", "ladeira",
)  # fmt: skip
_STATE: Final = re.compile(r"/ ?[A-Z]{2}\b")
_HOUSE: Final = re.compile(r"[0-9][A-Da-d]? (?:[A-Z]|[0-9]{1,3}(?:st|nd|rd|th))")
_POSTCODE: Final = Kind(NAME, re.compile(r"(?<![\d-])(?:CEP:? ?)?\d{5}-\d{3}(?![\d-])"))


def mask_addresses(text: str, small: str) -> str:
    """Put a placeholder in the place of each postal address.

    Parameters
    ----------
    text
        Holds a digit, as every address that is found.
    small
        The text in small letters.
    """
    if _HOUSE.search(text):
        text = _ENGLISH.mask(text)
    if "PO" in text or "Postal" in text or "Box" in text:
        for kind in _BOXES:
            text = kind.mask(text)
    if "R. " in text or _STATE.search(text) or any(way in small for way in _WAYS):
        for kind in _PORTUGUESE:
            text = kind.mask(text)
    if "-" in small:  # a placeholder holds one too
        text = _POSTCODE.mask(text)
    return text if text.isascii() else _mask_chinese(text)


def _mask_chinese(text: str) -> str:
    kept, done = [], 0
    for core in _CORE.finditer(text):
        before = text[max(done, core.start() - _FURTHEST) : core.start()]
        beginning = _BEGINNING.search(before)
        start = core.start() - (len(before) - beginning.start() if beginning else 0)
        kept += [text[done:start], f"<{NAME}>"]
        done = core.end()
    return "".join([*kept, text[done:]])
