"""``groundswell ask``: a question in plain language, an answer with its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import AsOfOption, HomeOption, JsonOption

if TYPE_CHECKING:
    from agent import Answer, Length
    from ui.settings import Settings

_LAST = "last"


def ask(  # noqa: PLR0913 - one parameter an option
    question: Annotated[str, typer.Argument(help="What you want to know, in quotes.")],
    home: HomeOption = None,
    conversation: Annotated[
        str | None,
        typer.Option(
            "--conversation",
            "-c",
            help='Go on with a conversation: its id, or "last".',
        ),
    ] = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    proof: Annotated[
        bool, typer.Option("--proof", help="List every figure with its fact and formula.")
    ] = False,
    length: Annotated[
        str | None,
        typer.Option("--length", help="line, paragraph or report; else as the question asks."),
    ] = None,
) -> None:
    """Answer a question about forecasts, reasons, trends, reviews, alerts and accuracy.

    The answer is kept with all it was made from; groundswell replay gives it again.
    """
    from ui.settings import load_settings
    from ui.wiring import make_actor, make_analyst, make_conversation, make_memory, make_whose

    settings = load_settings(home)
    memory = make_memory(settings)
    whose = make_whose(settings, make_actor(settings))
    known = memory.newest(whose.of) if conversation == _LAST else conversation
    talk = make_conversation(make_analyst(settings, _length_of(length)), memory, whose, known)
    answer = talk.ask(question, as_of.date() if as_of else None)
    print_answer(answer, talk.conversation_id, settings, as_json=as_json, proof=proof)


def _length_of(name: str | None) -> Length | None:
    from agent import Length

    if name is not None and name not in set(Length):
        raise typer.BadParameter(f"{name!r} is no length; give one of {', '.join(Length)}")
    return None if name is None else Length(name)


def print_answer(
    answer: Answer,
    conversation_id: str,
    settings: Settings,
    *,
    as_json: bool = False,
    proof: bool = False,
) -> None:
    """Print an answer, where it is kept and what can be asked next, or one JSON object."""
    from ui.commands.trend_line import print_trend
    from ui.console import out, print_json, print_next

    if as_json:
        print_json(answer.to_dict() | {"conversation_id": conversation_id})
        return
    show_answer(answer)
    print_trend(settings, answer)
    if proof:
        _print_proof(answer)
    out.print(
        f"\nAnswer {answer.answer_id}, conversation {conversation_id}",
        style="dim",
        highlight=False,
    )
    follow_up = 'groundswell ask --conversation last "..."'
    asked = (f'groundswell ask "{question}"' for question in answer.suggestions)
    print_next(*asked, follow_up, f"groundswell replay {answer.answer_id}")


def show_answer(answer: Answer) -> None:
    """Print the text of an answer, and on standard error what a person should know of it."""
    from ui.console import err, out

    out.print(answer.text, markup=False, highlight=False)
    for notice in answer.notices:
        err.print(f"Note: {notice}", markup=False, highlight=False)


def _print_proof(answer: Answer) -> None:
    from ui.console import out

    out.print("\n[bold]Proof[/bold]")
    for entry in answer.proof:
        line = f"  {entry['number']}  {entry['fact_id']}  {entry['source']}  {entry['formula']}"
        out.print(line, markup=False, highlight=False)
