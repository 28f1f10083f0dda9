"""One kind of personal data: how it is written, how it is checked, what is put in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

CUE: Final = "cue"
"""Group of a pattern that stays: the words that say what comes after them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of personal data.

    Parameters
    ----------
    name
        What the placeholder says, such as ``phone``.
    pattern
        Matches what is replaced; all of it but the group ``cue``, where there is one. Repetitions
        are bounded or possessive, so that no text takes long.
    is_real
        Judges what was matched without its cue; None takes every match.
    """

    name: str
    pattern: re.Pattern[str]
    is_real: Callable[[str], bool] | None = None

    def mask(self, text: str) -> str:
        """Put ``<name>`` in the place of what is found."""
        return self.pattern.sub(self._replaced, text)

    def _replaced(self, found: re.Match[str]) -> str:
        cue = (found[CUE] or "") if CUE in found.re.groupindex else ""
        if self.is_real is not None and not self.is_real(found[0][len(cue) :]):
            return found[0]
        return f"{cue}<{self.name}>"
