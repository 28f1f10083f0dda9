"""Examples that the reader of questions learns from: wordings filled with names, times and goods.

Wordings come from the parts "dev" of ``agent_questions.toml`` and ``agent_voices.toml``, things
that no catalogue holds from ``agent_goods.toml``, but for those kept to judge by.
"""

from __future__ import annotations

import re
import tomllib
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_names import things_of
from agent_questions import SHOP, TODAY, cases_of
from agent_voices import filled

from agent import Catalogue, Intent
from agent.understanding.folding import folded
from agent.understanding.intents import scores_of
from agent.understanding.names import find_names, without_names
from agent.understanding.periods import read_times
from agent.understanding.questions import questions
from agent.understanding.sense import Gist, gist_of
from agent.understanding.voiced import Voiced, hints

if TYPE_CHECKING:
    from collections.abc import Iterator

CATALOGUE = Catalogue(SHOP)
FILLINGS = 2
"""Of the twelve of each wording; others for the next wording, so that all come to be seen."""
TIMELESS = {"ahead": [[" ", "ahead", None]], "back": [[" ", "back", None]]}
GOODS = {
    "en": "apples bags biscuit biscuits blender cables cake candle cards cell children "
    "chocolate clothes coffee coffees devices dog door earbuds earphones films flowers "
    "foods gadgets grocery headphones hoovers jackets jars jeans knickers laptops "
    "lipstick microphone mirror model models monitors pan pants pet phone photo plastic "
    "powders pyjamas radios sausage slides socks table tablets tea teas telly tiles tool "
    "toys trousers",
    "zh": "仙女裙 吸尘器 咖啡 图片 宝贝 家具 家电 平板 手机 手表 柜子 水果 电视 礼物 "
    "礼盒 窗帘 笔记本 耳机 衣服 速食 镜子 零食 鞋子 音箱 风扇 饭菜 饺子 饼干 "
    "麦克风",
    "pt": "alimento alto-falante aparelho armario aspiradores aulas auscultadores banco bebidas "
    "bolachas bolo brinquedos calcado calcados calcas camisa camisas camisolas cartao "
    "celulares chocolate colchao comida fones gadgets gondola headsets lanche lanches "
    "lanterna lanternas lencois livro livros luminaria mercadoria mercadorias modelo "
    "modelos molhos notebooks peca pecas portateis relogios roupas sabao sapatilhas "
    "sapatos seda snacks suplementos sutias tablets tamancas telemoveis ventiladores",
}
"""Words of the wordings that may well be what somebody calls a product."""
NAMELESS = {
    "en": r"(?:\b(?:for|of|about|with|on|in|to|by|at|from) )?(?:the )?\{name\}(?:['’]s)?",
    "zh": r"(?:[对给把跟和在与]|关于)?\{name\}(?:里的|这边的?|的)?",
    "pt": r"(?:\b(?:d[eoa]|para|pr[ao]|pel[oa]|com|sobre|em|n[oa]|por|a|o) )?\{name\}",
}
"""A name with the words that lead to it, and go with it where the whole shop is asked about."""
LIKE = {"complained_of": "most_complaints"}
"""Kinds of the table that are another kind; what they are about is told beside."""
OF_ASPECT = {"complained_of", "about_aspect"}
_OF_COMMENTS = {"sentiment", "aspects", "evidence", "alerts"}
_OTHER_GOODS = 2
"""Goods that each wording with a name is filled with."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question that was read, and what is known of it; None where that is not known.

    Parameters
    ----------
    wording
        What it was filled from: one left out is left out with all its fillings.
    kind
        What it asks about comments, "" for nothing of the kind.
    names
        Letters of the gist that call things no catalogue holds; None where some may.
    """

    language: str
    wording: str
    gist: Gist
    hinted: tuple[bool, ...]
    intent: str | None = None
    kind: str | None = None
    aspect: str | None = None
    names: tuple[tuple[int, int], ...] | None = ()


def examples() -> list[Example]:
    """Read all wordings, each in some of the ways that it may be asked."""
    questions_of, voices = (_table(name) for name in ("agent_questions", "agent_voices"))
    found: dict[tuple[Gist, str | None], Example] = {}
    for code in questions_of:
        things = things_of(code, shown=True)
        of_shop = _of_shop(code, questions_of[code], things)
        for each in (*of_shop, *_heard(code, voices[code]["dev"], things)):
            found.setdefault((each.gist, each.kind), each)
    return list(found.values())


def _table(name: str) -> dict[str, Any]:
    file = Path(__file__).with_name(f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _of_shop(code: str, table: dict[str, Any], things: list[str]) -> Iterator[Example]:
    """Fill the wordings of ``agent_questions.toml``; none of them ranks by comments."""
    for intent, rows in table["dev"].items():
        aspect = None if intent in _OF_COMMENTS else ""
        told: dict[str, str | None] = {"intent": intent, "kind": "", "aspect": aspect}
        for number, (wording, *_) in enumerate(rows):
            for text in dict.fromkeys(_texts(code, table["fill"], wording, number)):
                yield _example(code, wording, text, **told)
            if "{name}" in wording:
                for thing in _some_of(things, wording):
                    text = _filled(table["fill"] | {"name": [[thing, ""]]}, wording)[0]
                    yield _example(code, wording, text, thing, **told)


def _heard(code: str, kinds: dict[str, list[Any]], things: list[str]) -> Iterator[Example]:
    """Fill the wordings of ``agent_voices.toml``."""
    for kind, rows in kinds.items():
        name = LIKE.get(kind, kind)
        for number, row in enumerate(rows):
            wording, said = (row, "") if isinstance(row, str) else row
            told: dict[str, str | None] = {
                "kind": name if name in set(Voiced) else "",
                "aspect": said if kind in OF_ASPECT else "",
                "intent": said if kind == "other" else None,
            }
            if kind == "other" and said in _OF_COMMENTS:
                told["aspect"] = None
            if kind == "about_aspect" and not _asks_to_see(code, wording):
                told["intent"] = "sentiment"
            whole = filled(code, wording, number)
            for text in dict.fromkeys([whole, folded(whole), whole.rstrip("?？。. ")]):
                yield _example(code, wording, text, **told)
            for place in ("{name}", "{product}"):
                for thing in _some_of(things, wording) if place in wording else ():
                    text = filled(code, wording.replace(place, thing, 1), number)
                    yield _example(code, wording, text, thing, **told)


def _asks_to_see(code: str, wording: str) -> bool:
    """Tell whether a wording asks for the comments themselves."""
    words = questions(code)
    scores = scores_of(folded(wording), [], words)
    return max(scores, key=lambda each: scores[each], default=None) is Intent.EVIDENCE


def _example(code: str, wording: str, text: str, thing: str = "", **told: str | None) -> Example:
    words = questions(code)
    matches = find_names(text, CATALOGUE, TODAY, words)
    plain = folded(without_names(text, matches))
    gist = gist_of(text, matches, read_times(plain, TODAY, words), TODAY)
    hinted = hints(" ".join(plain.split()), matches, words)
    return Example(code, wording, gist, hinted, names=_places_of(thing, gist.text), **told)


def _places_of(thing: str, text: str) -> tuple[tuple[int, int], ...] | None:
    """Find a thing in a gist; None where a part of it was taken for a name or a time."""
    start = text.find(thing.casefold())
    if not thing:
        return ()
    return None if start < 0 else ((start, start + len(thing)),)


def _some_of(things: list[str], wording: str) -> list[str]:
    """Take some things that go with a wording, always the same."""
    first = zlib.crc32(wording.encode())
    return [things[(first + 7919 * turn) % len(things)] for turn in range(_OTHER_GOODS)]


def _texts(code: str, fill: dict[str, Any], wording: str, number: int) -> Iterator[str]:
    """Fill a wording in the ways that it may be asked."""
    some = _some(_filled(fill, wording), number)
    yield from some
    yield folded(some[0])
    if "{ahead}" in wording or "{back}" in wording:
        timeless = _filled(fill | TIMELESS, wording)
        yield timeless[0]
        yield timeless[number % len(timeless)]
    if "{name}" in wording and "{other}" not in wording:
        nameless = re.sub(NAMELESS[code], " ", wording)
        yield _filled(fill | TIMELESS if number % 2 else fill, nameless)[0]


def _filled(fill: dict[str, Any], wording: str) -> list[str]:
    return [case.question for case in cases_of(fill, {"": [[wording, ""]]})]


def _some(cases: list[str], number: int) -> list[str]:
    """Take some fillings of a wording, of every kind in turn."""
    step = max(1, len(cases) // FILLINGS)
    return cases[number % step :: step]
