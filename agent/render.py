"""Findings to sentences, by grammar: verdict, range, drivers that sum, quotes, record, caveats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.compose import Context, Named, joined
from agent.language import shown
from agent.plan import Direction
from agent.sentence import Role
from signals import DriverGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.catalogue import Entity
    from agent.compose import Composer, Draft
    from agent.facts import Fact, Period
    from agent.findings import (
        Accuracy,
        AlertNote,
        Comparison,
        Drivers,
        Mood,
        Outlook,
        Ranking,
        Trend,
    )
    from agent.sentence import Citation

Drafts = list["Draft"]


def say_outlook(write: Composer, found: Outlook) -> Drafts:
    """Say what is expected of one series, its range, and the same weeks a year earlier."""
    name = Named(found.entity.series_id)
    drafts = [_verdict(write, found, name)]
    drafts.append(say_range(write, found))
    if found.year_ago is not None and found.year_ago.value > 0:
        year_ago = found.year_ago
        drafts.append(write.compose("year_ago", name=name, period=year_ago.period, sales=year_ago))
    if found.is_launch:
        drafts.append(write.compose("launch", Role.CAVEAT, name=name))
    return drafts


def say_range(write: Composer, found: Outlook) -> Draft:
    """Say the range of a forecast; of a sum, that it errs on the wide side."""
    phrase = "interval_single" if found.horizon.single else "interval"
    return write.compose(
        phrase,
        Role.INTERVAL,
        Context(periods=(found.horizon.ahead,)),
        name=Named(found.entity.series_id),
        low=found.low,
        high=found.high,
        nominal=found.nominal,
    )


def say_ranking(write: Composer, found: Ranking, scope: str, way: Direction | None) -> Drafts:
    """Say which series comes first, then a line for each."""
    horizon = found.horizon
    drafts: Drafts = []
    if found.outlooks:
        first = found.outlooks[0]
        phrase = _ranking_phrase(first, way)
        drafts.append(
            write.compose(
                phrase,
                Role.VERDICT,
                scope=write.word(scope),
                name=Named(first.entity.series_id),
                growth=first.growth,
                forecast=first.forecast,
                sales=first.sales,
                ahead=horizon.ahead,
                before=horizon.before,
            )
        )
    else:
        drafts.append(
            write.compose("rank_none", Role.VERDICT, scope=write.word(scope), before=horizon.before)
        )
    if len(found.outlooks) > 1:
        drafts += [
            _ranking_line(write, outlook, rank, way)
            for outlook, rank in zip(found.outlooks, found.ranks, strict=True)
        ]
    if found.small is not None:
        drafts.append(
            write.compose(
                "rank_small",
                Role.CAVEAT,
                Context(subject=found.small.entity),
                small=found.small,
                limit=found.limit,
                before=horizon.before,
            )
        )
    return drafts


def _ranking_phrase(first: Outlook, way: Direction | None) -> str:
    if way is None or first.growth is None:
        return "rank_volume"
    growth = shown(first.growth)
    if growth == 0:
        return "rank_level"
    return "rank_growth" if (growth > 0) == (way is Direction.UP) else "rank_other_way"


def _ranking_line(write: Composer, outlook: Outlook, rank: Fact, way: Direction | None) -> Draft:
    horizon = outlook.horizon
    phrase = "rank_volume_line" if way is None or outlook.growth is None else "rank_line"
    return write.compose(
        phrase,
        Role.DETAIL,
        Context(outlook.entity.series_id, (horizon.ahead, horizon.before)),
        rank=rank,
        name=Named(outlook.entity.series_id),
        growth=outlook.growth,
        forecast=outlook.forecast,
        sales=outlook.sales,
    )


def say_drivers(write: Composer, found: Drivers) -> Drafts:
    """Say the parts of a forecast, each with its sign; together they make it."""
    name = Named(found.entity.series_id)
    ahead = found.horizon.ahead
    about = Context(found.entity.series_id, (ahead,))
    parts = [fact for fact in found.parts if shown(fact) != 0]
    if not parts:
        return []
    listed = joined(
        [
            write.compose("driver", Role.DRIVERS, about, part=write.part(fact.part), value=fact)
            for fact in parts
        ],
        last=write.word("and"),
    )
    drafts = [
        write.compose(
            "drivers",
            Role.DRIVERS,
            Context(periods=(ahead,)),
            name=name,
            baseline=found.baseline,
            parts=listed,
            forecast=found.forecast,
            ahead=ahead,
        )
    ]
    largest = max(parts, key=lambda fact: abs(fact.value))
    if len(parts) > 1:
        drafts.append(
            write.compose(
                "main_driver",
                Role.DRIVERS,
                Context(periods=(ahead,)),
                name=name,
                part=write.part(largest.part),
                value=largest,
            )
        )
    if sum(map(shown, parts)) + shown(found.baseline) != shown(found.forecast):
        drafts.append(write.compose("rounded", Role.CAVEAT))
    return drafts


def sentiment_part(found: Drivers) -> Fact | None:
    """Give the part of sentiment in a forecast, when it is large enough to be shown."""
    for fact in found.parts:
        if fact.part == DriverGroup.SENTIMENT and shown(fact) != 0:
            return fact
    return None


def say_trend(write: Composer, found: Trend) -> Drafts:
    """Say what was recorded, against as many weeks before and a year earlier."""
    name = Named(found.entity.series_id)
    last = found.sales.period
    if found.before is None or found.growth is None:
        verdict = write.compose(
            "trend_alone", Role.VERDICT, name=name, sales=found.sales, last=last
        )
    else:
        verdict = write.compose(
            "trend" if shown(found.growth) != 0 else "trend_level",
            Role.VERDICT,
            name=name,
            growth=found.growth,
            sales=found.sales,
            last=last,
            before=found.before,
            earlier=found.before.period,
        )
    drafts = [verdict]
    if found.year_ago is not None and found.year_ago.value > 0:
        drafts.append(
            write.compose("year_ago", name=name, period=found.year_ago.period, sales=found.year_ago)
        )
    return drafts


def say_comparison(write: Composer, found: Comparison) -> Drafts:
    """Say which of two is expected to have more demand, then each for itself."""
    first, second = found.first, found.second
    phrase = "compare" if shown(found.gap) != 0 else "compare_equal"
    verdict = write.compose(
        phrase,
        Role.VERDICT,
        first=Named(first.entity.series_id),
        second=Named(second.entity.series_id),
        gap=found.gap,
        ahead=first.horizon.ahead,
    )
    drafts = [verdict]
    for each in (first, second):
        drafts += [_verdict(write, each, Named(each.entity.series_id), Role.DETAIL)]
        drafts += [say_range(write, each)]
    return drafts


def say_mood(write: Composer, found: Mood) -> Drafts:
    """Say how many comments there were, their tone, and whether it changed."""
    name = Named(found.entity.series_id)
    drafts = [
        write.compose(
            "mood",
            Role.VERDICT,
            name=name,
            comments=found.comments,
            tone=found.tone,
            negative=found.negative,
            last=found.period,
        )
    ]
    if found.change is not None and shown(found.change) != 0:
        drafts.append(
            write.compose(
                "mood_change",
                Role.DETAIL,
                Context(periods=(found.period,)),
                name=name,
                change=found.change,
                earlier=found.earlier,
            )
        )
    return drafts


def say_quotes(
    write: Composer, entity: Entity, period: Period, citations: Sequence[Citation], phrase: str
) -> Drafts:
    """Quote comments, after a line that says what they are about."""
    if not citations:
        return []
    lead = write.compose(phrase, Role.QUOTE, name=Named(entity.series_id), last=period)
    return [lead, *(write.compose("quote", Role.QUOTE, quote=each) for each in citations)]


def say_alert(write: Composer, found: AlertNote) -> Drafts:
    """Say one alert: share of negative comments observed and usual, with quotes."""
    aspect = write.compose("aspect", aspect=found.aspect).pieces if found.aspect else ()
    line = write.compose(
        "alert",
        Role.DETAIL,
        name=Named(found.entity.series_id),
        aspect="".join(piece.text for piece in aspect),
        observed=found.observed,
        expected=found.expected,
        comments=found.comments,
        window=found.window,
    )
    return [line, *(write.compose("quote", Role.QUOTE, quote=each) for each in found.citations)]


def say_accuracy(write: Composer, entity: Entity, found: Accuracy | None, role: Role) -> Drafts:
    """Say how far off past forecasts were, and say so when the record is not this series' own."""
    if found is None:
        return [write.compose("no_accuracy", role, name=Named(entity.series_id))]
    drafts: Drafts = []
    if found.entity.series_id != entity.series_id:
        drafts.append(write.compose("accuracy_of_all", role, name=Named(entity.series_id)))
    phrase = "accuracy" if found.coverage is not None else "accuracy_error"
    drafts.append(
        write.compose(
            phrase,
            role,
            name=Named(found.entity.series_id),
            period=found.wape.period,
            wape=found.wape,
            coverage=found.coverage,
            nominal=found.nominal,
        )
    )
    return drafts


def _verdict(write: Composer, found: Outlook, name: Named, role: Role = Role.VERDICT) -> Draft:
    if found.growth is None or found.sales is None:
        return write.compose(
            "outlook_alone", role, name=name, forecast=found.forecast, ahead=found.horizon.ahead
        )
    return write.compose(
        "outlook" if shown(found.growth) != 0 else "outlook_level",
        role,
        name=name,
        growth=found.growth,
        forecast=found.forecast,
        sales=found.sales,
        ahead=found.horizon.ahead,
        before=found.horizon.before,
    )
