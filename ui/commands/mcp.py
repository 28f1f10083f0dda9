"""``groundswell mcp``: the analyst as tools for assistants that speak the protocol."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.options import HomeOption


def mcp(
    home: HomeOption = None,
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Keep answers in the workspace, as groundswell ask does."),
    ] = False,
) -> None:
    """Serve the tools of the analyst over standard input and output (Model Context Protocol).

    Assistants start this command themselves. Without --keep nothing is written. With
    GROUNDSWELL_TOKEN in their environment they act as that user.
    """
    from signals import MissingExtra
    from ui.audit import Door, acting
    from ui.live import Live
    from ui.mcp.tools import ShopTools
    from ui.settings import load_settings
    from ui.wiring import make_actor

    try:
        from ui.mcp.server import make_server
    except ImportError as error:
        raise MissingExtra(str(error.name), "mcp") from error
    settings = load_settings(home)
    person = make_actor(settings)
    with acting(person.name, Door.MCP):
        make_server(ShopTools(Live(settings), keep=keep, person=person)).run("stdio")
