"""``groundswell ask``: a question in plain language, an answer with its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from agent import Answer, Length


def ask(
    question: Annotated[str, typer.Argument(help="What you want to know, in quotes.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
    proof: Annotated[
        bool, typer.Option("--proof", help="List every figure with its fact and formula.")
    ] = False,
    length: Annotated[
        str | None,
        typer.Option("--length", help="line, paragraph or report; else as the question asks."),
    ] = None,
) -> None:
    """Answer a question about forecasts, reasons, trends, reviews, alerts and accuracy."""
    from ui.settings import load_settings
    from ui.wiring import make_analyst

    analyst = make_analyst(load_settings(home), _length_of(length))
    print_answer(analyst.ask(question), as_json=as_json, proof=proof)


def _length_of(name: str | None) -> Length | None:
    from agent import Length

    if name is not None and name not in set(Length):
        raise typer.BadParameter(f"{name!r} is no length; give one of {', '.join(Length)}")
    return None if name is None else Length(name)


def print_answer(answer: Answer, *, as_json: bool = False, proof: bool = False) -> None:
    """Print an answer and what can be asked next, or one JSON object."""
    from ui.console import print_json, print_next

    if as_json:
        print_json(answer.to_dict())
        return
    show_answer(answer)
    if proof:
        _print_proof(answer)
    if answer.suggestions:
        print_next(*(f'groundswell ask "{question}"' for question in answer.suggestions))


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
