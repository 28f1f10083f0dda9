"""Reviews and posts of the demo world: its own grammar in English, Chinese and Portuguese."""

from __future__ import annotations

import itertools
import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from signals.demo.catalogue import DemoProduct

LANGUAGES = ("en", "zh", "pt")
_PHRASES = Path(__file__).with_name("phrases.toml")
_CHOICE = re.compile(r"\[([^\]]+)\]")
_DRAWS_A_TEXT = 6
_SIDES = {-1: "neg", 0: "neu", 1: "pos"}


class Origin(StrEnum):
    """Why a document was written."""

    ORDINARY = "ordinary"
    COMPLAINT = "complaint"
    RUMOUR = "rumour"
    INJECTION = "injection"
    FLOOD = "flood"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a text should say.

    Parameters
    ----------
    polarity
        -1, 0 or 1.
    topic
        What it is mostly about; ``signals.demo.catalogue.aspect_of`` names its aspect.
    """

    product: DemoProduct
    lang: str
    polarity: int
    topic: str
    origin: Origin = Origin.ORDINARY
    is_post: bool = False


def compose_texts(drafts: Sequence[Draft], rng: np.random.Generator) -> list[str]:
    """Write one text a draft, 5 to 35 words that a human reads as the draft's polarity."""
    draws = rng.integers(0, 2**31, size=(len(drafts), _DRAWS_A_TEXT)).tolist()
    return [_write(draft, draw) for draft, draw in zip(drafts, draws, strict=True)]


def phrase_variants(pattern: str) -> list[str]:
    """Write out every choice of a pattern.

    Examples
    --------
    >>> phrase_variants("[Very|Really] good.")
    ['Very good.', 'Really good.']
    """
    parts = [part.split("|") for part in _CHOICE.split(pattern)]
    # odd parts stood in brackets; the even ones are plain text, whatever bars they hold
    parts[::2] = [["|".join(part)] for part in parts[::2]]
    return ["".join(choice) for choice in itertools.product(*parts)]


def _write(draft: Draft, draw: list[int]) -> str:
    grammar = _grammar()
    if draft.origin in {Origin.RUMOUR, Origin.INJECTION, Origin.FLOOD}:
        sentences = [_pick(grammar[draft.origin][draft.lang], draw[0])]
    elif draft.origin is Origin.COMPLAINT:
        sentences = _complaint(draft, grammar[draft.lang], draw)
    elif draft.polarity == 0:
        sentences = _undecided(draft, grammar[draft.lang], draw)
    else:
        sentences = _decided(draft, grammar[draft.lang], draw)
    text = ("" if draft.lang == "zh" else " ").join(sentences)
    if "{" in text:
        text = text.format_map(_words(draft))
    return text[0].upper() + text[1:]


def _decided(draft: Draft, phrases: Mapping[str, Any], draw: list[int]) -> list[str]:
    side = _SIDES[draft.polarity]
    about = phrases[side]
    told = _pick(about[draft.topic], draw[1])
    opening = _pick(phrases[f"{'post' if draft.is_post else 'open'}_{side}"], draw[2])
    closing = _pick(phrases[f"close_{side}"], draw[3])
    second = _other_topic(draft, draw[4])
    shape = draw[0] % 10
    if draft.is_post or shape < 3:
        return [opening, told] if shape < 7 else [opening, told, closing]
    if shape < 5:
        return [opening, told, closing]
    if shape < 7:
        return [told, _pick(about[second], draw[5]), closing]
    return [opening, told, _pick(about[second], draw[5])]


def _complaint(draft: Draft, phrases: Mapping[str, Any], draw: list[int]) -> list[str]:
    told = _pick(phrases["complaint"][draft.topic], draw[1])
    opening = _pick(phrases[f"{'post' if draft.is_post else 'open'}_neg"], draw[2])
    closing = _pick(phrases["close_neg"], draw[3])
    return [opening, told] if draw[0] % 2 else [told, closing]


def _undecided(draft: Draft, phrases: Mapping[str, Any], draw: list[int]) -> list[str]:
    """Say nothing that judges, or praise one thing and blame another."""
    if draw[0] % 3 == 0:
        opening = _pick(phrases["post_neu" if draft.is_post else "fact_neu"], draw[2])
        return [opening, _pick(phrases["close_neu"], draw[3])]
    good = _pick(phrases["pos"][draft.topic], draw[1])
    bad = _pick(phrases["neg"][_other_topic(draft, draw[4])], draw[5])
    pair = [good, bad] if draw[4] % 2 else [bad, good]
    opening = _pick(phrases["post_neu" if draft.is_post else "open_neu"], draw[2])
    return [opening, *pair]


def _other_topic(draft: Draft, draw: int) -> str:
    others = [topic for topic in draft.product.topics if topic != draft.topic]
    return others[draw % len(others)]


def _pick(variants: Sequence[str], draw: int) -> str:
    return variants[draw % len(variants)]


def _words(draft: Draft) -> dict[str, str]:
    product = draft.product
    noun, article = product.nouns[draft.lang], product.gender
    return {
        "noun": noun,
        "name": product.name,
        "brand": product.brand,
        "the": f"{article} {noun}",
        "this": f"{'este' if article == 'o' else 'esta'} {noun}",
        "x": article,
    }


@lru_cache(maxsize=1)
def _grammar() -> dict[str, Any]:
    """Read the phrases with every choice written out: lists of sentences in nested tables."""
    return {
        key: _written_out(value)
        for key, value in tomllib.loads(_PHRASES.read_text(encoding="utf-8")).items()
    }


def _written_out(node: Any) -> Any:  # noqa: ANN401 - a TOML table of tables of lists
    if isinstance(node, list):
        return [variant for pattern in node for variant in phrase_variants(pattern)]
    return {key: _written_out(value) for key, value in node.items()}
