"""When to refuse: questions that cannot be answered, with the reason, and those that can.

The demo shop gets a few products that were never sold. 120 questions in each language cannot be
answered: a thing the shop does not sell, days before its records or beyond its forecast, no
comment, another subject, a question that cannot be read. Others can, and must be; and some ask why
demand goes a way in which the forecast does not go.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from demo_run import open_demo_run
from reporting import Figure, Report, options

from agent import Direction, EntityKind, Reason
from signals import Col

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent import Analyst, Answer

UNANSWERABLE: Final = 120
ANSWERABLE: Final = 140
PREMISES: Final = 60
_NEW: Final = (
    "Aurora Tea Kettle",
    "Fjordby Paper Lantern",
    "Tessella Pepper Mill",
    "Ostrava Inkwell",
)
_LEVEL: Final = 0.03
"""Growth under which neither way is the plainly wrong one."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question and the reason it must be refused with; None when it must be answered."""

    question: str
    reason: Reason | None


def main() -> None:
    """Ask, count, report."""
    parser = options(__doc__ or "")
    parser.add_argument("--home", type=Path, help="folder that keeps the demo shop for next time")
    parser.add_argument("--show", action="store_true", help="print what is refused wrongly")
    chosen = parser.parse_args()
    share = 6 if chosen.quick else 1
    tables = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    report = Report("agent_abstention", "demo shop, two runs, texts scored by the lexicon", ())
    with tempfile.TemporaryDirectory() as folder:
        demo = open_demo_run(chosen.home or Path(folder), _newcomers())
        analyst = demo.analyst()
        for code, table in tables.items():
            wanted = {
                "right reason": (_unanswerable(analyst, table, UNANSWERABLE // share), 0.95),
                "answered": (_answerable(analyst, table, ANSWERABLE // share), 0.97),
                "false premise corrected": (_premises(analyst, table, PREMISES // share), 0.95),
            }
            for what, (cases, reach) in wanted.items():
                _report(report, f"{code}: {what}", _ask(analyst, cases), reach, show=chosen.show)
    report.finish(chosen)


def _newcomers() -> pd.DataFrame:
    """Give products that are on the shelf and were never sold."""
    return pd.DataFrame(
        {
            Col.PRODUCT_ID: [f"NEW-{place}" for place in range(len(_NEW))],
            Col.NAME: _NEW,
            Col.AVAILABLE_AT: pd.Timestamp("2025-09-01", tz="UTC"),
        }
    )


def _unanswerable(analyst: Analyst, table: dict[str, Any], count: int) -> list[Case]:
    """Fill templates of each reason in turn, as many of one as of another."""
    names, new = cycle(_sold(analyst)), cycle(_NEW)
    strangers = cycle(table["strangers"])
    by_reason = {
        Reason(reason): islice(cycle(texts), None)
        for reason, texts in table["unanswerable"].items()
    }
    cases: dict[str, Case] = {}
    for reason in cycle(by_reason):
        text = next(by_reason[reason])
        question = text.format(name=next(names), new=next(new), stranger=next(strangers))
        place = question if question not in cases else f"{question} {len(cases)}"
        cases[place] = Case(question, reason)
        if len(cases) == count:
            return list(cases.values())
    return []


def _answerable(analyst: Analyst, table: dict[str, Any], count: int) -> list[Case]:
    texts = cycle(table["answerable"]["any"])
    return [
        Case(next(texts).format(name=name), None) for name in islice(cycle(_sold(analyst)), count)
    ]


def _premises(analyst: Analyst, table: dict[str, Any], count: int) -> list[Case]:
    """Ask why demand goes the other way than its forecast."""
    texts = cycle(table["premise"]["ahead"])
    ways = islice(cycle(_ways(analyst)), count)
    return [
        Case(
            next(texts).format(name=name, word=table["fall" if way is Direction.UP else "rise"]),
            Reason.FALSE_PREMISE,
        )
        for name, way in ways
    ]


def _ways(analyst: Analyst) -> Iterator[tuple[str, Direction]]:
    """Give each name with the way its forecast plainly goes."""
    for name in _sold(analyst):
        growth = [
            fact.value
            for fact in analyst.ask(f"What is the forecast for {name}?").facts
            if fact.metric == "growth"
        ]
        if growth and abs(growth[0]) > _LEVEL:
            yield name, Direction.UP if growth[0] > 0 else Direction.DOWN


def _sold(analyst: Analyst) -> list[str]:
    """List categories and products that have been sold."""
    kinds = {EntityKind.CATEGORY, EntityKind.PRODUCT}
    return [each.name for each in analyst.catalogue if each.kind in kinds and each.name not in _NEW]


def _ask(analyst: Analyst, cases: list[Case]) -> list[tuple[Case, Answer, bool]]:
    asked = []
    for case in cases:
        answer = analyst.ask(case.question)
        reason = answer.abstention.reason if answer.abstention else None
        asked.append((case, answer, reason == case.reason))
    return asked


def _report(
    report: Report, what: str, asked: list[tuple[Case, Answer, bool]], reach: float, *, show: bool
) -> None:
    by_reason: dict[str, list[bool]] = defaultdict(list)
    for case, answer, right in asked:
        by_reason[str(case.reason)].append(right)
        if show and not right:
            found = answer.abstention and answer.abstention.reason
            print(f"{case.question} | {case.reason} -> {found} ({answer.trace.plan.intent})")
    share = sum(right for _, _, right in asked) / max(len(asked), 1)
    report.add(Figure(f"{what} ({len(asked)})", share, "share", better="higher", reach=reach))
    report.details[what] = {name: sum(found) / len(found) for name, found in by_reason.items()}


if __name__ == "__main__":
    main()
