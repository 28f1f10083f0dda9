"""Tools about what people write: tone and quotes."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import pandas as pd

from agent.proof.facts import Metric, Origin, Period, Subject, Unit
from agent.tools.calls import tool
from agent.tools.comments import COMPLAINTS_FORMULA
from agent.tools.desk import preceding
from agent.tools.findings import Aspect, Mood
from agent.understanding.catalogue import TOTAL, EntityKind
from agent.understanding.topic import Topic
from retrieval import Chosen, Filters, PassageKind
from signals import DOCUMENTS, PRODUCTS, SCORES, Col, aspects_of, read_aspects

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.proof.citing import CitationBook
    from agent.proof.facts import Fact, FactSheet
    from agent.tools.desk import Desk
    from agent.understanding.catalogue import Entity
    from retrieval import Hit, Retriever

_WRITTEN = (PassageKind.REVIEW, PassageKind.POST, PassageKind.NEWS, PassageKind.SERVICE)
_CLEAR = 0.3
"""Polarity from which a comment counts as clearly meant one way."""
_JOIN = (
    f"FROM {DOCUMENTS.name} d "
    f"LEFT JOIN {PRODUCTS.name} p ON d.{Col.PRODUCT_ID} = p.{Col.PRODUCT_ID} "
    f"JOIN {SCORES.name} s ON d.{Col.DOC_ID} = s.{Col.DOC_ID} "
    f"AND d.{Col.TEXT_HASH} = s.{Col.TEXT_HASH} AND s.{Col.MODEL_ID} = $model "
)


@tool
def mood(desk: Desk, sheet: FactSheet, entity: Entity, period: Period) -> Mood | None:
    """Average the tone of comments on a series; None when none was written or scored."""
    sheet.names[entity.series_id] = entity.name
    model = desk.scorer()
    earlier = preceding(period)
    now, before = _tones(desk, entity, (period, earlier), model) if model else (None, None)
    if now is None:
        return None
    origin = f"{DOCUMENTS.name}, {SCORES.name} of {model}"

    def fact(metric: Metric, value: float, unit: Unit, formula: str) -> Fact:
        subject = Subject(entity.series_id, metric, period)
        return sheet.add(subject, value, unit, Origin(origin, formula))

    comments = fact(Metric.COMMENTS, now[0], Unit.COMMENTS, "count of scored comments")
    tone = fact(Metric.TONE, now[1], Unit.SCORE, "mean polarity")
    negative = fact(Metric.NEGATIVE_SHARE, now[2], Unit.SHARE, "share with negative likeliest")
    complaints = fact(Metric.COMPLAINTS, now[3], Unit.COMMENTS, COMPLAINTS_FORMULA)
    if before is None:
        return Mood(entity, period, comments, tone, negative, complaints)
    subject = Subject(entity.series_id, Metric.TONE, earlier)
    old = sheet.add(subject, before[1], Unit.SCORE, Origin(origin, "mean polarity"))
    subject = Subject(entity.series_id, Metric.TONE_CHANGE, period)
    change = sheet.derive(subject, Unit.SCORE, f"{tone.fact_id} - {old.fact_id}")
    subject = Subject(entity.series_id, Metric.COMPLAINTS, earlier)
    complained = sheet.add(subject, before[3], Unit.COMMENTS, Origin(origin, COMPLAINTS_FORMULA))
    return Mood(entity, period, comments, tone, negative, complaints, earlier, change, complained)


@tool
def aspects(desk: Desk, sheet: FactSheet, entity: Entity, period: Period) -> list[Aspect]:
    """Count the aspects that comments on a series mention, the most mentioned first."""
    sheet.names[entity.series_id] = entity.name
    model = desk.scorer()
    if model is None:
        return []
    day_after = pd.Timestamp(period.last_day) + pd.Timedelta(days=1)
    talk = read_aspects(
        desk.lake,
        days=(pd.Timestamp(period.first_day), day_after),
        as_of=desk.known_by,
        model_id=model,
        products=None if entity.series_id == TOTAL else entity.members,
    )
    origin = f"{DOCUMENTS.name}, {SCORES.name} of {model}"
    found = []
    for each in talk:

        def fact(metric: Metric, value: float, unit: Unit, formula: str, part: str = "") -> Fact:
            subject = Subject(entity.series_id, metric, period, part)
            return sheet.add(subject, value, unit, Origin(origin, formula))

        how = f"comments that mention {each.aspect}"
        comments = fact(
            Metric.ASPECT_COMMENTS, each.documents, Unit.COMMENTS, f"count of {how}", each.aspect
        )
        tone = fact(Metric.ASPECT_TONE, each.polarity, Unit.SCORE, f"mean polarity of {how}")
        found.append(Aspect(comments, tone))
    return found


@tool
def find_quotes(
    desk: Desk,
    book: CitationBook,
    entity: Entity,
    period: Period,
    sought: tuple[int, int],
    topic: Topic | None = None,
) -> int:
    """Cite comments on a series from a period.

    Parameters
    ----------
    book
        Takes the citations; a passage is cited once an answer.
    sought
        Tone (-1 negative, 1 positive, 0 any) and how many.
    topic
        What the comments are to be about; None for an opinion.

    Returns
    -------
    int
        How many were cited.
    """
    tone, count = sought
    if desk.retriever is None or count < 1:
        return 0
    filters = Filters(
        product_ids=_products(entity),
        categories=(entity.key,) if entity.kind is EntityKind.CATEGORY else (),
        kinds=_WRITTEN,
        since=pd.Timestamp(period.first_day),
        until=pd.Timestamp(period.last_day),
        as_of=desk.known_by,
    )
    asked = Topic(_query(tone)) if topic is None else topic
    hits = comments_on(
        desk.retriever, replace(asked, tone=tone), filters, 3 * count, clear=topic is None
    )
    named = asked.aspect if asked.named_only else ""
    fitting = (hit for hit in hits if not named or named in aspects_of(hit.passage.text))
    cited = (hit for hit in fitting if book.cite(hit.passage) is not None)
    return sum(1 for _ in islice(cited, count))


def comments_on(
    retriever: Retriever, topic: Topic, filters: Filters, k: int, *, clear: bool = False
) -> Iterator[Hit]:
    """Yield comments on a topic, nearest first: those in its tone, then those not against it.

    Parameters
    ----------
    k
        The most that each of the two searches finds; the second begins when the first is used up.
    clear
        Leave the second search out: only comments that are clearly meant so.
    """
    chosen = Chosen()
    for kept in in_tone(filters, topic.tone)[: 1 if clear else None]:
        hits = retriever.search(
            topic.text, filters=kept, k=k, aspects=topic.aspects, complaints=topic.complaints
        )
        yield from (hit for hit in hits if chosen.take(hit.passage))


def in_tone(filters: Filters, tone: int) -> list[Filters]:
    """Keep to what is clearly meant in a tone, and next to what is not clearly against it."""
    if tone < 0:
        return [replace(filters, polarity_below=bound) for bound in (-_CLEAR, _CLEAR)]
    if tone > 0:
        return [replace(filters, polarity_above=bound) for bound in (_CLEAR, -_CLEAR)]
    return [filters]


def _tones(
    desk: Desk, entity: Entity, periods: Sequence[Period], model: str
) -> list[tuple[int, float, float, int] | None]:
    """Count comments, average their polarity; give the share that is likeliest negative, and count.

    All periods are read in one go; None for one in which nobody wrote.
    """
    condition, value = _condition(entity)
    parameters: dict[str, object] = {"model": model} | ({} if value is None else {"entity": value})
    columns = []
    for place, period in enumerate(periods):
        parameters |= {f"first_{place}": period.first_day, f"last_{place}": period.last_day}
        within = f"FILTER (WHERE day BETWEEN $first_{place} AND $last_{place})"
        columns += [f"count(*) {within}", f"avg(tone) {within}", f"avg(negative) {within}"]
        columns.append(f"sum(negative) {within}")
    each = (
        f"SELECT CAST(d.{Col.EVENT_TIME} AS DATE) AS day, s.{Col.POLARITY} AS tone, "
        f"CASE WHEN s.{Col.P_NEG} > greatest(s.{Col.P_NEU}, s.{Col.P_POS}) THEN 1.0 ELSE 0.0 END "
        f"AS negative {_JOIN}{condition}"
    )
    found = desk.lake.sql(
        f"SELECT {', '.join(columns)} FROM ({each})", as_of=desk.known_by, parameters=parameters
    ).iloc[0]
    read = [found.iloc[at : at + 4] for at in range(0, len(found), 4)]
    return [
        (int(n), float(tone), float(bad), int(many)) if n else None for n, tone, bad, many in read
    ]


def _condition(entity: Entity) -> tuple[str, object | None]:
    match entity.kind:
        case EntityKind.PRODUCT:
            return f"WHERE d.{Col.PRODUCT_ID} = $entity", entity.key
        case EntityKind.CATEGORY:
            return f"WHERE p.{Col.CATEGORY} = $entity", entity.key
        case EntityKind.BRAND:
            return f"WHERE $entity IN (p.{Col.BRAND}, d.{Col.BRAND})", entity.key
        case EntityKind.TOTAL:
            return "", None


def _products(entity: Entity) -> tuple[str, ...]:
    if entity.series_id == TOTAL or entity.kind is EntityKind.CATEGORY:
        return ()
    return entity.members


def _query(tone: int) -> str:
    """Say what opinions sound like; whose they are is left to the filters."""
    return {1: "great, love it, works well", -1: "bad, broken, disappointed"}.get(
        tone, "opinion, experience"
    )
