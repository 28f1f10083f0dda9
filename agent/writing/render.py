"""Findings to sentences, by grammar: verdict, range, drivers that sum, quotes, record, caveats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.language.language import shown
from agent.understanding.plan import Ranked
from agent.writing.compose import Context, Named
from agent.writing.sentence import Role

if TYPE_CHECKING:
    from agent.proof.facts import Fact, Period
    from agent.tools.findings import (
        Comparison,
        GrownRanking,
        LeftOut,
        Outlook,
        Ranking,
        SoldRanking,
        Total,
        Trend,
    )
    from agent.writing.compose import Composer, Draft

Drafts = list["Draft"]


def say_outlook(write: Composer, found: Outlook) -> Drafts:
    """Say what is expected of one series, its range, and the same weeks a year earlier."""
    name = Named(found.entity.series_id)
    drafts = [_verdict(write, found, name)]
    drafts += say_range(write, found)
    if found.year_ago is not None and found.year_ago.value > 0:
        year_ago = found.year_ago
        drafts.append(write.compose("year_ago", name=name, period=year_ago.period, sales=year_ago))
    if found.is_launch:
        drafts.append(write.compose("launch", Role.CAVEAT, name=name))
    return drafts


def say_range(write: Composer, found: Outlook) -> Drafts:
    """Say the range of a forecast, and whether the past lies inside it."""
    low, high = found.bounds.low, found.bounds.high
    phrase = "interval_summed" if found.bounds.is_summed else "interval"
    name = Named(found.entity.series_id)
    drafts = [
        write.compose(
            phrase,
            Role.INTERVAL,
            Context(periods=(found.horizon.ahead,)),
            name=name,
            low=low,
            high=high,
            nominal=found.nominal,
        )
    ]
    if found.sales is not None and low.value < found.sales.value < high.value:
        before = found.horizon.before
        drafts.append(
            write.compose("unsure", Role.INTERVAL, name=name, sales=found.sales, before=before)
        )
    return drafts


def say_ranking(write: Composer, found: Ranking, scope: str, order: Ranked) -> Drafts:
    """Say which series comes first, then a line for each."""
    horizon = found.horizon
    drafts: Drafts = []
    if found.outlooks:
        first = found.outlooks[0]
        phrase = _ranking_phrase(first, order)
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
            _ranking_line(write, outlook, rank, order)
            for outlook, rank in zip(found.outlooks, found.ranks, strict=True)
        ]
    return drafts + _left_out(write, found.left_out, horizon.ahead, horizon.before)


def say_grown_ranking(write: Composer, found: GrownRanking, scope: str, order: Ranked) -> Drafts:
    """Say which series grew most over past days, or fell, then a line for each."""
    drafts: Drafts = []
    for trend in found.trends[:1]:
        phrase = _way_phrase("grown", trend.growth, order)
        drafts.append(
            write.compose(
                phrase, Role.VERDICT, scope=write.word(scope), name=Named(trend.entity.series_id),
                growth=trend.growth, sales=trend.sales, last=found.period, before=trend.before,
                earlier=found.before,
            )
        )  # fmt: skip
    if not found.trends:
        drafts.append(
            write.compose("rank_none", Role.VERDICT, scope=write.word(scope), before=found.before)
        )
    if len(found.trends) > 1:
        drafts += [
            write.compose(
                "grown_line",
                Role.DETAIL,
                Context(trend.entity.series_id, (found.period, found.before)),
                rank=rank,
                name=Named(trend.entity.series_id),
                growth=trend.growth,
                sales=trend.sales,
            )
            for trend, rank in zip(found.trends, found.ranks, strict=True)
        ]
    return drafts + _left_out(write, found.left_out, found.period, found.before)


def _left_out(write: Composer, found: LeftOut, during: Period, before: Period) -> Drafts:
    drafts: Drafts = []
    if found.others is not None:
        about = Context(found.others.entity, (during,))
        drafts.append(write.compose("rank_others", Role.DETAIL, about, others=found.others))
    if found.small is not None:
        about = Context(found.small.entity)
        drafts.append(
            write.compose(
                "rank_small", Role.CAVEAT, about,
                small=found.small, limit=found.limit, before=before,
            )
        )  # fmt: skip
    return drafts


def say_sold_ranking(write: Composer, found: SoldRanking, scope: str, order: Ranked) -> Drafts:
    """Say which series sold most over past days, or least, then a line for each."""
    first, period = found.sales[0], found.sales[0].period
    phrase = "sold_least" if order is Ranked.LEAST else "sold_most"
    name = Named(first.entity)
    drafts = [
        write.compose(
            phrase, Role.VERDICT, scope=write.word(scope), name=name, sales=first, last=period
        )
    ]
    if len(found.sales) > 1:
        drafts += [
            write.compose(
                "sold_line",
                Role.DETAIL,
                Context(sales.entity, (period,)),
                rank=rank,
                name=Named(sales.entity),
                sales=sales,
            )
            for sales, rank in zip(found.sales, found.ranks, strict=True)
        ]
    return drafts


def _ranking_phrase(first: Outlook, order: Ranked) -> str:
    if order is Ranked.LEAST:
        return "rank_least"
    if order is Ranked.MOST or first.growth is None:
        return "rank_volume"
    return _way_phrase("rank", first.growth, order)


def _way_phrase(kind: str, growth: Fact | None, order: Ranked) -> str:
    """Name the phrase of a kind for what goes the way asked for, another, or none."""
    size = shown(growth) if growth is not None else 0
    if size == 0:
        return f"{kind}_level"
    return f"{kind}_growth" if (size > 0) == (order is Ranked.RISE) else f"{kind}_other_way"


def _ranking_line(write: Composer, outlook: Outlook, rank: Fact, order: Ranked) -> Draft:
    horizon = outlook.horizon
    by_growth = order in {Ranked.RISE, Ranked.FALL} and outlook.growth is not None
    phrase = "rank_line" if by_growth else "rank_volume_line"
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


def say_steps(write: Composer, found: list[Fact]) -> Drafts:
    """Say the forecast of each step in a line."""
    return [
        write.compose("step", Role.LINE, Context(fact.entity), period=fact.period, forecast=fact)
        for fact in found
    ]


def say_total(write: Composer, found: Total) -> Drafts:
    """Say what was recorded in a period, or recorded and still expected."""
    name, sales = Named(found.entity.series_id), found.sales
    if found.rest is not None and found.whole is not None:
        context = Context(periods=(sales.period, found.rest.period, found.whole.period))
        return [
            write.compose(
                "sum_both", Role.VERDICT, context, name=name, whole=found.whole,
                period=found.whole.period, sales=sales, forecast=found.rest,
            )
        ]  # fmt: skip
    phrase = "sum_alone" if found.mean is None else "sum"
    about = {"sales": sales, "mean": found.mean, "last": sales.period}
    context = Context(periods=(sales.period,))
    return [write.compose(phrase, Role.VERDICT, context, name=name, **about)]


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
        drafts += say_range(write, each)
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
