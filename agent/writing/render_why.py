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


def say_aspects(write: Composer, entity: Entity, found: Sequence[Aspect]) -> Drafts:
    """Say what comments speak of, a line an aspect."""
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
    return [write.compose("aspects", Role.VERDICT, name=name, last=period), *lines]


def say_changed(write: Composer, found: Changed) -> Drafts:
    """Say what a forecast was in the run before, and what it is."""
    phrase = "changed" if shown(found.change) != 0 else "unchanged"
    figures = {"now": found.now, "then": found.then, "change": found.change}
    ahead = found.now.period
    context = Context(periods=(ahead,))
    name = Named(found.entity.series_id)
    return [write.compose(phrase, Role.VERDICT, context, name=name, ahead=ahead, **figures)]


def say_scenario(write: Composer, found: Scenario) -> Drafts:
    """Say what the model gives with a change, and without it."""
    figures = {"now": found.now, "then": found.then, "gap": found.gap, "assumed": found.assumed}
    phrase = "what_if_same" if shown(found.gap) == 0 else _SUPPOSED[found.lever]
    ahead = found.now.period
    context = Context(periods=(ahead,))
    name = Named(found.entity.series_id)
    said = write.compose(phrase, Role.VERDICT, context, name=name, ahead=ahead, **figures)
    return [said, write.compose("association", Role.CAVEAT)]


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
    words = write.aspect(found.aspect)
    aspect = write.compose("aspect", aspect=words).pieces if found.aspect else ()
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
