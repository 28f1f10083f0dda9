"""``groundswell serve``: the page, for this machine."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from ui.live import Live


def serve(
    home: HomeOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    allow_remote: Annotated[
        bool,
        typer.Option(
            "--allow-remote", help="Listen beyond this machine, though there is no login."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Serve the page: chat, forecasts and alerts, until Ctrl-C."""
    from ui.console import out, print_json
    from ui.settings import load_settings

    settings = load_settings(home, host=host, port=port)
    check_reach(settings.host, allow_remote=allow_remote)
    listener = listen(settings.host, settings.port)
    address = address_of(listener)
    if not as_json:
        out.print(f"Loading Groundswell for {settings.home} ...", highlight=False, markup=False)

    import uvicorn

    from ui.app import create_app

    app = create_app(settings)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=3)
    )
    threading.Thread(target=warm_up, args=(app.state.live,), daemon=True).start()
    if as_json:
        print_json({"address": address})
    else:
        out.print(f"The page is on {address} (Ctrl-C stops it)", highlight=False, markup=False)
    server.run(sockets=[listener])


def check_reach(host: str, *, allow_remote: bool) -> None:
    """Refuse to listen beyond this machine unless that is asked for by name.

    Raises
    ------
    ConfigError
        For a host that others can reach, without ``allow_remote``.
    """
    from signals import ConfigError
    from ui.guard import is_loopback

    if not allow_remote and not is_loopback(host):
        raise ConfigError(
            f"{host} can be reached from other machines, and the page has no login yet: anyone who "
            "reaches it reads all sales and reviews. Use --host 127.0.0.1 (and, say, an SSH "
            "tunnel), or add --allow-remote where the network itself keeps others out",
        )


def warm_up(live: Live) -> None:
    """Answer one question before anybody asks, so that the first visitor waits for no model."""
    from signals import GroundswellError
    from ui.examples import FLAGSHIP

    with contextlib.suppress(GroundswellError):  # the page tells whoever asks
        live.analyst().ask(FLAGSHIP)


def listen(host: str, port: int) -> socket.socket:
    """Open the port before anything slow, so that a taken one is told at once.

    Raises
    ------
    ConfigError
        When the port is taken or the host is not one of this machine's.
    """
    from signals import ConfigError

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"cannot listen on {host} port {port} ({error.strerror}); "
            "give another --port (0 takes a free one) or --host",
        ) from error
    return listener


def address_of(listener: socket.socket) -> str:
    """Write the address a browser takes."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
