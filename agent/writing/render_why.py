"""Reasons and voices to sentences: drivers that sum, tone, quotes, alerts, past accuracy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.language.language import shown
from agent.writing.compose import Context, Named, joined
from agent.writing.sentence import Role
from forecasting import Lever
from signals import DriverGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.proof.citation import Citation
    from agent.proof.facts import Fact, Period
    from agent.tools.findings import (
        Accuracy,
        AlertNote,
        Aspect,
        Changed,
        Drivers,
        Mood,
        Scenario,
        Unseen,
    )
    from agent.understanding.catalogue import Entity
    from agent.writing.compose import Composer, Draft

Drafts = list["Draft"]
_SUPPOSED = {
    Lever.PRICE: "what_if",
    Lever.PROMO: "what_if_promo",
    Lever.SENTIMENT: "what_if_sentiment",
    Lever.STOCK: "what_if_stock",
}


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
        write.word("comma"),
        write.word("and"),
    )
    drafts = [
        write.compose(
            "drivers",
            Role.DRIVERS,
            about,
            name=name,
            baseline=found.baseline,
            parts=listed,
            forecast=found.forecast,
            ahead=ahead,
        )
    ]
    if len(parts) > 1:
        largest = max(parts, key=lambda fact: abs(fact.value))
        main = {"part": write.part(largest.part), "value": largest}
        drafts.append(write.compose("main_driver", Role.DRIVERS, about, name=name, **main))
    if found.gap is not None and shown(found.gap) != 0:
        drafts.append(
            write.compose(
                "from_baseline",
                Role.DRIVERS,
                about,
                name=name,
                sales=found.sales,
                gap=found.gap,
                before=found.horizon.before,
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


def say_mood(write: Composer, found: Mood, role: Role | None = None) -> Drafts:
    """Say how many comments there were, their tone, and whether it changed.

    Parameters
    ----------
    role
        What all of it is for; None where it is the verdict and its details.
    """
    first, then = (role, role) if role else (Role.VERDICT, Role.DETAIL)
    name = Named(found.entity.series_id)
    drafts = [
        write.compose(
            "mood",
            first,
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
                then,
                Context(periods=(found.period,)),
                name=name,
                change=found.change,
                earlier=found.earlier,
            )
        )
    counted = {"complaints": found.complaints, "last": found.period}
    phrase = "mood_complaints_alone"
    if found.complained is not None:
        phrase = "mood_complaints"
        counted |= {"complained": found.complained, "earlier": found.earlier}
    drafts.append(write.compose(phrase, then, Context(), name=name, **counted))
    return drafts


def say_aspects(write: Composer, entity: Entity, found: Sequence[Aspect], tone: int) -> Drafts:
    """Say what comments speak of, a line an aspect.

    Parameters
    ----------
    tone
        -1 where all are spoken of badly, 1 where well, 0 where it was not asked.
    """
    period = found[0].comments.period
    name = Named(entity.series_id)
    about = Context(entity.series_id, (period,))
    lines = [
        write.compose(
            "aspect_line",
            Role.LINE,
            about,
            aspect=write.aspect(each.comments.part),
            comments=each.comments,
            tone=each.tone,
        )
        for each in found
    ]
    phrase = {-1: "aspects_blamed", 0: "aspects", 1: "aspects_praised"}[tone]
    return [write.compose(phrase, Role.VERDICT, name=name, last=period), *lines]


def say_changed(write: Composer, found: Changed, role: Role) -> Drafts:
    """Say what a forecast was in the run before, what it is, and what makes up the difference."""
    phrase = "changed" if shown(found.change) != 0 else "unchanged"
    figures = {"now": found.now, "then": found.then, "change": found.change}
    ahead = found.now.period
    context = Context(periods=(ahead,))
    name = Named(found.entity.series_id)
    said = write.compose(phrase, role, context, name=name, ahead=ahead, **figures)
    if found.whole is None:
        return [said, write.compose("no_sources", Role.CAVEAT)]
    return [said, *_say_sources(write, found, found.whole)]


def _say_sources(write: Composer, found: Changed, whole: Fact) -> Drafts:
    """Say what each source of a change adds; together they make it."""
    about = Context(found.entity.series_id, (whole.period,))
    parts = [fact for fact in found.parts if shown(fact) != 0]
    if not parts:
        return []
    listed = joined(
        [
            write.compose("driver", Role.CHANGED, about, part=write.source(fact.part), value=fact)
            for fact in parts
        ],
        write.word("comma"),
        write.word("and"),
    )
    name = Named(found.entity.series_id)
    figures = {"parts": listed, "whole": whole}
    drafts = [write.compose("changed_sources", Role.CHANGED, about, name=name, **figures)]
    if sum(map(shown, parts)) != shown(whole):
        drafts.append(write.compose("rounded", Role.CAVEAT))
    return drafts


def say_scenario(write: Composer, found: Scenario) -> Drafts:
    """Say what the model gives with changes, and without them."""
    ahead = found.now.period
    about = Context(found.entity.series_id, (ahead,))
    figures: dict[str, object] = {"now": found.now, "then": found.then, "gap": found.gap}
    if shown(found.gap) == 0:
        phrase = "what_if_same"
    elif len(found.supposed) == 1:
        phrase = _SUPPOSED[found.supposed[0].lever]
        figures["assumed"] = found.supposed[0].amount
    else:
        phrase = "what_if_several"
        each = [
            write.compose(f"supposed_{one.lever}", Role.VERDICT, about, assumed=one.amount)
            for one in found.supposed
        ]
        figures["supposed"] = joined(each, write.word("comma"), write.word("and"))
    name = Named(found.entity.series_id)
    said = write.compose(phrase, Role.VERDICT, about, name=name, ahead=ahead, **figures)
    return [said, write.compose("association", Role.CAVEAT)]


def say_unseen(write: Composer, found: Unseen) -> Draft:
    """Say that a change lies outside what the model has seen, and what it has seen."""
    about = Context(found.entity.series_id, (found.low.period,))
    name = Named(found.entity.series_id)
    phrase = f"what_if_beyond_{found.lever}"
    return write.compose(phrase, Role.VERDICT, about, name=name, low=found.low, high=found.high)


def say_quotes(
    write: Composer, entity: Entity, period: Period, citations: Sequence[Citation], phrase: str
) -> Drafts:
    """Quote comments, after a line that says what they are about."""
    if not citations:
        return []
    lead = write.compose(phrase, Role.QUOTE, name=Named(entity.series_id), last=period)
    return [lead, *(write.compose("quote", Role.QUOTE, quote=each) for each in citations)]


def say_alert(write: Composer, found: AlertNote) -> Drafts:
    """Say one alert: what was observed, what is usual, what is at risk, with quotes."""
    words = write.aspect(found.aspect)
    aspect = write.compose("aspect", aspect=words).pieces if found.aspect else ()
    line = write.compose(
        f"alert_{found.kind}",
        Role.DETAIL,
        name=Named(found.entity.series_id),
        aspect="".join(piece.text for piece in aspect),
        observed=found.observed,
        expected=found.expected,
        comments=found.comments,
        window=found.window,
    )
    risk = [] if found.at_risk is None else [_risk(write, found.entity, found.at_risk)]
    quotes = (write.compose("quote", Role.QUOTE, quote=each) for each in found.citations)
    return [line, *risk, *quotes]


def _risk(write: Composer, entity: Entity, at_risk: Fact) -> Draft:
    about = Context(entity.series_id, (at_risk.period,))
    ahead = at_risk.period
    return write.compose("alert_risk", Role.DETAIL, about, ahead=ahead, at_risk=at_risk)


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
