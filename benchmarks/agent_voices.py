"""Questions about comments read right: who draws complaints, how many, and what about.

The questions were written in three languages by hands that saw neither the tables of
``agent/understanding`` nor any other wording, and labelled again by others; those in doubt are left
out. Rankings must come out with what is counted and which end comes first, questions about one
aspect with that aspect, and look-alikes as what they are. The peer goes by the words of the tables
alone, as where the text encoder is not at hand.
"""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from agent_questions import SHOP, TODAY, text_encoder
from reporting import Figure, Report, options

from agent import Catalogue, understand
from agent.understanding.sense import sense_of
from agent.understanding.topic import topic_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent import Plan

REACH: Final = 0.94
_RANKED: Final = {
    "most_complaints": ("complaints", None),
    "fewest_complaints": ("complaints", "down"),
    "best_liked": ("tone", None),
    "worst_liked": ("tone", "down"),
    "complained_of": ("complaints", None),
}
IN_PLACE: Final = {
    "en": {"name": ("kitchen", "beauty", "Zenlux"), "product": ("Trail Shoe 2", "Glow Serum 30ml"),
           "time": ("last month", "last week", "in the last 8 weeks", "since July")},
    "zh": {"name": ("厨房", "美妆", "Zenlux"), "product": ("红米手机", "Trail Shoe 2"),
           "time": ("上个月", "上周", "最近8周", "7月以来")},
    "pt": {"name": ("cozinha", "beleza", "Zenlux"), "product": ("Luminária Solar", "Trail Shoe 2"),
           "time": ("no mês passado", "semana passada", "nas últimas 8 semanas", "desde julho")},
}  # fmt: skip
_SPOKEN: Final = {"sentiment", "aspects", "evidence"}


def main() -> None:
    """Read every question and report the shares read right."""
    parser = options(__doc__ or "")
    parser.add_argument("--part", default="test", choices=("test", "dev"))
    parser.add_argument("--wrong", action="store_true", help="print what is read wrong")
    chosen = parser.parse_args()
    tables = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    report = Report("agent_voices", f"questions by hand, part {chosen.part}", ())
    catalogue = Catalogue(SHOP)
    sense = sense_of(text_encoder())
    understand("warm up", catalogue, TODAY, sense=sense)
    seconds: list[float] = []
    for code, table in tables.items():
        right: dict[str, list[bool]] = {}
        by_words: list[bool] = []
        for kind, question, told in _cases(code, table[chosen.part], 4 if chosen.quick else 1):
            began = time.process_time()
            plan = understand(question, catalogue, TODAY, sense=sense)
            seconds.append(time.process_time() - began)
            fits = _fits(plan, kind, told, catalogue)
            right.setdefault(kind, []).append(fits)
            plain = understand(question, catalogue, TODAY)
            by_words.append(_fits(plain, kind, told, catalogue))
            if chosen.wrong and not fits:
                slots = plan.slots
                about = topic_of(plan, catalogue, TODAY).aspect
                read = (plan.intent, slots.metric, slots.direction, slots.unknown, about)
                print(code, kind, question, told, *map(str, read), sep=" | ")
        _add(report, code, right, by_words)
    report.add(
        Figure("processor time, 95 in 100", float(np.quantile(seconds, 0.95)), "s", "lower", 1.5)
    )
    report.finish(chosen)


def _cases(
    code: str, table: dict[str, list[str | list[str]]], every: int
) -> Iterator[tuple[str, str, str]]:
    for kind, questions in table.items():
        for number, each in enumerate(questions[::every]):
            question, told = (each, "") if isinstance(each, str) else each
            yield kind, filled(code, question, number), told


def filled(code: str, question: str, number: int) -> str:
    """Put names and times in their places; the test part has none."""
    for field, fillings in IN_PLACE[code].items():
        place = "{" + field + "}"
        for turn in range(question.count(place)):
            question = question.replace(place, fillings[(number + turn) % len(fillings)], 1)
    return question


def _fits(plan: Plan, kind: str, told: str, catalogue: Catalogue) -> bool:
    """Tell whether a question was read as its kind asks."""
    slots = plan.slots
    if kind == "other":
        return plan.intent == told and slots.metric == "units"
    if slots.unknown or slots.choices:
        return False
    if kind == "how_many":
        return plan.intent == "sentiment"
    about = topic_of(plan, catalogue, TODAY).aspect
    if kind == "about_aspect":
        return plan.intent in _SPOKEN and about == told
    ranked = (plan.intent, slots.metric, slots.direction)
    return ranked == ("rank_volume", *_RANKED[kind]) and about == told


def _add(report: Report, code: str, right: dict[str, list[bool]], by_words: list[bool]) -> None:
    every = [fits for each in right.values() for fits in each]
    what = f"{code}: read right ({len(every)} questions)"
    share, peer = float(np.mean(every)), float(np.mean(by_words))
    report.add(Figure(what, share, "share", "higher", REACH, "by words alone", peer))
    for kind, fits in right.items():
        report.add(
            Figure(f"{code}: {kind.replace('_', ' ')}", float(np.mean(fits)), "share", "higher")
        )


if __name__ == "__main__":
    main()
