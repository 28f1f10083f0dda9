"""Head and foot of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from ui.demo_shop import holds_demo
from ui.markup import empty, pairs
from ui.people.login_page import LOGOUT

if TYPE_CHECKING:
    from ui.live import Live
    from ui.views.words import Words

OWN_FOLDER: Final = " --home my-shop"


def header(live: Live, words: Words, user: str = "") -> Markup:
    """Name the workspace, the run that everything comes from, and who is logged in."""
    run = live.run()
    facts = [(words["frame.workspace"], live.settings.home.resolve().name)]
    if run is not None:
        facts += [
            (words["frame.data_up_to"], words.day(run.made_on)),
            (words["frame.demand_is"], words.called("measure", str(run.measure))),
            (words["frame.run"], run.run_id[:12]),
        ]
    leave = Markup('<a href="{}">{}</a>').format(LOGOUT, words.say("frame.leave", name=user))
    leave = leave if user else Markup("")
    return Markup(
        '<div class="gs"><div class="gs-head"><h1>Ground<span>swell</span></h1>'
        '<span class="gs-quiet">{}</span>{}{}</div></div>'
    ).format(words["frame.promise"], pairs(facts, "gs-facts"), leave)


def footer(live: Live, words: Words) -> Markup:
    """Say what to type next."""
    if live.run() is None:
        return Markup("")
    demo = live.kept("demo", lambda: holds_demo(live.lake))
    return Markup(
        '<div class="gs"><div class="gs-foot">{} <code>groundswell ingest FILE{}</code> '
        "<code>groundswell run{}</code> {}</div></div>"
    ).format(
        words["frame.own_data" if demo else "frame.newer_data"],
        *[OWN_FOLDER if demo else f" --home {live.settings.home}"] * 2,
        words["frame.proof"],
    )


def no_run(words: Words) -> Markup:
    """Say what to do before the first run."""
    return empty(words["frame.no_run"], words["frame.no_run_hint"], "groundswell demo")
