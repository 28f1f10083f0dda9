"""Tools that count comments: who draws most complaints, what an aspect is said to be like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from agent.proof.facts import Metric, Origin, Subject, Unit
from agent.tools.calls import tool
from agent.tools.desk import preceding
from agent.tools.findings import LeftOut
from agent.understanding.catalogue import TOTAL, EntityKind
from agent.understanding.plan import Ranked, Wanted
from signals import DOCUMENTS, SCORES, Col, count_aspect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.proof.facts import Fact, FactSheet, Period
    from agent.tools.desk import Desk
    from agent.understanding.catalogue import Entity

FEWEST = 10
"""Comments under which their mean tone, or a want of complaints, says little."""
COMPLAINTS_FORMULA = "count with negative likeliest"
_SUMS = ["documents", "negative", "toned", Col.POLARITY]
_TOLD = f"""
SELECT d.{Col.PRODUCT_ID}, d.{Col.BRAND}, count(*) AS documents,
       count(s.{Col.POLARITY}) AS toned, sum(s.{Col.POLARITY}) AS {Col.POLARITY},
       sum((s.{Col.P_NEG} > greatest(s.{Col.P_NEU}, s.{Col.P_POS}))::INT) AS negative
FROM {DOCUMENTS.name} d JOIN {SCORES.name} s
  ON d.{Col.DOC_ID} = s.{Col.DOC_ID} AND d.{Col.TEXT_HASH} = s.{Col.TEXT_HASH}
 AND s.{Col.MODEL_ID} = $model
WHERE CAST(d.{Col.EVENT_TIME} AS DATE) BETWEEN $first AND $last
GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class AspectMood:
    """What was written of one aspect of a series in a period.

    Parameters
    ----------
    comments, negative
        How many mention it, and how many of them speak against it.
    tone
        Mean of what they say of it.
    earlier
        How many spoke against it in as many days before; None where nobody mentioned it.
    """

    entity: Entity
    aspect: str
    comments: Fact
    negative: Fact
    tone: Fact
    earlier: Fact | None = None


@dataclass(frozen=True, slots=True)
class CommentLine:
    """One series of a ranking by comments: its place, how many there are, and how they are."""

    entity: Entity
    rank: Fact
    comments: Fact
    negative: Fact
    tone: Fact


@dataclass(frozen=True, slots=True)
class CommentRanking:
    """Series in the order of their complaints or of the tone of comments, the first first.

    Parameters
    ----------
    aspect
        What alone counts; empty for everything.
    """

    lines: tuple[CommentLine, ...]
    period: Period
    aspect: str
    left_out: LeftOut


@dataclass(frozen=True, slots=True)
class _Said:
    """What was said of a series: how many comments, how many against it, and their mean tone."""

    entity: Entity
    comments: int
    negative: int
    tone: float


@tool
def rank_by_comments(
    desk: Desk,
    sheet: FactSheet,
    entities: Sequence[Entity],
    period: Period,
    wanted: tuple[Wanted, Ranked, int],
    aspect: str = "",
) -> CommentRanking | None:
    """Order series by how many complain of them, or by the mean tone; None without comments.

    No series is ranked where none draws a complaint, or none has comments enough.

    Parameters
    ----------
    wanted
        What is counted, what comes first, and how many.
    aspect
        Only what is said of it counts; empty for everything.
    """
    by, first, count = wanted
    said = [each for each in _said(desk, entities, period, aspect) if each.comments]
    most = by is Wanted.COMPLAINTS and first is Ranked.MOST
    ranked = [each for each in said if (each.negative if most else each.comments >= FEWEST)]
    if not said:
        return None
    sign = -1 if first is Ranked.MOST else 1
    ranked.sort(
        key=lambda each: (
            sign * (each.negative if by is Wanted.COMPLAINTS else each.tone), -each.comments,
        )
    )  # fmt: skip
    origin = Origin(SCORES.name, f"place among {len(ranked)} by {by}")
    lines = []
    for place, each in enumerate(ranked[:count], start=1):
        subject = Subject(each.entity.series_id, Metric.RANK, period)
        rank = sheet.add(subject, place, Unit.RANK, origin)
        lines.append(CommentLine(each.entity, rank, *_facts(desk, sheet, each, period, aspect)))
    small = 0 if most else len(said) - len(ranked)
    return CommentRanking(tuple(lines), period, aspect, _left_out(sheet, small, period))


@tool
def aspect_mood(
    desk: Desk, sheet: FactSheet, entity: Entity, period: Period, aspect: str
) -> AspectMood | None:
    """Count who speaks of an aspect of a series, and who against it; None where nobody does."""
    now = _said(desk, [entity], period, aspect)
    if not now or not now[0].comments:
        return None
    comments, negative, tone = _facts(desk, sheet, now[0], period, aspect)
    before = _said(desk, [entity], preceding(period), aspect)
    earlier = None
    if before and before[0].comments:
        earlier = _facts(desk, sheet, before[0], preceding(period), aspect)[1]
    return AspectMood(entity, aspect, comments, negative, tone, earlier)


def _said(desk: Desk, entities: Sequence[Entity], period: Period, aspect: str) -> list[_Said]:
    """Count what was said of each series; nothing where no text was scored."""
    model = desk.scorer()
    if model is None:
        return []
    if aspect:
        day_after = pd.Timestamp(period.last_day) + pd.Timedelta(days=1)
        days = (pd.Timestamp(period.first_day), day_after)
        told = count_aspect(desk.lake, aspect, days=days, as_of=desk.known_by, model_id=model)
    else:
        parameters = {"model": model, "first": period.first_day, "last": period.last_day}
        told = desk.lake.sql(_TOLD, as_of=desk.known_by, parameters=parameters)
    return _added_up(told, entities)


def _added_up(told: pd.DataFrame, entities: Sequence[Entity]) -> list[_Said]:
    """Add the counts of products up; those that name no product count for their brand and all."""
    by_product = told.groupby(Col.PRODUCT_ID)[_SUMS].sum()
    unnamed = told[told[Col.PRODUCT_ID].isna()]
    by_brand = unnamed.groupby(Col.BRAND)[_SUMS].sum() if Col.BRAND in told else unnamed[_SUMS][:0]
    found = []
    for entity in entities:
        if entity.series_id == TOTAL:
            sums = told[_SUMS].sum()
        else:
            sums = by_product.reindex(entity.members).sum()
            if entity.kind is EntityKind.BRAND and entity.key in by_brand.index:
                sums += by_brand.loc[entity.key]
        comments, negative, toned, polarity = sums.to_list()
        found.append(_Said(entity, int(comments), int(negative), polarity / max(toned, 1)))
    return found


def _facts(
    desk: Desk, sheet: FactSheet, said: _Said, period: Period, aspect: str
) -> tuple[Fact, Fact, Fact]:
    """Put how many comments, how many negative ones and their mean tone on the sheet."""
    series = said.entity.series_id
    sheet.names[series] = said.entity.name
    source = f"{DOCUMENTS.name}, {SCORES.name} of {desk.scorer()}"

    def fact(metric: Metric, value: float, unit: Unit, formula: str, part: str = "") -> Fact:
        return sheet.add(
            Subject(series, metric, period, part), value, unit, Origin(source, formula)
        )

    if aspect:
        which = f"comments that mention {aspect}"
        return (
            fact(Metric.ASPECT_COMMENTS, said.comments, Unit.COMMENTS, f"count of {which}", aspect),
            fact(
                Metric.ASPECT_NEGATIVE,
                said.negative,
                Unit.COMMENTS,
                f"count of those against it of {which}",
            ),
            fact(Metric.ASPECT_TONE, said.tone, Unit.SCORE, f"mean polarity of {which}"),
        )
    return (
        fact(Metric.COMMENTS, said.comments, Unit.COMMENTS, "count of scored comments"),
        fact(Metric.COMPLAINTS, said.negative, Unit.COMMENTS, COMPLAINTS_FORMULA),
        fact(Metric.TONE, said.tone, Unit.SCORE, "mean polarity"),
    )


def _left_out(sheet: FactSheet, few: int, period: Period) -> LeftOut:
    if not few:
        return LeftOut()
    rule = Origin(SCORES.name, "rule: fewer comments than this say little")
    limit = sheet.add(Subject(TOTAL, Metric.SMALL_LIMIT, period), FEWEST, Unit.COMMENTS, rule)
    counted = Origin(SCORES.name, f"count of series under {limit.fact_id}")
    small = sheet.add(Subject(TOTAL, Metric.SMALL, period), few, Unit.SERIES, counted)
    return LeftOut(None, small, limit)
