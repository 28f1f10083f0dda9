"""Names cut to what matters for finding them: no case, no accents, no plural."""

from __future__ import annotations

import re
import unicodedata

from agent.understanding.folding import folded

_HAN = r"\u2e80-\u9fff\uf900-\ufaff"
TOKEN = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+?(?=\d{{1,4}}[年月日号])|[^\W_{_HAN}]+")
_SHORT = 3
_PLURALS = (("ões", "ão"), ("ães", "ão"), ("ais", "al"), ("éis", "el"))  # of Portuguese


def stems_of(text: str) -> tuple[str, ...]:
    """Cut each word of a text."""
    return tuple(stem_of(match[0]) for match in TOKEN.finditer(text))


def stem_of(token: str) -> str:
    """Fold case, accents and the plural, so that ``Sofas`` finds ``sofa``."""
    plain = unicodedata.normalize("NFKC", token).casefold()
    for many, one in _PLURALS:
        if plain.endswith(many):
            return folded(plain.removesuffix(many) + one)
    word = folded(plain)
    if len(word) <= _SHORT or not word.isascii() or word.endswith("ss"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word.removesuffix("s")
