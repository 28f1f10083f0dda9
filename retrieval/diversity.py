"""The same text is cited once, and one document does not fill the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.passage import Passage

_SHINGLE = 4
_ALIKE = 0.8
_PER_SOURCE = 2


class Chosen:
    """Passages taken so far, to judge whether another one says something new.

    Texts count as the same when their letters are, and texts of people also when they share
    four fifths of their sequences of four letters. Cards differ in little but their numbers, so
    for them only equality counts.
    """

    def __init__(self) -> None:
        self._letters: set[str] = set()
        self._shingles: list[set[str]] = []
        self._sources: dict[str, int] = {}

    def take(self, passage: Passage) -> bool:
        """Take a passage unless its like was taken; tell whether it was."""
        letters = "".join(c for c in passage.text.casefold() if c.isalnum())
        shingles = set() if passage.kind.is_card else _shingles(letters)
        taken = self._sources.get(passage.source_id, 0)
        too_many = taken >= _PER_SOURCE and not passage.kind.is_card
        if letters in self._letters or too_many or self._is_alike(shingles):
            return False
        self._letters.add(letters)
        self._shingles.append(shingles)
        self._sources[passage.source_id] = taken + 1
        return True

    def _is_alike(self, shingles: set[str]) -> bool:
        return any(
            len(shingles & other) >= _ALIKE * len(shingles | other)
            for other in self._shingles
            if shingles and other
        )


def _shingles(letters: str) -> set[str]:
    return {letters[i : i + _SHINGLE] for i in range(max(1, len(letters) - _SHINGLE + 1))}
