"""The secrets in the environment, and texts without them."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET_SETTINGS: Final = (
    "token", "llm_api_key", "database_url", "alert_targets", "stream_options", "raw_key",
)  # fmt: skip
"""Settings that come from the environment only, and are never shown."""
_PREFIX: Final = "GROUNDSWELL_"
_MASK: Final = "***"
_SHORTEST: Final = 6  # letters; what is shorter would hide ordinary words
_OURS: Final = "groundswell"
_PASSWORD: Final = re.compile(r"://[^:/]*:(.*)@|[?&]\w*password=([^&]*)")
_SCHEME: Final = re.compile(r"(?<![\w+.-])[\w+.-]+://")
_PARTS: Final = re.compile(r"[\s/:@?&=#,;]+")
_HOST: Final = re.compile(r"localhost|[\d.]+|[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE)
"""An address that may be told: errors are of no use without it."""


def masked(text: str) -> str:
    """Return a text in which no part of a secret setting stands."""
    given = ((name, os.environ.get(f"{_PREFIX}{name.upper()}", "")) for name in SECRET_SETTINGS)
    for secret in _secrets(tuple(given)):
        text = text.replace(secret, _MASK)
    return text


@lru_cache(maxsize=8)
def _secrets(given: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Take settings apart; the longest parts first, so that no end of one is left over."""
    parts = (part for name, value in given for part in _parts(name, value.strip()))
    forms = {form for part in parts for form in (part, unquote(part))}
    found = {form for form in forms if len(form) >= _SHORTEST and form.lower() != _OURS}
    return tuple(sorted(found, key=lambda form: (-len(form), form)))


def _parts(name: str, value: str) -> Iterator[str]:
    """Give what is secret in a setting: in an address of Apprise that may be any part."""
    match name:
        case "database_url":
            yield from (part for found in _PASSWORD.findall(value) for part in found)
        case "stream_options":
            yield from (option.partition("=")[2] for option in value.split())
        case "alert_targets":
            parts = _PARTS.split(_SCHEME.sub(" ", value))
            yield from (part for part in parts if not _HOST.fullmatch(part))
        case _:
            yield from (value, *_PARTS.split(value))
