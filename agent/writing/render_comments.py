"""Counts of comments to sentences: rankings by complaints and tone, and single aspects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.understanding.plan import Ranked, Wanted
from agent.writing.compose import Context, Named
from agent.writing.sentence import Role

if TYPE_CHECKING:
    from agent.proof.facts import Period
    from agent.tools.comments import AspectMood, CommentRanking
    from agent.understanding.catalogue import Entity
    from agent.writing.compose import Composer, Draft

_PHRASES = {
    (Wanted.COMPLAINTS, Ranked.MOST): "complained_most",
    (Wanted.COMPLAINTS, Ranked.LEAST): "complained_least",
    (Wanted.TONE, Ranked.MOST): "rated_best",
    (Wanted.TONE, Ranked.LEAST): "rated_worst",
}
_LINES = {Wanted.COMPLAINTS: "complained_line", Wanted.TONE: "rated_line"}


def say_comment_ranking(
    write: Composer, found: CommentRanking, scope: str, by: Wanted, order: Ranked
) -> list[Draft]:
    """Say which series draws most complaints or is spoken of best, then a line for each."""
    ending = "_of" if found.aspect else ""
    period = found.period
    told = {"aspect": write.aspect(found.aspect), "last": period}
    drafts: list[Draft] = []
    if not found.lines:
        none = "said_little_all" if found.left_out.small is not None else "complained_none"
        scopes = write.word(scope)
        drafts = [write.compose(none + ending, Role.VERDICT, Context(), scope=scopes, **told)]
        return drafts + _few(write, found)
    first = found.lines[0]
    drafts = [
        write.compose(
            _PHRASES[by, order] + ending, Role.VERDICT, Context(), scope=write.word(scope),
            name=Named(first.entity.series_id), negative=first.negative, tone=first.tone, **told,
        )
    ]  # fmt: skip
    if len(found.lines) > 1:
        drafts += [
            write.compose(
                _LINES[by] + ending, Role.DETAIL, Context(each.entity.series_id, (period,)),
                rank=each.rank, name=Named(each.entity.series_id), negative=each.negative,
                comments=each.comments, tone=each.tone, **told,
            )
            for each in found.lines
        ]  # fmt: skip
    return drafts + _few(write, found)


def _few(write: Composer, found: CommentRanking) -> list[Draft]:
    """Say how many were left out for want of comments."""
    if found.left_out.small is None:
        return []
    few = {"small": found.left_out.small, "limit": found.left_out.limit}
    about = Context(found.left_out.small.entity)
    return [write.compose("said_little", Role.CAVEAT, about, last=found.period, **few)]


def say_aspect_mood(write: Composer, found: AspectMood, before: Period) -> list[Draft]:
    """Say how many comments speak of one aspect and how, how many blame it, and did before."""
    name, last = Named(found.entity.series_id), found.comments.period
    figures = {"comments": found.comments, "tone": found.tone}
    aspect = write.aspect(found.aspect)
    blamed: dict[str, object] = {"name": name, "negative": found.negative, "last": last}
    phrase = "mood_of_blamed"
    if found.earlier is not None:
        phrase = "mood_of_before"
        blamed |= {"earlier": found.earlier, "before": before}
    return [
        write.compose(
            "mood_of", Role.VERDICT, Context(), name=name, aspect=aspect, last=last, **figures
        ),
        write.compose(phrase, Role.DETAIL, Context(), **blamed),
    ]


def say_no_aspect(write: Composer, entity: Entity, period: Period, aspect: str) -> Draft:
    """Say that nobody speaks of an aspect."""
    return write.compose(
        "no_aspect_of", Role.VERDICT,
        name=Named(entity.series_id), last=period, aspect=write.aspect(aspect),
    )  # fmt: skip
