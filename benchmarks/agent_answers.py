"""Answers that carry their proof: thousands of them, each figure computed anew from the tables.

The demo shop is asked about everything it sells, in three languages. Every number of every answer
is read back out of its text and set against the tables; quotes against the documents. Then errors
are put into sentences that were right, to see how many the checker catches; and a chat model that
lies in every sentence rewords the answers, which must not change. Some answers are timed.
"""

from __future__ import annotations

import re
import tempfile
import time
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from demo_run import open_demo_run
from injected import INJECTORS, Victim
from liar import lying_model
from recomputed import Recomputed
from reporting import Figure, Report, options

from agent import EntityKind, MarkKind, Unit, check, evidence_of, recheck
from agent.language.language import read_language
from signals import DOCUMENTS, Col

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo_run import DemoRun

    from agent import Answer, Catalogue, Mark

PER_KIND: Final = 400
LIED_TO: Final = 60
TIMED: Final = 70
_NUMBER: Final = re.compile(r"[−+-]?\d[\d.,]*\d|[−+-]?\d")
_HIDDEN: Final = {MarkKind.NAME, MarkKind.PERIOD, MarkKind.QUOTE, MarkKind.CITE, MarkKind.SOURCE,
                  MarkKind.MENTION, MarkKind.VALUE}  # fmt: skip


@dataclass(slots=True)
class Found:
    """What was counted over answers."""

    answers: int = 0
    answered: int = 0
    numbers: int = 0
    wrong: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    citations: int = 0
    lost: list[str] = field(default_factory=list)
    misquoted: list[str] = field(default_factory=list)
    sentences: int = 0
    refused: list[str] = field(default_factory=list)


def main() -> None:
    """Ask, check, inject, report."""
    parser = options(__doc__ or "")
    parser.add_argument("--home", type=Path, help="folder that keeps the demo shop for next time")
    parser.add_argument("--show", action="store_true", help="print what is wrong or not caught")
    chosen = parser.parse_args()
    report = Report("agent_answers", "demo shop, two runs, texts scored by the lexicon", ())
    with tempfile.TemporaryDirectory() as folder:
        demo = open_demo_run(chosen.home or Path(folder))
        analyst = demo.analyst()
        answers = {
            code: [analyst.ask(question) for question in asked]
            for code, asked in questions(analyst.catalogue, quick=chosen.quick).items()
        }
        found = judge(demo, answers)
        seconds = timed(demo, answers, 4 if chosen.quick else TIMED)
        lies = lied_to(demo, answers, 6 if chosen.quick else LIED_TO)
    caught = injected(answers, analyst.catalogue, 40 if chosen.quick else PER_KIND)
    _add_figures(report, found, lies)
    _add_times(report, seconds)
    _add_caught(report, caught)
    if chosen.show:
        for line in (*found.wrong, *found.unknown, *found.lost, *found.misquoted, *found.refused):
            print("wrong:", line)
        for _, missed in caught.values():
            for line in missed:
                print("not caught:", line)
    report.finish(chosen)


def questions(catalogue: Catalogue, *, quick: bool) -> dict[str, list[str]]:
    """Fill the templates of each language with every name of the catalogue, or with a few."""
    tables = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    names = [entity.name for entity in catalogue if entity.kind is not EntityKind.TOTAL]
    names = names[:: len(names) // 6] if quick else names
    others = [*names[1:], names[0]]
    return {
        code: [
            *(text.format(name=name) for name in names for text in table["about_each"]),
            *(
                text.format(name=name, other=other)
                for name, other in zip(names, others, strict=True)
                for text in table["about_two"]
            ),
            *table["about_all"],
        ]
        for code, table in tables.items()
    }


def judge(demo: DemoRun, answers: dict[str, list[Answer]]) -> Found:
    """Count what is wrong in answers: numbers, citations, quotes, sentences dropped."""
    found, truth = Found(), Recomputed(demo)
    documents = demo.lake.read(DOCUMENTS).set_index(Col.DOC_ID)[Col.TEXT].to_dict()
    for answer in (each for group in answers.values() for each in group):
        found.answers += 1
        found.answered += answer.abstention is None
        found.wrong += bare_numbers(answer)
        _judge_values(answer, truth, found)
        _judge_citations(answer, demo, documents, found)
        found.sentences += len(answer.sentences)
        found.refused += [f"{answer.question}: {notice}" for notice in answer.notices]
        found.refused += [f"{answer.question}: {problem}" for problem in recheck(answer)]
    return found


def bare_numbers(answer: Answer) -> list[str]:
    """List the digits of an answer that no mark covers."""
    bare = []
    for sentence in answer.sentences:
        text = sentence.text
        for mark in sentence.marks:
            if mark.kind in _HIDDEN:
                text = text[: mark.start] + "_" * (mark.end - mark.start) + text[mark.end :]
        bare += [f"{answer.question}: bare {digit}" for digit in re.findall(r"\d+", text)]
    return bare


def _judge_values(answer: Answer, truth: Recomputed, found: Found) -> None:
    facts = {fact.fact_id: fact for fact in answer.facts}
    for sentence in answer.sentences:
        for mark in sentence.marks:
            if mark.kind is not MarkKind.VALUE:
                continue
            found.numbers += 1
            fact = facts[mark.ref]
            value = truth.of(fact, answer)
            where = f"{answer.question}: {sentence.text[mark.start : mark.end]!r} ({fact.metric})"
            if value is None:
                found.unknown.append(where)
            elif not _says(sentence.text, mark, value, fact.unit, answer.language):
                found.wrong.append(f"{where}, recomputed {value:.6g}")


def _says(text: str, mark: Mark, value: float, unit: Unit, code: str) -> bool:
    """Tell whether a written number is a value, to within half of its last digit."""
    language = read_language(code)
    match = _NUMBER.search(text[mark.start : mark.end])
    if match is None:
        return False
    plain = match[0].replace(language.group, "").replace(language.decimal, ".")
    written = float(plain.replace("−", "-"))
    value *= 100 if unit is Unit.SHARE else 1
    decimals = len(plain.partition(".")[2]) if abs(written) % 1 else _fewest(unit, value)
    near = 0.5 * 10.0**-decimals + 1e-6 * max(1.0, abs(value))
    signed = written if match[0][0] in "+−-" else abs(written)
    return (
        min(abs(signed - value), abs(abs(signed) - abs(value)) if signed >= 0 else np.inf) <= near
    )


def _fewest(unit: Unit, value: float) -> int:
    """Give the decimals a whole number stands for once its zeros are left off."""
    if unit is Unit.SHARE:
        return 1
    if unit is Unit.SCORE:
        return 2
    return 0 if abs(round(value, 1)) >= 10 else 1


def _judge_citations(
    answer: Answer, demo: DemoRun, documents: dict[Any, str], found: Found
) -> None:
    for citation in answer.citations:
        found.citations += 1
        passage = demo.retriever.passage(citation.passage_id)
        source = documents.get(passage.source_id) if passage else None
        if passage is None or source is None:
            found.lost.append(f"{answer.question}: {citation.passage_id}")
        elif citation.quote not in source or citation.quote not in answer.text:
            found.misquoted.append(f"{answer.question}: {citation.quote}")


def lied_to(demo: DemoRun, answers: dict[str, list[Answer]], count: int) -> tuple[int, int, int]:
    """Let a lying model reword some answers of each language.

    Returns
    -------
    tuple
        Answers asked for, answers whose text differs, lies the checks refused.
    """
    asked = changed = refused = 0
    for group in answers.values():
        for answer in group[:: max(1, len(group) // count)]:
            reworded = demo.analyst(chat_model=lying_model()).ask(answer.question)
            asked += 1
            changed += reworded.text != answer.text
            refused += len(reworded.notices)
    return asked, changed, refused


def timed(demo: DemoRun, answers: dict[str, list[Answer]], count: int) -> list[tuple[float, float]]:
    """Answer some questions of each language again, each from the tables on disk.

    Returns
    -------
    list
        Seconds that passed and seconds of a processor, for each answer.
    """
    analyst = demo.as_on_disk().analyst()
    analyst.ask("what changed in the forecast since the last run?")  # taken apart once a run
    spent = []
    for group in answers.values():
        for answer in group[:: max(1, len(group) // count)]:
            began, worked = time.perf_counter(), time.process_time()
            analyst.ask(answer.question)
            spent.append((time.perf_counter() - began, time.process_time() - worked))
    return spent


def injected(
    answers: dict[str, list[Answer]], catalogue: Catalogue, count: int
) -> dict[tuple[str, str], tuple[int, list[str]]]:
    """Put errors of each kind into sentences of each language.

    Returns
    -------
    dict
        Kind and language to the number of errors and those that were not caught.
    """
    names = [entity.name for entity in catalogue]
    result: dict[tuple[str, str], tuple[int, list[str]]] = {}
    for code, group in answers.items():
        victims = list(_victims(group, code, names))
        random = np.random.default_rng(7)
        for kind, inject in INJECTORS.items():
            order = random.permutation(len(victims))
            tried, missed = 0, []
            for place in order:
                victim = victims[place]
                for bad in inject(victim, random):
                    tried += 1
                    if not check(bad, victim.evidence, victim.language):
                        missed.append(f"{kind}, {code}: {bad.text} <- {victim.sentence.text}")
                if tried >= count:
                    break
            result[kind, code] = tried, missed
    return result


def _victims(group: list[Answer], code: str, names: list[str]) -> Iterator[Victim]:
    """Give every sentence of some answers once, by its text."""
    seen: set[str] = set()
    for answer in group:
        evidence = evidence_of(answer)
        for sentence in answer.sentences:
            if sentence.text not in seen and sentence.marks:
                seen.add(sentence.text)
                yield Victim(sentence, evidence, code, names)


def _add_figures(report: Report, found: Found, lies: tuple[int, int, int]) -> None:
    asked, changed, refused = lies
    rows: tuple[tuple[str, float, str, str, float | None], ...] = (
        (f"answered, of {found.answers} questions", found.answered / found.answers, "share",
         "higher", 0.97),
        (f"bare or wrong numbers, of {found.numbers}", len(found.wrong), "numbers", "lower", 0),
        ("numbers that could not be recomputed", len(found.unknown), "numbers", "lower", 0),
        (f"citations that resolve, of {found.citations}",
         1 - len(found.lost) / max(found.citations, 1), "share", "higher", 1.0),
        ("quotes that are not verbatim", len(found.misquoted), "quotes", "lower", 0),
        (f"true sentences refused, of {found.sentences}",
         len(found.refused) / max(found.sentences, 1), "share", "lower", 0.01),
        (f"answers changed by a model that lies, of {asked}", changed, "answers", "lower", 0),
        ("notices that lies were refused", refused, "notices", "higher", None),
    )  # fmt: skip
    for name, value, unit, better, reach in rows:
        report.add(Figure(name, value, unit, better=better, reach=reach))


def _add_times(report: Report, seconds: list[tuple[float, float]]) -> None:
    """Report whole answers without a chat model; what passes on a busy machine is not its work."""
    passed, worked = np.quantile(seconds, 0.95, axis=0)
    what = f"of {len(seconds)} whole answers without a model"
    report.add(Figure(f"p95 {what}", float(passed), "s", reach=1.5))
    report.add(Figure(f"p95 {what}, of a processor", float(worked), "s", reach=1.5))


def _add_caught(report: Report, caught: dict[tuple[str, str], tuple[int, list[str]]]) -> None:
    by_kind: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (kind, code), (tried, missed) in caught.items():
        share = 1 - len(missed) / max(tried, 1)
        report.details[f"{kind}, {code}"] = {"errors": tried, "caught": share}
        by_kind[kind][0] += tried
        by_kind[kind][1] += len(missed)
        by_kind[code][0] += tried
        by_kind[code][1] += len(missed)
    for name, (tried, missed) in by_kind.items():
        what = f"errors caught, {name} ({tried})"
        report.add(Figure(what, 1 - missed / max(tried, 1), "share", better="higher", reach=0.99))


if __name__ == "__main__":
    main()
