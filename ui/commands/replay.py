"""``groundswell replay``: an answer given again, from what it was made from or from newer data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent import Replay


def replay(
    answer_id: Annotated[
        str, typer.Argument(help="Id that groundswell ask printed, or the beginning of it.")
    ],
    home: HomeOption = None,
    now: Annotated[
        bool,
        typer.Option("--now", help="Answer from what is known now, and show what differs."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Give a kept answer again, to the byte, from the versions of the tables it was made from.

    Exit code 1 means that the answer came out otherwise. With --now the same question goes to the
    newest run, and what differs is shown.
    """
    from agent import Replay
    from ui.console import print_json
    from ui.forgetting import erasures_since
    from ui.people import Action, may
    from ui.settings import load_settings
    from ui.wiring import make_actor, make_analyst, make_memory, make_past_analyst, make_whose

    settings = load_settings(home)
    person = make_actor(settings)
    mine = None if may(person, Action.MANAGE) else make_whose(settings, person).of
    kept = make_memory(settings).find(answer_id, mine)
    analyst = make_analyst(settings) if now else make_past_analyst(settings, kept.answer)
    replay = Replay(kept, analyst.repeat(kept.answer))
    erased = erasures_since(settings.workspace.erasures, kept.asked_at)
    if as_json:
        print_json({**replay.to_dict(), "erased_since": erased})
    else:
        _print(replay, erased, now=now)
    if not (now or replay.is_same):
        raise typer.Exit(1)


def _print(replay: Replay, erased: Sequence[str], *, now: bool) -> None:
    from ui.commands.ask import show_answer
    from ui.console import err, out

    kept = replay.kept
    out.print(kept.answer.question, style="bold", markup=False, highlight=False)
    if replay.is_same or not replay.difference:
        show_answer(replay.again)
    else:
        out.print(replay.difference, markup=False, highlight=False)
    when = f"{kept.asked_at:%Y-%m-%d %H:%M} UTC"
    if replay.is_same:
        verdict = f"The same to the byte as on {when}."
    elif replay.difference:
        verdict = f"Lines with - were told on {when}, lines with + are told now."
    else:
        verdict = f"The same words as on {when}, from other facts or quotes."
    err.print(verdict, highlight=False)
    if erased and not replay.is_same:
        err.print(
            f"What authors wrote who asked to be forgotten was erased since, last on "
            f"{erased[-1][:10]}: what was told from it cannot come again.",
            highlight=False,
        )
    elif not (now or replay.is_same):
        err.print(
            f"The data are those of then; Groundswell {kept.code_version} answered then.",
            highlight=False,
        )
