"""A chat model that lies in every sentence it is given to reword."""

from __future__ import annotations

import json
import re
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

from agent import ScriptedModel
from agent.language.language import read_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from agent import Message
    from agent.language.language import Language

_FIELD: Final = re.compile(r"\{[a-z]\d+\}")
_CLAIMS: Final = {
    "en": (
        " It will double.",
        " This is because of the weather.",
        " Buy now!",
        " Sales hit 99,999.",
    ),
    "zh": ("它会翻倍。", "这是因为天气。", "赶快下单！", "销量达99,999件。"),
    "pt": (" Vai dobrar.", " Isso é por causa do clima.", " Compre já!", " Chega a 99.999."),
}
_NOT: Final = {"en": "not ", "zh": "不", "pt": "não "}


def lying_model() -> ScriptedModel:
    """Build a model that plans nothing and lies in whatever it rewords, each time otherwise."""
    turn: Iterator[Callable[[str, Language], str]] = cycle(
        (_exchange_figures, _other_way, _claim, _deny, _drop_figure, _scale, _exchange_names)
    )

    def reply(messages: Sequence[Message], schema: Mapping[str, Any]) -> str:
        if schema.get("title") != "rewording":
            return "{}"
        asked = json.loads(messages[-1].text)
        language = read_language(asked["language"])
        told = [
            {"id": each["id"], "text": _lie(next(turn), each["text"], language)}
            for each in asked["sentences"]
        ]
        return json.dumps({"sentences": told}, ensure_ascii=False)

    return ScriptedModel(reply)


def _lie(how: Callable[[str, Language], str], text: str, language: Language) -> str:
    """Lie in one way, or by a plain claim where that way changes nothing."""
    told = how(text, language)
    return told if told != text else _claim(text, language)


def _exchange(text: str, letter: str) -> str:
    fields = [field for field in _FIELD.findall(text) if field[1] == letter]
    if len(fields) < 2:
        return text
    first, last = fields[0], fields[-1]
    return text.replace(first, "#").replace(last, first).replace("#", last)


def _exchange_figures(text: str, language: Language) -> str:  # noqa: ARG001 - one shape for all
    return _exchange(text, "f")


def _exchange_names(text: str, language: Language) -> str:  # noqa: ARG001 - likewise
    return _exchange(_exchange(text, "n"), "p")


def _other_way(text: str, language: Language) -> str:
    for match in reversed(language.ways_in(text)):
        words = language.down if match[0].lower() in language.up else language.up
        text = text[: match.start()] + min(words) + text[match.end() :]
    return text


def _claim(text: str, language: Language) -> str:
    claims = _CLAIMS[language.code]
    return text + claims[len(text) % len(claims)]


def _deny(text: str, language: Language) -> str:
    match = _FIELD.search(text)
    at = match.end() if match else 0
    return text[:at] + " " + _NOT[language.code] + text[at:]


def _drop_figure(text: str, language: Language) -> str:  # noqa: ARG001 - likewise
    return re.sub(r"\{f\d+\}", "", text, count=1)


def _scale(text: str, language: Language) -> str:
    word = {"en": " thousand", "zh": "万", "pt": " mil"}[language.code]
    return re.sub(r"(\{f\d+\})", rf"\1{word}", text, count=1)
