"""Every regular expression of the product, found in its syntax trees, on texts made to choke it.

References
----------
Davis et al. 2018, *The impact of regular expression denial of service in practice*: long runs of
what a pattern repeats, followed by what it cannot match.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import re
import signal
import time
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES: Final = ("signals", "forecasting", "retrieval", "agent", "ui")
_ROOT: Final = Path(__file__).parents[2]
_LONGEST_S: Final = 1.0
_SLOW_S: Final = 0.05
_PARTS: Final = 4
_LINEAR: Final = 2.0  # times as long as in proportion, for the noise of a busy machine
_SHORT: Final = {"signals/masking/places.py:_BEGINNING": 40}
"""Texts that are cut before they are shown to an expression, and how long they can be."""
_LETTERS: Final = "a0 .-,@_(<\n一é"
_USED: Final = re.compile(r"\b[a-z]\w*\.(search|match|fullmatch|sub|finditer|findall|split)\(")
_ODD: Final = 12  # letters of its own that a pattern is tried with


@dataclass(frozen=True, slots=True)
class Found:
    """A regular expression and where it stands.

    Parameters
    ----------
    anywhere
        Whether it is looked for within a text, or only held against the whole of one.
    """

    place: str
    pattern: re.Pattern[str]
    anywhere: bool = True


def expressions() -> list[Found]:
    """List the expressions of all modules: literals in calls of ``re``, patterns kept by name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((_ROOT / package).rglob("*.py")):
            place = path.relative_to(_ROOT).as_posix()
            for each in chain(_in_tree(path, place), _in_module(place)):
                found.setdefault((each.pattern.pattern, each.pattern.flags), each)
    return [*found.values()]


def chokes(found: Found, length: int) -> bool:
    """Tell whether an expression is slow on a hostile text and slower than its length explains."""
    length = _SHORT.get(found.place, length)
    whole = seconds_of(found, length)
    if whole < _SLOW_S:
        return False
    return whole >= _LONGEST_S or whole > _LINEAR * _PARTS * seconds_of(found, length // _PARTS)


def seconds_of(found: Found, length: int) -> float:
    """Return the longest time that an expression takes on a hostile text, at most a second."""
    worst = 0.0
    for text in _texts(found.pattern.pattern, length):
        use = found.pattern.search if found.anywhere else found.pattern.fullmatch
        worst = max(worst, _timed(use, text))
        if worst >= _LONGEST_S:
            break
    return worst


def _in_tree(path: Path, place: str) -> Iterator[Found]:
    """Find patterns that are written out where they are used."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        of_re = (
            isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
        )
        given = [word.value for word in node.keywords if word.arg in {"pattern", "pat"}]
        for argument in [*node.args[:1], *given] if of_re else given:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                with contextlib.suppress(re.error):
                    name = node.func.attr if of_re and isinstance(node.func, ast.Attribute) else ""
                    if name != "compile":  # those are found by their names
                        whole = name in {"fullmatch", "match"} or not of_re
                        yield Found(f"{place}:{node.lineno}", re.compile(argument.value), not whole)


def _in_module(place: str) -> Iterator[Found]:
    """Find patterns that a module keeps, also those that were put together."""
    name = place.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    if name.endswith("__main__"):
        return
    try:
        module = importlib.import_module(name)
    except ImportError:
        return  # of an extra that is not installed
    text = (_ROOT / place).read_text(encoding="utf-8")
    of_variables = {*_USED.findall(text)} or {"search"}
    for kept, value in vars(module).items():
        uses = set(re.findall(rf"\b{re.escape(kept)}(?:\[[^]]*\])?\.(\w+)\(", text))
        within = bool((uses or of_variables) - {"fullmatch", "match"})
        todo = [value]
        while todo:
            each = todo.pop()
            if isinstance(each, re.Pattern) and isinstance(each.pattern, str):
                yield Found(f"{place}:{kept}", each, within)
            elif isinstance(each, list | tuple | set | frozenset):
                todo.extend(each)
            elif isinstance(each, dict):
                todo.extend(each.values())


def _texts(pattern: str, length: int) -> Iterator[str]:
    """Write long runs of letters a pattern may repeat, ended by one that it may not."""
    plain = re.sub(r"\\[a-zA-Z]|[\[\](){}?*+|^$\\]", "", pattern)
    own = list(dict.fromkeys(plain))[:_ODD]
    letters = dict.fromkeys([*_LETTERS, *own])
    for letter in letters:
        for end in ("", "!", "\0"):
            yield letter * length + end
    for first, second in zip(letters, [*letters][1:], strict=False):
        yield (first + second) * (length // 2) + "!"
    for word in re.findall(r"\w{2,12}", plain)[:3]:
        yield (word + " ") * (length // (len(word) + 1)) + "!"


def _timed(use: object, text: str) -> float:
    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, 2 * _LONGEST_S)
    began = time.process_time()
    try:
        use(text)  # type: ignore[operator]
    except TimeoutError:
        return _LONGEST_S
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return time.process_time() - began
