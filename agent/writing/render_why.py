"""Reasons and voices to sentences: drivers that sum, tone, quotes, alerts, past accuracy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.language.language import shown
from agent.writing.compose import Context, Named, joined
from agent.writing.sentence import Role
from signals import DriverGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.proof.citation import Citation
    from agent.proof.facts import Fact, Period
    from agent.tools.findings import Accuracy, AlertNote, Drivers, Mood
    from agent.understanding.catalogue import Entity
    from agent.writing.compose import Composer, Draft

Drafts = list["Draft"]


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
