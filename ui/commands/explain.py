"""``groundswell explain``: a forecast taken apart, with reviews and past accuracy."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.options import AsOfOption, HomeOption, JsonOption


def explain(
    series: Annotated[str, typer.Argument(help="Product, category or brand; a name or an id.")],
    home: HomeOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    proof: Annotated[
        bool, typer.Option("--proof", help="List every figure with its fact and formula.")
    ] = False,
) -> None:
    """Explain the forecast of a product, category or brand."""
    from ui.commands.ask import print_answer
    from ui.settings import load_settings
    from ui.wiring import make_actor, make_analyst, make_conversation, make_memory, make_whose

    settings = load_settings(home)
    whose = make_whose(settings, make_actor(settings))
    talk = make_conversation(make_analyst(settings), make_memory(settings), whose)
    answer = talk.explain(series, as_of.date() if as_of else None)
    print_answer(answer, talk.conversation_id, settings, as_json=as_json, proof=proof)
