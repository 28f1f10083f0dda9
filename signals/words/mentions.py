"""Products and brands that texts mention, misspelt or not."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from signals.words.gazetteer import TOKEN, Gazetteer, Named, build_gazetteer, fold
from signals.words.stop_words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

LIKELY: Final = 0.83
"""Least similarity of a misspelt name; chosen by ``benchmarks/mentions_quality.py``."""

_LEAST_MISSPELT: Final = 5  # letters; shorter words are too near to each other
_LEAST_HAN_MISSPELT: Final = 4
_LIKELY_WORD: Final = 0.75  # of one word of a name; the whole name must be as near as ``likely``
_MOST_JOINED: Final = 3
_REMEMBERED: Final = 100_000
_PIECES: Final = re.compile(r"\d+|[^\W\d_]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])|[A-Z]")


@dataclass(frozen=True, slots=True)
class Mention:
    """Letters ``start`` to ``stop`` of a text name a product or brand.

    Parameters
    ----------
    score
        1 for a name as it is written, less for one misspelt, in [0, 1].
    named
        What it can mean; several where products share the name.
    """

    start: int
    stop: int
    score: float
    named: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    stop: int


class MentionFinder:
    """Finds names of a catalogue in texts, about ten thousand short texts a second.

    Names are first looked up word by word, Chinese ones character by character, so that no part of
    a longer word is taken for a name. Words joined (``#PowerBank``) or parted are found too. What
    is left is compared with names that differ by few letters: a swap, a slip, a letter too many or
    too few. The first letter and digits must agree.

    Parameters
    ----------
    products
        Rows of the table ``products``.
    likely
        Least similarity of a misspelt name, in [0, 1]; 1 finds names as they are written only.

    Examples
    --------
    >>> import pandas as pd
    >>> shelf = pd.DataFrame({"product_id": ["P1"], "name": ["Tidewood Kettle"],
    ...                       "brand": ["Tidewood"]})
    >>> [(m.start, m.stop, m.named[0].product_id) for m in MentionFinder(shelf).find(
    ...     "My tidewood ketle leaks")]
    [(3, 17, 'P1')]
    """

    def __init__(self, products: pd.DataFrame, *, likely: float = LIKELY) -> None:
        self._names: Gazetteer = build_gazetteer(products)
        self._likely = likely
        self._words = frozenset(word for name in self._names for word in name)
        self._longest = max(map(len, self._names), default=0)
        self._starts = frozenset(
            name[:size] for name in self._names for size in range(1, len(name))
        )
        self._joined: dict[str, tuple[str, ...]] = {}
        for name in sorted(self._names):
            self._joined.setdefault("".join(name), name)
        self._gaps = _with_gaps(self._words)
        self._han_pairs = _pairs_of_han(self._names)
        self._remembered: dict[str, list[str]] = {}

    def find(self, text: str) -> list[Mention]:
        """List mentions without overlap as they stand; longer names and exact ones win."""
        tokens = self._tokens(text)
        free = [True] * len(tokens)
        found = [*self._by_words(tokens, free)]
        if self._likely < 1:
            found += self._misspelt_han(tokens, free)
        return sorted(found, key=lambda mention: mention.start)

    def _tokens(self, text: str) -> list[_Token]:
        tokens = []
        for match in TOKEN.finditer(text):
            token = _Token(fold(match[0]), match.start(), match.end())
            known = token.text in self._words or token.text in self._joined
            tokens.extend([token] if known else self._pieces(match[0], token))
        return tokens

    def _pieces(self, written: str, token: _Token) -> list[_Token]:
        """Part a word like ``GoogleTV`` where one of its pieces is known."""
        token = _singular(token, self._words)
        if token.text in self._words or written.islower() or written.isdigit():
            return [token]
        pieces = list(_PIECES.finditer(written))
        for first in range(len(pieces)):
            for last in range(len(pieces) - 1, first - 1, -1):
                start, stop = pieces[first].start(), pieces[last].end()
                part = fold(written[start:stop])
                if part in self._words and len(part) > 1 and not part.isdigit():
                    inside = _Token(part, token.start + start, token.start + stop)
                    rest = (_Token(fold(written[stop:]), inside.stop, token.stop),)
                    return [inside, *(piece for piece in rest if piece.text)]
        return [token]

    def _by_words(self, tokens: Sequence[_Token], free: list[bool]) -> Iterator[Mention]:
        at = 0
        while at < len(tokens):
            size, name = self._longest_name(tokens, at)
            score = 1.0
            if self._likely < 1:
                likeness, longer, likely_name = self._likeliest_name(tokens, at)
                if longer > size:
                    score, size, name = likeness, longer, likely_name
            if size:
                yield _mention(tokens, at, size, score, self._names[name])
                free[at : at + size] = [False] * size
            at += max(size, 1)

    def _longest_name(self, tokens: Sequence[_Token], at: int) -> tuple[int, tuple[str, ...]]:
        """Return how many tokens make the longest name that starts here, and the name."""
        best: tuple[int, tuple[str, ...]] = (0, ())
        path: tuple[str, ...] = ()
        for size, token in enumerate(tokens[at : at + self._longest], start=1):
            path = (*path, token.text)
            if path in self._names:
                best = (size, path)
            if path not in self._starts:
                break
        glued = ""
        for size, token in enumerate(tokens[at : at + _MOST_JOINED], start=1):
            glued += token.text
            if size > best[0] and glued in self._joined:
                best = (size, self._joined[glued])
        return best

    def _likeliest_name(
        self, tokens: Sequence[_Token], at: int
    ) -> tuple[float, int, tuple[str, ...]]:
        best: tuple[float, int, tuple[str, ...]] = (0.0, 0, ())
        paths: list[tuple[str, ...]] = [()]
        written = ""
        for size in range(1, min(self._longest, len(tokens) - at) + 1):
            token = tokens[at + size - 1].text
            written = f"{written} {token}" if written else token
            paths = [(*path, word) for path in paths for word in self._meant(token)]
            for path in paths:
                if path in self._names:
                    score = OSA.normalized_similarity(written, " ".join(path))
                    if score >= self._likely and (size, score) > (best[1], best[0]):
                        best = (score, size, path)
            paths = [path for path in paths if path in self._starts]
            if not paths:
                break
        return best

    def _meant(self, token: str) -> list[str]:
        """Words of names that a token may be, itself first."""
        if token in self._words:
            return [token]
        if len(token) < _LEAST_MISSPELT or token in STOP_WORDS or not token.isalpha():
            return []
        if token not in self._remembered:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            near = {word for gap in _gaps_of(token) for word in self._gaps.get(gap, ())}
            self._remembered[token] = sorted(
                word
                for word in near
                if word[0] == token[0] and OSA.normalized_similarity(token, word) >= _LIKELY_WORD
            )
        return self._remembered[token]

    def _misspelt_han(self, tokens: Sequence[_Token], free: list[bool]) -> Iterator[Mention]:
        """Find Chinese names with one wrong character."""
        for at in range(len(tokens) - 1):
            for name, offset in self._han_pairs.get((tokens[at].text, tokens[at + 1].text), ()):
                start, stop = at - offset, at - offset + len(name)
                if start < 0 or stop > len(tokens) or not all(free[start:stop]):
                    continue
                window = tokens[start:stop]
                same = sum(t.text == char for t, char in zip(window, name, strict=True))
                adjacent = window[-1].stop - window[0].start == len(name)
                if same == len(name) - 1 and adjacent:
                    free[start:stop] = [False] * len(name)
                    yield _mention(tokens, start, len(name), same / len(name), self._names[name])


def _mention(
    tokens: Sequence[_Token], at: int, size: int, score: float, named: tuple[Named, ...]
) -> Mention:
    return Mention(tokens[at].start, tokens[at + size - 1].stop, round(score, 3), named)


def _singular(token: _Token, words: frozenset[str]) -> _Token:
    """Take the plural of a known word for the word."""
    for ending in ("s", "es"):
        if token.text.endswith(ending) and token.text.removesuffix(ending) in words:
            return _Token(token.text.removesuffix(ending), token.start, token.stop)
    return token


def _gaps_of(word: str) -> set[str]:
    """List the word, and the word without any one of its letters."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _with_gaps(words: frozenset[str]) -> dict[str, list[str]]:
    """Index words that may be misspelt by what is left when one letter is taken out."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        if len(word) >= _LEAST_MISSPELT and word.isalpha() and word not in STOP_WORDS:
            for gap in _gaps_of(word):
                found[gap].append(word)
    return dict(found)


def _pairs_of_han(names: Gazetteer) -> dict[tuple[str, str], list[tuple[tuple[str, ...], int]]]:
    """Index Chinese names by each two neighbouring characters and where they stand."""
    found: dict[tuple[str, str], list[tuple[tuple[str, ...], int]]] = defaultdict(list)
    for name in sorted(names):
        if len(name) >= _LEAST_HAN_MISSPELT and all(len(t) == 1 and ord(t) > 0x33FF for t in name):
            for offset in (0, len(name) - 2):
                found[name[offset], name[offset + 1]].append((name, offset))
    return dict(found)
