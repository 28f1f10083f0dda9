"""What the page says, as plain functions: conversation, alerts, head and foot."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from signals import Col, GroundswellError
from ui import cards
from ui.demo_shop import holds_demo
from ui.examples import example_questions
from ui.markup import banner, chips, empty, join, no_run, pairs
from ui.people.login_page import LOGOUT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent import Answer
    from ui.live import Live

ALL: Final = ""
"""Choice of every category."""

OWN_FOLDER: Final = " --home my-shop"

_BROKEN: Final = "Something went wrong on this machine; the log of groundswell serve says what."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer, or with the reason why there is none."""

    question: str
    answer: Answer | None = None
    failure: str = ""
    conversation_id: str | None = None


def header(live: Live, user: str = "") -> str:
    """Name the workspace, the run that everything on the page comes from, and who is logged in."""
    run = live.run()
    facts = [("workspace", live.settings.home.resolve().name)]
    if run is not None:
        facts += [
            ("data up to", f"{run.made_on:%d %b %Y}"),
            ("demand is", str(run.measure)),
            ("run", run.run_id[:12]),
        ]
    leave = Markup('<a href="{}">{}</a>').format(LOGOUT, user) if user else ""
    return Markup(
        '<div class="gs"><div class="gs-head"><h1>Ground<span>swell</span></h1>'
        '<span class="gs-quiet">what will sell, why, and what people are saying</span>{}'
        "{}</div></div>"
    ).format(pairs(facts, "gs-facts"), leave)


def footer(live: Live) -> str:
    """Say what to type next."""
    if live.run() is None:
        return ""
    demo = live.kept("demo", lambda: holds_demo(live.lake))
    return Markup(
        '<div class="gs"><div class="gs-foot">{}<code>groundswell ingest FILE{}</code> then '
        "<code>groundswell run{}</code>. Every number here has its proof; contributions describe "
        "the forecast, they are not causes.</div></div>"
    ).format(
        "This is the demo shop. For your own data: " if demo else "For newer data: ",
        *[OWN_FOLDER if demo else f" --home {live.settings.home}"] * 2,
    )


def ask(live: Live, question: str, earlier: Sequence[Turn] = (), owner: str = "") -> Turn:
    """Answer one question; what goes wrong is part of the turn, never an exception.

    Parameters
    ----------
    earlier
        The conversation so far; a follow-up leans on its last answer.
    owner
        ``user_id`` of who asks; empty where there is no login.
    """
    question = question.strip()
    known = next((turn for turn in reversed(earlier) if turn.answer), Turn(""))
    try:
        talk = live.talk(known.conversation_id, known.answer, owner)
        return Turn(question, talk.ask(question), conversation_id=talk.conversation_id)
    except GroundswellError as error:
        return Turn(question, failure=str(error))
    except Exception:
        logger.exception("a question could not be answered")
        return Turn(question, failure=_BROKEN)


def conversation(live: Live, turns: Sequence[Turn], waiting: str = "") -> str:
    """Show the conversation, or how to begin one.

    Parameters
    ----------
    waiting
        A question that is being answered.
    """
    if not turns and not waiting:
        return _welcome(live)
    several = len(turns) > 1
    shown = [_turn(turn, place, several=several) for place, turn in enumerate(turns)]
    if waiting:
        thinking = Markup('<div class="gs-answer gs-waiting">Looking at the data</div>')
        shown.append(_exchange(waiting, thinking))
    return Markup('<div class="gs" role="log" aria-live="polite">{}</div>').format(join(shown))


def alert_choices(live: Live) -> list[tuple[str, str]]:
    """List the categories that have open alerts, all of them first."""
    found = live.alerts()
    names = sorted({category for category in found[Col.CATEGORY] if category})
    return [(f"All categories ({len(found)})", ALL), *((name, name) for name in names)]


def alert_title(live: Live) -> str:
    """Name the tab of alerts with how many are open."""
    count = len(live.alerts())
    return f"Alerts ({count})" if count else "Alerts"


def alerts(live: Live, category: str | None) -> str:
    """Show the open alerts of a category, the most severe first."""
    if live.run() is None:
        return no_run()
    found = live.alerts()
    if category:
        found = found[found[Col.CATEGORY] == category]
    if found.empty:
        return empty(
            "No open alerts", "What people write is as it usually is.", "groundswell alerts"
        )
    shown = found.sort_values(Col.SEVERITY, ascending=False, kind="stable")
    body = join(cards.alert_card(row) for _, row in shown.iterrows())
    return Markup('<div class="gs">{}</div>').format(body)


def _welcome(live: Live) -> str:
    if live.run() is None:
        return no_run()
    return Markup(
        '<div class="gs"><div class="gs-welcome"><h2>What would you like to know?</h2>'
        '<p class="gs-quiet">Answers come from your own numbers and reviews, with proof for '
        "each.</p>{}</div></div>"
    ).format(chips(live.kept("examples", lambda: example_questions(live)), "Example questions"))


def _turn(turn: Turn, place: int, *, several: bool) -> Markup:
    if turn.answer is None:
        body = banner(turn.failure, refusal=True)
    else:
        charted = several and turn.answer.chart is not None
        body = cards.answer_card(turn.answer, place, charted=charted)
    return _exchange(turn.question, Markup('<article class="gs-answer">{}</article>').format(body))


def _exchange(question: str, body: Markup) -> Markup:
    return Markup('<section class="gs-turn"><div class="gs-question">{}</div>{}</section>').format(
        question, body
    )
