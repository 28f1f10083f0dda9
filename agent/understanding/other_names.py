"""What common categories of shops are called in other languages."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from agent.understanding.folding import folded

_PARTS = re.compile(r"[>/]|\s(?:&|and|e)\s|和|与|、")


def names_of_category(name: str) -> tuple[str, ...]:
    """Give the names in English, Chinese and Portuguese of a category that is widely known.

    Examples
    --------
    >>> "厨房用品" in names_of_category("kitchen")
    True
    """
    found = _by_name().get(_key(name), ())
    if not found:
        for part in _PARTS.split(name):
            found += _by_name().get(_key(part), ())
    return tuple(dict.fromkeys(found))


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    file = resources.files("agent.understanding") / "categories.toml"
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["categories"]
    return {_key(name): tuple(row) for row in rows for name in row}


def _key(name: str) -> str:
    return " ".join(folded(name.casefold().replace("_", " ")).split())
