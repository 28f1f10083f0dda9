"""The small local model at work: does it read as well, change nothing, and at what cost.

Questions in three languages, in wordings from which the grammar's tables were not made, are put to
the demo shop twice: without a model, and with one of half a billion parameters that plans and
words. Each question has one right kind. What is cited shows whether the search, which reads the
question itself and the plan's names and days, finds the same once the model plans. Cost is told in
processor seconds, which do not depend on what else the machine does; the model is given time.

Needs the extra ``[llm]`` and weights: ``groundswell models pull qwen2.5-coder-0.5b``.
"""

from __future__ import annotations

import json
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from agent_answers import bare_numbers
from demo_run import open_demo_run
from reporting import Figure, Report, options

from agent import EntityKind, known_weights, recheck, whole
from agent.model.local_model import LocalModel

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from agent import Analyst, Answer, Catalogue

MODEL: Final = "qwen2.5-coder-0.5b"
PER_LANGUAGE: Final = 12
DEADLINE_S: Final = 20.0
CORES: Final = 2
QUESTIONS: Final = Path(__file__).with_name("agent_questions.toml")
_CITED: Final = {"sentiment", "aspects", "evidence", "alerts", "explain"}


@dataclass(frozen=True, slots=True)
class Case:
    """A question, its right kind, both answers, and the processor seconds of each."""

    language: str
    intent: str
    plain: Answer
    answer: Answer
    seconds: tuple[float, float]

    @property
    def proposed(self) -> str:
        """The kind that the model itself proposed; empty where it gave none."""
        plans = [json.loads(reply) for reply in self.answer.trace.heard.values()]
        return next((str(plan["intent"]) for plan in plans if "intent" in plan), "")

    @property
    def is_same(self) -> bool:
        """Whether the same figures are shown, from the same facts."""
        return _figures(self.plain) == _figures(self.answer)


def main() -> None:
    """Ask without and with the model, compare, report."""
    parser = options(__doc__ or "")
    parser.add_argument("--weights", type=Path, required=True, help="folder of pulled weights")
    parser.add_argument("--model", default=MODEL, choices=sorted(known_weights()))
    parser.add_argument("--home", type=Path, help="folder that keeps the demo shop for next time")
    parser.add_argument("--timeout", type=float, default=1500.0, help="seconds for one answer")
    parser.add_argument("--threads", type=int, default=CORES, help="threads of the model")
    parser.add_argument("--minutes", type=float, default=60.0, help="ask no more after these")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = asked(chosen, chosen.home or Path(folder))
    report = Report(
        "agent_local_model",
        f"demo shop, {chosen.model}, {len(cases)} questions",
        ("xllamacpp",),
    )
    _add_reading(report, cases)
    _add_figures(report, cases)
    _add_costs(report, cases)
    report.finish(chosen)


def asked(chosen: argparse.Namespace, home: Path) -> list[Case]:
    """Put every question to an analyst without and one with the model."""
    file = whole(known_weights()[chosen.model], chosen.weights)
    demo = open_demo_run(home, encoder="e5")
    plain = demo.analyst()
    model = LocalModel(chosen.model, file, timeout_s=chosen.timeout, threads=chosen.threads)
    advised = demo.analyst(chat_model=model)
    cases: list[Case] = []
    until = time.monotonic() + 60 * chosen.minutes
    for language, intent, question in questions(plain.catalogue, 3 if chosen.quick else None):
        if time.monotonic() > until:
            break
        own, own_s = _timed(plain, question)
        other, other_s = _timed(advised, question)
        cases.append(Case(language, intent, own, other, (own_s, other_s)))
    return cases


def questions(catalogue: Catalogue, most: int | None) -> list[tuple[str, str, str]]:
    """Give language, right kind and text of the questions, a kind in every language in turn."""
    products = [entity.name for entity in catalogue if entity.kind is EntityKind.PRODUCT]
    categories = [entity.name for entity in catalogue if entity.kind is EntityKind.CATEGORY]
    names = [name for pair in zip(categories, products, strict=False) for name in pair]
    tables = tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))
    count = most or PER_LANGUAGE
    found = []
    for place in range(count):
        for language, table in tables.items():
            fill, kinds = table["fill"], list(table["test"].items())
            intent, templates = kinds[place * len(kinds) // count]
            text = templates[place % len(templates)][0]
            filled = text.format(
                name=names[place % len(names)],
                other=names[(place + 1) % len(names)],
                ahead=fill["ahead"][place % 2][0],
                back=fill["back"][place % 2][0],
                scope=fill["scope"][place % 2][0],
            )
            found.append((language, intent, " ".join(filled.split())))
    return found


def _timed(analyst: Analyst, question: str) -> tuple[Answer, float]:
    """Answer, and tell the processor seconds it took."""
    started = time.process_time()
    answer = analyst.ask(question)
    return answer, time.process_time() - started


def _figures(answer: Answer) -> list[tuple[Any, ...]]:
    """Give what is shown: number, series, measure, days and value of each figure, in order."""
    return sorted(
        (e["number"], e["entity"], e["metric"], *e["period"], e["value"]) for e in answer.proof
    )


def _add_reading(report: Report, cases: Sequence[Case]) -> None:
    """Report who read the kind of question right: grammar, model alone, and both."""
    for language in dict.fromkeys(case.language for case in cases):
        own = [case for case in cases if case.language == language]
        grammar, alone, both = (
            float(np.mean([read == case.intent for case, read in zip(own, reads, strict=True)]))
            for reads in (
                [case.plain.trace.plan.intent for case in own],
                [case.proposed for case in own],
                [case.answer.trace.plan.intent for case in own],
            )
        )
        report.add(
            Figure(
                f"{language}: kind of question read right ({len(own)})", both, "share", "higher",
                None, "without a model", grammar,
                peers={"without a model": grammar, "the model alone": alone},
            )
        )  # fmt: skip


def _add_figures(report: Report, cases: Sequence[Case]) -> None:
    """Report what the model changed in what is shown."""
    same_kind = [
        case for case in cases if case.plain.trace.plan.intent == case.answer.trace.plan.intent
    ]
    cited = [case for case in cases if case.intent in _CITED]
    faults = sum(len(recheck(case.answer)) + len(bare_numbers(case.answer)) for case in cases)
    rows: tuple[tuple[str, float, str, str, float | None], ...] = (
        (f"same figures shown as without it (of {len(same_kind)} read alike)",
         float(np.mean([case.is_same for case in same_kind] or [1.0])), "share", "higher", None),
        ("same figures shown as without it, all", float(np.mean([case.is_same for case in cases])),
         "share", "higher", None),
        ("numbers that are bare or not proven", faults, "numbers", "lower", 0),
    )  # fmt: skip
    for name, value, unit, better, reach in rows:
        report.add(Figure(name, value, unit, better=better, reach=reach))
    if cited:
        same = float(np.mean([_cited(case.plain) == _cited(case.answer) for case in cited]))
        name = f"same comments cited as without it ({len(cited)} questions about them)"
        report.add(Figure(name, same, "share", "higher"))


def _cited(answer: Answer) -> list[str]:
    return [citation.passage_id for citation in answer.citations]


def _add_costs(report: Report, cases: Sequence[Case]) -> None:
    """Report time, tokens, and how often the answer came without the model."""
    plain, advised = np.asarray([case.seconds for case in cases]).T
    for name, share in (("median", 0.5), ("p95", 0.95)):
        report.add(
            Figure(
                f"{name} of an answer, processor seconds", float(np.quantile(advised, share)),
                "s", "lower", None, "without a model", float(np.quantile(plain, share)),
            )
        )  # fmt: skip
    in_time = float(np.mean(advised <= CORES * DEADLINE_S))
    what = f"answers that {CORES} cores give within {DEADLINE_S:g} s"
    report.add(Figure(what, in_time, "share", "higher"))
    tokens = np.asarray([case.answer.trace.tokens or (0, 0) for case in cases])
    report.add(Figure("tokens read for an answer, mean", float(tokens[:, 0].mean()), "tokens"))
    report.add(Figure("tokens written for an answer, mean", float(tokens[:, 1].mean()), "tokens"))
    for purpose in ("plan", "wording"):
        calls = [
            call for c in cases for call in c.answer.trace.model_calls if call.purpose == purpose
        ]
        absent = [call for call in calls if call.tokens_read is None]
        refused = [call for call in calls if call.problem and call.tokens_read is not None]
        many = max(len(calls), 1)
        what = f"{purpose}: asked {len(calls)} times"
        report.add(Figure(f"{what}, no reply in time", len(absent) / many, "share"))
        report.add(Figure(f"{what}, refused by the checks", len(refused) / many, "share"))
        report.details[purpose] = {
            "asked": len(calls),
            "problems": sorted({call.problem for call in calls if call.problem}),
            "seconds": [round(call.seconds, 1) for call in calls],
        }


if __name__ == "__main__":
    main()
