"""Errors put into sentences that were right, each of a kind that a checker must catch.

An error is told in the sentence's own marks: it claims to be proven, as a model that lies would
claim it. Number words, ranges and bare figures are put in beside the marks.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from agent import MarkKind, Metric, Unit
from agent.language.language import read_language, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np

    from agent import Evidence, Fact, Mark, Sentence
    from agent.language.language import Language

    Injector = Callable[["Victim", np.random.Generator], Iterator[Sentence]]

_NUMBER: Final = re.compile(r"\d[\d.,]*\d|\d")
_MINUS: Final = "−"
_SCALES: Final = {"en": ("k", " million"), "zh": ("万", "千"), "pt": (" mil", " milhões")}
_WORDS: Final = {
    "en": (
        "doubled",
        "half",
        "twice as many",
        "two thirds",
        "a dozen",
        "tripled",
        "thirty percent",
    ),
    "zh": ("翻倍", "三成", "一半", "百分之三十", "减半", "两倍", "五万"),
    "pt": ("metade", "o dobro", "dobrou", "um terço", "trinta por cento", "triplicou", "uma dúzia"),
}
_RANGES: Final = {
    "en": ("10–20 units", "10% to 20%", "between 5k and 7k", "five to six hundred"),
    "zh": ("10到20件", "一至两成", "3万至5万件", "10%～20%"),
    "pt": ("10 a 20 unidades", "entre 10% e 20%", "de 5 mil a 7 mil", "dez a vinte"),
}
_PLACES: Final = {
    "en": ("third place", "No. 2", "the second best"),
    "zh": ("第三名", "排名第2", "首位"),
    "pt": ("terceiro lugar", "2º lugar", "a primeira"),
}
_TIMES: Final = {
    "en": ("in March", "next month", "tomorrow"),
    "zh": ("下个月", "昨天", "今年"),
    "pt": ("no mês passado", "amanhã", "em janeiro"),
}


class Victim:
    """A sentence that is right, with all that proves it and other names of the catalogue."""

    def __init__(self, sentence: Sentence, evidence: Evidence, code: str, names: list[str]) -> None:
        self.sentence = sentence
        self.evidence = evidence
        self.language: Language = read_language(code)
        self.names = names

    def marks(self, kind: MarkKind) -> list[Mark]:
        """List the marks of a kind."""
        return [mark for mark in self.sentence.marks if mark.kind is kind]

    def letters(self, mark: Mark) -> str:
        """Give what a mark covers."""
        return self.sentence.text[mark.start : mark.end]

    def fact(self, mark: Mark) -> Fact:
        """Give the fact that a mark shows."""
        return self.evidence.sheet[mark.ref]

    def with_letters(self, mark: Mark, letters: str, ref: str | None = None) -> Sentence:
        """Write other letters where a mark is, and move the marks behind it."""
        by = len(letters) - (mark.end - mark.start)
        marks = tuple(
            replace(each, end=each.end + by, ref=each.ref if ref is None else ref)
            if each is mark
            else replace(each, start=each.start + by, end=each.end + by)
            if each.start > mark.start
            else each
            for each in self.sentence.marks
        )
        text = self.sentence.text[: mark.start] + letters + self.sentence.text[mark.end :]
        return replace(self.sentence, text=text, marks=marks)

    def with_words(self, words: str) -> Sentence:
        """Put words before the last letter of the sentence."""
        blank = " " if self.language.spaced else ""
        text = self.sentence.text
        return replace(self.sentence, text=f"{text[:-1]}{blank}{words}{text[-1]}")


def change_value(victim: Victim, random: np.random.Generator) -> Iterator[Sentence]:
    """Change one digit of a figure."""
    for mark in victim.marks(MarkKind.VALUE):
        letters = victim.letters(mark)
        digits = [place for place, char in enumerate(letters) if char.isdecimal()]
        at = int(random.choice(digits))
        digit = str((int(letters[at]) + int(random.integers(1, 10))) % 10)
        yield victim.with_letters(mark, letters[:at] + digit + letters[at + 1 :])


def change_rounding(victim: Victim, _: np.random.Generator) -> Iterator[Sentence]:
    """Round a figure more coarsely than it is shown."""
    for mark in victim.marks(MarkKind.VALUE):
        value = abs(shown(victim.fact(mark)))
        coarse = Decimal(f"{value:.1g}")
        for rounded in {coarse, value.to_integral_value()} - {value}:
            said = f"{rounded:,f}".translate(
                {ord(","): victim.language.group, ord("."): victim.language.decimal}
            )
            yield victim.with_letters(mark, _NUMBER.sub(said, victim.letters(mark), count=1))


def change_sign(victim: Victim, _: np.random.Generator) -> Iterator[Sentence]:
    """Turn the sign of a figure round, or take its minus away."""
    for mark in victim.marks(MarkKind.VALUE):
        letters, fact = victim.letters(mark), victim.fact(mark)
        if fact.value == 0 or fact.metric is Metric.RANK:
            continue
        turned = {"+": _MINUS, _MINUS: "+"}.get(letters[0])
        yield victim.with_letters(mark, turned + letters[1:] if turned else _MINUS + letters)
        if letters[0] == _MINUS:
            yield victim.with_letters(mark, letters[1:])


def change_unit(victim: Victim, _: np.random.Generator) -> Iterator[Sentence]:
    """Say another unit, or turn a share into a number and the other way round."""
    for mark in victim.marks(MarkKind.VALUE):
        letters, fact = victim.letters(mark), victim.fact(mark)
        number = _NUMBER.search(letters)
        if number is None or fact.metric is Metric.RANK:
            continue
        bare = letters[: number.end()]
        yield victim.with_letters(mark, bare if fact.unit is Unit.SHARE else f"{bare}%")
        other = Unit.COMMENTS if fact.unit is Unit.UNITS else Unit.UNITS
        yield victim.with_letters(mark, bare + victim.language.unit_text(other, Decimal(5)))


def change_scale(victim: Victim, _: np.random.Generator) -> Iterator[Sentence]:
    """Say thousands, 万 or mil of what is a plain number."""
    for mark in victim.marks(MarkKind.VALUE):
        letters = victim.letters(mark)
        number = _NUMBER.search(letters)
        for scale in _SCALES[victim.language.code] if number and number[0] != "0" else ():
            yield victim.with_letters(
                mark, letters[: number.end()] + scale + letters[number.end() :]
            )


def change_place(victim: Victim, random: np.random.Generator) -> Iterator[Sentence]:
    """Change a rank, or claim one."""
    for mark in victim.marks(MarkKind.VALUE):
        if victim.fact(mark).metric is Metric.RANK:
            yield victim.with_letters(mark, str(int(victim.letters(mark)) + 1))
    yield victim.with_words(str(random.choice(_PLACES[victim.language.code])))


def change_name(victim: Victim, random: np.random.Generator) -> Iterator[Sentence]:
    """Say another name of the catalogue: under the same mark, under its own, or under none."""
    sheet = victim.evidence.sheet
    for mark in victim.marks(MarkKind.NAME):
        others = [name for name in victim.names if name != sheet.names[mark.ref]]
        yield victim.with_letters(mark, str(random.choice(others)))
        known = [name for name in sheet.names if name != mark.ref]
        if known and victim.marks(MarkKind.VALUE):
            ref = str(random.choice(known))
            yield victim.with_letters(mark, sheet.names[ref], ref)
            yield victim.with_words(sheet.names[ref])


def change_period(victim: Victim, random: np.random.Generator) -> Iterator[Sentence]:
    """Say another period: under the same mark, under its own, or under none."""
    sentence, periods = victim.sentence, victim.evidence.periods
    for mark in victim.marks(MarkKind.PERIOD):
        letters = victim.letters(mark)
        digits = [place for place, char in enumerate(letters) if char.isdecimal()]
        if digits:
            at = int(random.choice(digits))
            digit = str((int(letters[at]) + 1) % 10)
            yield victim.with_letters(mark, letters[:at] + digit + letters[at + 1 :])
        others = [key for key in periods if key != mark.ref and key not in sentence.periods]
        if others and any(victim.fact(each).period.key == mark.ref for each in _figures(victim)):
            other = periods[str(random.choice(others))][0]
            yield victim.with_letters(mark, victim.language.say_period(other), other.key)
    yield victim.with_words(str(random.choice(_TIMES[victim.language.code])))


def add_number_word(victim: Victim, random: np.random.Generator) -> Iterator[Sentence]:
    """Put a number word in, and say one instead of a figure."""
    word = str(random.choice(_WORDS[victim.language.code]))
    yield victim.with_words(word)
    for mark in _figures(victim)[:1]:
        yield victim.with_letters(mark, word)


def add_range(victim: Victim, random: np.random.Generator) -> Iterator[Sentence]:
    """Put a range in, and say one instead of a figure."""
    words = str(random.choice(_RANGES[victim.language.code]))
    yield victim.with_words(words)
    for mark in _figures(victim)[:1]:
        yield victim.with_letters(mark, words)


def exchange_figures(victim: Victim, _: np.random.Generator) -> Iterator[Sentence]:
    """Let two true figures change places, so that each is said of the other's thing."""
    marks = [mark for mark in _figures(victim) if victim.letters(mark)[0].isdecimal()]
    for first, second in pairwise(marks):
        one, two = victim.fact(first), victim.fact(second)
        same = (one.entity, one.metric, one.period.key) == (two.entity, two.metric, two.period.key)
        if not same and shown(one) != shown(two):
            letters = victim.letters(first)
            later = victim.with_letters(second, letters, first.ref)
            earlier = Victim(later, victim.evidence, victim.language.code, victim.names)
            yield earlier.with_letters(first, victim.letters(second), second.ref)


def change_direction(victim: Victim, random: np.random.Generator) -> Iterator[Sentence]:
    """Say the other way: under the same mark, under the mark of another fact, or under none."""
    sheet, language = victim.evidence.sheet, victim.language
    for mark in victim.marks(MarkKind.DIRECTION):
        rises = victim.letters(mark).lower() in language.up
        word = str(random.choice(sorted(language.down if rises else language.up)))
        yield victim.with_letters(mark, word)
        others = [fact.fact_id for fact in sheet if fact.sign == (-1 if rises else 1)]
        if others:
            yield victim.with_letters(mark, word, str(random.choice(others)))
    yield victim.with_words(str(random.choice(sorted(language.up | language.down))))


def change_quote(victim: Victim, random: np.random.Generator) -> Iterator[Sentence]:
    """Change a letter of a quote, leave words of it out, or quote what nobody wrote."""
    for mark in victim.marks(MarkKind.QUOTE):
        letters = victim.letters(mark)
        at = int(random.integers(len(letters)))
        yield victim.with_letters(mark, letters[:at] + "#" + letters[at + 1 :])
        yield victim.with_letters(mark, letters[: len(letters) // 2])
    yield victim.with_words("“ok!”")


def change_citation(victim: Victim, random: np.random.Generator) -> Iterator[Sentence]:
    """Cite a passage that is not there, or another than the one that is quoted."""
    numbers = sorted(victim.evidence.citations)
    for mark in victim.marks(MarkKind.CITE):
        missing = str(numbers[-1] + 1)
        yield victim.with_letters(mark, f"[{missing}]", missing)
        yield victim.with_letters(mark, f"[{missing}]")
        others = [str(number) for number in numbers if str(number) != mark.ref]
        if others:
            other = str(random.choice(others))
            yield victim.with_letters(mark, f"[{other}]", other)


def _figures(victim: Victim) -> list[Mark]:
    return [
        mark for mark in victim.marks(MarkKind.VALUE) if victim.fact(mark).metric is not Metric.RANK
    ]


INJECTORS: Final[dict[str, Injector]] = {
    "value": change_value,
    "rounding": change_rounding,
    "sign": change_sign,
    "unit": change_unit,
    "scale": change_scale,
    "rank": change_place,
    "entity": change_name,
    "period": change_period,
    "number word": add_number_word,
    "range": add_range,
    "figures exchanged": exchange_figures,
    "direction": change_direction,
    "quote": change_quote,
    "citation": change_citation,
}
