"""Words of the login page in each language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = ("en", "zh", "pt")


@cache
def login_words(language: str) -> Mapping[str, str]:
    """Read the words of a language."""
    text = files("ui.people").joinpath("login_words.toml").read_text(encoding="utf-8")
    words: Mapping[str, str] = tomllib.loads(text)[language]
    return words


def wanted_language(chosen: str | None, accepted: str) -> str:
    """Pick a language: the one chosen, else the first that the browser accepts, else English.

    Parameters
    ----------
    accepted
        The header ``Accept-Language``.
    """
    if chosen in LANGUAGES:
        return str(chosen)
    asked = (part.strip()[:2].lower() for part in accepted.split(","))
    return next((code for code in asked if code in LANGUAGES), LANGUAGES[0])
