"""Things that no catalogue holds: told as such, and other words not taken for them.

Kinds of products, invented products and invented brands that the reader of questions was not
shown stand in templates whose wording it was not shown either. Beside them the questions of
``agent_questions.py`` and ``agent_voices.py`` that name no such thing. The peer goes by the words
of the tables alone: what is no common word and stands where a name may is one.
"""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_questions import SHOP, TODAY, cases_of, text_encoder
from agent_voices import filled
from reporting import Figure, Report, options

from agent import Catalogue, understand
from agent.understanding.sense import sense_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.understanding.sense import Sense

REACH = (0.95, 0.95)
SHOWN = 5
"""Each fifth of the things is kept for judging."""
_TURNS = 3
_ASIDE = {"out_of_scope", "help"}
_CATALOGUE = Catalogue(SHOP)


def main() -> None:
    """Ask about things that are not there, and about none."""
    parser = options(__doc__ or "")
    parser.add_argument("--part", default="test", choices=("test", "dev"))
    parser.add_argument("--wrong", action="store_true", help="print what is read wrong")
    chosen = parser.parse_args()
    questions, voices = (_table(name) for name in ("agent_questions", "agent_voices"))
    report = Report("agent_names", f"templates and questions by hand, parts {chosen.part}", ())
    sense = sense_of(text_encoder())
    every = 4 if chosen.quick else 1
    for code, table in questions.items():
        strange = list(_strange(code, table["fill"], table[chosen.part]))[::every]
        plain = list(_plain(code, table["fill"], table[chosen.part], voices[code][chosen.part]))[
            ::every
        ]
        sets = (("told", strange, True), ("none taken for one", plain, False))
        for (name, cases, there), reach in zip(sets, REACH, strict=True):
            shares = [_share(cases, each, there=there) for each in (sense, None)]
            if chosen.wrong:
                print(*_wrong(cases, sense, there=there), sep="\n")
            what = f"{code}: {name} ({len(cases)} questions)"
            peer = "by words alone"
            report.add(Figure(what, shares[0], "share", "higher", reach, peer, shares[1]))
    report.finish(chosen)


def things_of(code: str, *, shown: bool) -> list[str]:
    """Give the things that the reader is shown while it learns, or those it is judged by."""
    each = [thing for kind in _table("agent_goods")[code].values() for thing in kind]
    return [thing for place, thing in enumerate(each) if (place % SHOWN > 0) is shown]


def _table(name: str) -> dict[str, Any]:
    file = Path(__file__).with_name(f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _strange(
    code: str, fill: dict[str, Any], templates: dict[str, list[list[str]]]
) -> Iterator[tuple[str, str]]:
    """Fill templates about one thing with things that are not there, three each."""
    things = itertools.cycle(things_of(code, shown=False))
    for intent, rows in templates.items():
        for row in rows if intent not in _ASIDE | {"compare"} else ():
            for thing in itertools.islice(things, _TURNS if "{name}" in row[0] else 0):
                filled = fill | {"name": [[thing, ""]]}
                yield next(cases_of(filled, {intent: [row]})).question, thing


def _plain(
    code: str,
    fill: dict[str, Any],
    templates: dict[str, list[list[str]]],
    voices: dict[str, list[str | list[str]]],
) -> Iterator[tuple[str, str]]:
    """Give questions that name what is there, or nothing."""
    for intent, rows in templates.items():
        for row in rows if intent not in _ASIDE else ():
            yield next(cases_of(fill, {intent: [row]})).question, ""
    for spoken in voices.values():
        for number, each in enumerate(spoken):
            yield filled(code, each if isinstance(each, str) else each[0], number), ""


def _share(cases: list[tuple[str, str]], sense: Sense | None, *, there: bool) -> float:
    return 1 - len(_wrong(cases, sense, there=there)) / len(cases)


def _wrong(cases: list[tuple[str, str]], sense: Sense | None, *, there: bool) -> list[str]:
    wrong = []
    for question, thing in cases:
        slots = understand(question, _CATALOGUE, TODAY, sense=sense).slots
        near = {entity.name.casefold() for entity in (*slots.entities, *slots.choices)}
        if bool(slots.unknown) is not there and not (there and near and thing.casefold() in near):
            wrong.append(f"{question} | {thing} | {slots.unknown} {near}")
    return wrong


if __name__ == "__main__":
    main()
