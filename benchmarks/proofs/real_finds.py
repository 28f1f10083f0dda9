"""Rules of their own that tell whether a real review holds something personal.

They were written after reading every text that was changed, and share no pattern with the product:
they look for what a person looks for, a number long enough to dial or to pay with that is not
called an order, an address of mail, an account, a street with a number, or a name after a greeting.
"""

from __future__ import annotations

import re
from typing import Final

_ORDER: Final = re.compile(
    r"(?:订单|单号|order|pedido|nota fiscal|https?:|www\.|/)\S*\D{0,12}$", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"\d(?:[ ().*-]{0,2}\d){6,18}")
_SIGNS: Final = (
    re.compile(r"[\w.]+@[\w.]+"),
    re.compile(r"(?:q ?q|微信|weixin)\D{0,6}\w{5,}", re.IGNORECASE),
    re.compile(r"[路街道巷][^，。]{0,4}\d+号"),
    re.compile(r"\b(?:rua|av|avenida|alameda|cep|road|street|ave)\b.{0,40}\d", re.IGNORECASE),
    re.compile(r"\d+ [A-Z]\w+ (?:[A-Z]\w+ )?(?:Road|Street|Avenue|Drive)"),
    re.compile(
        r"(?:my name is|meu nome|me chamo|sincerely|atenciosamente|姓名|车号|车牌)", re.IGNORECASE
    ),
)


def holds_something(text: str) -> bool:
    """Tell whether a text holds something personal."""
    if any(sign.search(text) for sign in _SIGNS):
        return True
    return any(not _ORDER.search(text[: found.start()][-40:]) for found in _NUMBER.finditer(text))
