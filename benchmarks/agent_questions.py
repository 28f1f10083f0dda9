"""Questions in three languages read right: what is asked, and every slot, without a chat model.

Templates whose wording was kept apart from the tables of ``agent/understanding`` and from what its
head was fitted to are filled with names, times and things to rank; each gives the intent and the
slots that must come out. A question counts as read right when all its slots are. The peer goes by
the words of the tables alone, as where the text encoder is not at hand.
"""

from __future__ import annotations

import time
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from reporting import Figure, Report, options

from agent import Catalogue, Entity, EntityKind, Plan, understand
from agent.understanding.sense import sense_of
from ui.settings import load_settings
from ui.wiring import make_encoder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval import Encoder

TODAY = date(2024, 11, 4)
SHOP = (
    Entity("total", EntityKind.TOTAL, "the whole shop"),
    Entity("category:kitchen", EntityKind.CATEGORY, "kitchen"),
    Entity("category:beauty", EntityKind.CATEGORY, "beauty"),
    Entity("category:sports_outdoors", EntityKind.CATEGORY, "sports outdoors"),
    Entity("brand:Zenlux", EntityKind.BRAND, "Zenlux"),
    Entity("product:p1", EntityKind.PRODUCT, "Aroma Diffuser Pro", "kitchen"),
    Entity("product:p2", EntityKind.PRODUCT, "Trail Shoe 2", "sports_outdoors"),
    Entity("product:p3", EntityKind.PRODUCT, "Glow Serum 30ml", "beauty"),
    Entity("product:p4", EntityKind.PRODUCT, "红米手机", "phones"),
    Entity("product:p5", EntityKind.PRODUCT, "Luminária Solar", "home"),
)


NAMES = ("intent", "all slots", "language")
REACH = (0.96, 0.94, 0.98)


@dataclass(frozen=True)
class Case:
    """A question with the intent and the slots that must come out."""

    question: str
    intent: str
    slots: dict[str, Any]


def main() -> None:
    """Read every question and report the shares read right, and the time it takes."""
    parser = options(__doc__ or "")
    parser.add_argument("--part", default="test", choices=("test", "dev"))
    parser.add_argument("--wrong", action="store_true", help="print what is read wrong")
    chosen = parser.parse_args()
    tables = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    report = Report("agent_questions", f"templates, part {chosen.part}", ())
    catalogue = Catalogue(SHOP)
    sense = sense_of(text_encoder())
    understand("warm up", catalogue, TODAY, sense=sense)
    seconds: list[float] = []
    for code, table in tables.items():
        cases = list(cases_of(table["fill"], table[chosen.part]))
        cases = cases[::4] if chosen.quick else cases
        right, by_words = np.zeros((2, len(cases), 3), dtype=bool)
        for place, case in enumerate(cases):
            began = time.perf_counter()
            plan = understand(case.question, catalogue, TODAY, sense=sense)
            seconds.append(time.perf_counter() - began)
            right[place], missed = _judged(plan, case, code)
            by_words[place], _ = _judged(understand(case.question, catalogue, TODAY), case, code)
            if chosen.wrong and not right[place].all():
                print(f"{case.question} | {case.intent} -> {plan.intent} | {missed}")
        shares = zip(NAMES, REACH, right.mean(axis=0), by_words.mean(axis=0), strict=True)
        for name, reach, share, peer in shares:
            what = f"{code}: {name} ({len(cases)} questions)"
            report.add(
                Figure(what, float(share), "share", "higher", reach, "by words alone", float(peer))
            )
    slow = float(np.quantile(seconds, 0.95))
    report.add(Figure("p95 of reading a question", slow, "s", better="lower", reach=0.5))
    report.finish(chosen)


def _judged(plan: Plan, case: Case, code: str) -> tuple[tuple[bool, ...], dict[str, Any]]:
    """Tell whether intent, slots and language are right, and which slots came out otherwise."""
    found = slots_of(plan)
    missed = {name: found.get(name) for name in case.slots if found.get(name) != case.slots[name]}
    return (plan.intent == case.intent, not missed, plan.language == code), missed


def text_encoder() -> Encoder:
    """Give the encoder that the product reads questions with by default."""
    return make_encoder(load_settings(Path(), encoder="e5"))


def cases_of(
    fill: dict[str, list[list[Any]]], templates: dict[str, list[list[str]]]
) -> Iterator[Case]:
    """Fill every template with each filling of its fields, in step."""
    for intent, rows in templates.items():
        for text, extra in rows:
            fields = [name for name in fill if "{" + name + "}" in text]
            for place in range(2 * len(fill["name"]) if fields else 1):
                chosen = {name: _filling(fill[name], name, place) for name in fields}
                question = text.format(
                    **{name: _padded(value[0]) for name, value in chosen.items()}
                )
                question = " ".join(question.split())
                yield Case(question, intent, expected(intent, chosen, extra.split()))


def _padded(words: str) -> str:
    """Keep a name that ends in a number apart from the number of a date."""
    return words + " " if words[-1].isdigit() else words


def _filling(rows: list[list[Any]], name: str, place: int) -> list[Any]:
    """Take a field's next filling; times move on by two each round, so that pairs differ."""
    turn, at = divmod(place, len(rows))
    return rows[(at + 2 * turn) % len(rows) if name in {"ahead", "back"} else at]


def expected(intent: str, chosen: dict[str, list[Any]], extra: list[str]) -> dict[str, Any]:
    """Say which slots must come out."""
    slots: dict[str, Any] = {
        "entities": [chosen[name][1] for name in ("name", "other") if name in chosen],
    }
    for name in ("ahead", "back"):
        if name in chosen:
            _, kind, value = chosen[name]
            slots |= {"weeks_ahead": None, "weeks_back": None, "window": None}
            slots["window" if kind == "window" else f"weeks_{kind}"] = value
    if "scope" in chosen:
        slots["scope"] = chosen["scope"][1]
    for word in extra:
        if word in {"up", "down"}:
            slots["direction"] = word
        elif word == "week":
            slots["granularity"] = word
        elif intent == "what_if":
            slots["change"] = " ".join(extra)
        else:
            slots["count"] = int(word)
    return slots


def slots_of(plan: Plan) -> dict[str, Any]:
    """Give the slots of a plan in the words of the templates."""
    found = plan.to_dict()
    window = found["window"]
    changes = [f"{lever} {amount:g}" for lever, _, amount in found["changes"]]
    return found | {
        "window": window and "/".join(window[1:]),
        "change": changes[0] if changes else None,
    }


if __name__ == "__main__":
    main()
