"""Explanations that can be checked by reading: each part's direction and size, from the text alone.

Forecasts of many sizes are taken apart at random and put into words in three languages. A reader
that knows the names of the parts and how a language writes numbers, and nothing else, then reads
the text: from the sentence that lists the parts it takes each one's sign and size. Sizes count as
recovered within 5 %. Parts that round to nothing are not written, and are not asked for.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from reporting import Figure, Report, options

from agent.language.language import LANGUAGES, read_language, shown
from agent.proof.facts import FactSheet, Metric, Origin, Period, PeriodKind, Subject, Unit
from agent.tools.desk import Horizon
from agent.tools.findings import Drivers
from agent.understanding.catalogue import Entity, EntityKind
from agent.writing.compose import Composer
from agent.writing.render_why import say_drivers
from signals import DriverGroup

if TYPE_CHECKING:
    from agent.language.language import Language

AHEAD = Period(date(2024, 11, 4), date(2024, 12, 1), PeriodKind.NEXT)
BEFORE = Period(date(2024, 10, 7), date(2024, 11, 3), PeriodKind.LAST)
LAMP = Entity("product:p1", EntityKind.PRODUCT, "Lamp 40W", "home")
ORIGIN = Origin("benchmark", "given")
WITHIN = 0.05
SEED = 7


def main() -> None:
    """Word explanations in every language, read them back, and report what was recovered."""
    chosen = options(__doc__ or "").parse_args()
    count = 100 if chosen.quick else 1000
    report = Report("agent_explanations", f"{count} forecasts taken apart at random", ())
    for code in LANGUAGES:
        random = np.random.default_rng(SEED)
        language = read_language(code)
        signs: list[bool] = []
        sizes: list[bool] = []
        for _ in range(count):
            found, names = taken_apart(random)
            read = read_parts(written(found, names, language), language)
            for fact in found.parts:
                if shown(fact) == 0:
                    continue
                value = read.get(fact.part, 0.0)
                signs.append(np.sign(value) == fact.sign)
                sizes.append(abs(value - fact.value) <= WITHIN * abs(fact.value))
        for what, right, reach in (("direction", signs, 1.0), ("size within 5 %", sizes, 0.95)):
            name = f"{code}: {what} ({len(right)} parts)"
            report.add(Figure(name, float(np.mean(right)), "share", better="higher", reach=reach))
    report.finish(chosen)


def taken_apart(random: np.random.Generator) -> tuple[Drivers, FactSheet]:
    """Make a forecast of a random size with parts of a thousandth to a third of its baseline."""
    sheet = FactSheet("2024-11-04", names={LAMP.series_id: LAMP.name})

    def fact(metric: Metric, value: float, part: str = "") -> str:
        subject = Subject(LAMP.series_id, metric, AHEAD, part)
        return sheet.add(subject, value, Unit.UNITS, ORIGIN).fact_id

    baseline = 10 ** random.uniform(1.3, 5)
    ids = [fact(Metric.BASELINE, baseline)]
    for group in DriverGroup:
        share = 10 ** random.uniform(-3, -0.5) * random.choice([-1, 1])
        ids.append(fact(Metric.CONTRIBUTION, baseline * share, str(group)))
    subject = Subject(LAMP.series_id, Metric.FORECAST, AHEAD)
    whole = sheet.derive(subject, Unit.UNITS, " + ".join(ids))
    horizon = Horizon((1, 4), AHEAD, BEFORE, AHEAD, 4)
    parts = tuple(sheet[name] for name in ids[1:])
    return Drivers(LAMP, horizon, sheet[ids[0]], parts, whole, text_helped=None), sheet


def written(found: Drivers, sheet: FactSheet, language: Language) -> str:
    """Word a forecast taken apart, and keep nothing but the letters."""
    drafts = say_drivers(Composer(language, sheet.names), found)
    return "\n".join(draft.fill().text for draft in drafts)


def read_parts(text: str, language: Language) -> dict[str, float]:
    """Read the signed size of each part off the first sentence that lists them."""
    read: dict[str, float] = {}
    for part, name in language.parts.items():
        number = rf"{re.escape(name)}\s?([+−])([\d{language.group}]+(?:{language.decimal}\d+)?)"
        match = re.search(number, text.split("\n", 1)[0])
        if match is not None:
            digits = match[2].replace(language.group, "").replace(language.decimal, ".")
            read[part] = float(digits) * (1 if match[1] == "+" else -1)
    return read


if __name__ == "__main__":
    main()
