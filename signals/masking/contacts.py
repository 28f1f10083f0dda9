"""E-mail addresses, ids of messengers and number plates."""

from __future__ import annotations

import re
from typing import Final

from signals.masking.kind import Kind

_IS: Final = r"\s{0,3}(?:号码?|群号?|id\b|number\b|是|为|叫|is\b|é)?\s{0,3}[:：]?\s{0,3}"
_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


def _has_two_digits(written: str) -> bool:
    return sum(map(str.isdigit, written)) > 1


def _has_three_digits(written: str) -> bool:
    return sum(map(str.isdigit, written)) > 2


EMAILS: Final = (
    Kind("email", re.compile(
        r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"
    )),
    Kind("email", re.compile(
        r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{2,64}+(?: ?[(\[]at[)\]] ?[A-Za-z0-9-]{1,63}\."
        r"| ?(?:[(\[]at[)\]]|\bat|\barroba) ?[A-Za-z0-9-]{1,63} ?(?:[(\[]dot[)\]]|dot|ponto) ?)"
        r"(?:com|net|org|edu|cn|br)\b",
        re.IGNORECASE,
    )),
)  # fmt: skip
EMAIL_CUES: Final = ("@", "(at)", "[at]", " dot ", " ponto ")

MESSENGERS: Final = (
    Kind("qq", re.compile(
        rf"(?P<cue>(?:(?<![A-Za-z])q ?q|扣扣|企鹅){_IS})[1-9]\d{{4,11}}(?!\d)", re.IGNORECASE
    )),
    Kind("wechat", re.compile(
        r"(?P<cue>(?:微 ?信|薇信|威信|wechat|weixin|\bvx|\bwx|加v)\s{0,3}(?:号码?|id\b)?\s{0,3})"
        r"(?:(?:[:：是为]|is\b|é)[:：]?\s{0,3}[A-Za-z][\w-]{5,19}"
        r"|(?=[A-Za-z_-]{1,19}\d)[A-Za-z][A-Za-z0-9_-]{5,19})",
        re.IGNORECASE | re.ASCII,
    )),
    Kind("telegram", re.compile(
        r"(?P<cue>(?:telegram|电报|飞机号|\btg)\s{0,3}(?:号|id\b|handle\b)?\s{0,3}"
        r"(?:[:：是]|is\b|é|me at\b|me\b)?\s{0,3})(?:@\w{5,32}|(?<=[:：] |.[:：])[A-Za-z]\w{4,31})",
        re.IGNORECASE | re.ASCII,
    )),
    Kind("account", re.compile(
        r"(?P<cue>\b(?:instagram|insta|skype|snapchat|discord|line id)\s{0,3}(?:é|is\b|:|：)?"
        r"\s{0,3})"
        r"(?:@[\w.]{3,32}|live:[\w.]{3,40})",
        re.IGNORECASE | re.ASCII,
    )),
    Kind("account", re.compile(
        r"\b(?:t\.me|wa\.me|telegram\.me)/\+?[\w-]{3,40}", re.IGNORECASE | re.ASCII
    )),
)  # fmt: skip
MESSENGER_CUES: Final = (
    "qq", "q q", "扣扣", "企鹅", "微信", "微 信", "薇信", "威信", "wechat", "weixin", "vx", "wx",
    "加v", "telegram", "电报", "飞机号", "tg", "insta", "skype", "snapchat", "discord", "line id",
    "t.me", "wa.me",
)  # fmt: skip

CHINESE_PLATES: Final = Kind("plate", re.compile(
    rf"[{_PROVINCES}][A-Za-z][·• .-]?(?:[A-HJ-NP-Za-hj-np-z0-9]{{5,6}}"
    r"|[A-HJ-NP-Za-hj-np-z0-9]{4}[挂学警港澳])(?![A-Za-z0-9])"
), _has_two_digits)  # fmt: skip
PLATES: Final = Kind("plate", re.compile(
    r"(?P<cue>(?i:\bplacas?|\bplates?|车牌)"
    r"(?i:[ :：#]|number|is\b|号码?|是|do carro|é|no\b|n[o°]|was){0,5})"
    r"(?=[A-Z -]{0,7}\d)[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,5}(?![A-Za-z0-9])"
), _has_two_digits)  # fmt: skip
PLATE_CUES: Final = ("placa", "plate", "车牌")
