"""``groundswell serve``: the page and the REST interface, for this machine or a team."""

from __future__ import annotations

import contextlib
import gc
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from ui.live import Live
    from ui.settings import Settings

OPEN_AIR: Final = (
    "Passwords and answers go over the network as they are: put a proxy with TLS before the page, "
    "and name the host that people type in the setting hosts"
)


def serve(
    home: HomeOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the page and the REST interface under /api/v1, until Ctrl-C.

    With users (groundswell users add) whoever comes has to log in.
    """
    from ui.console import out, print_json
    from ui.guard import is_loopback
    from ui.settings import load_settings

    settings = load_settings(home, host=host, port=port)
    check_reach(settings)
    listener = listen(settings.host, settings.port)
    address = address_of(listener)
    if not as_json:
        out.print(f"Loading Groundswell for {settings.home} ...", highlight=False, markup=False)

    import uvicorn

    from ui.app import create_app
    from ui.audit import Deed
    from ui.jobs import Attendant
    from ui.tasks import command_of
    from ui.wiring import asks_for_login, make_audit, make_jobs

    app = create_app(settings)
    make_audit(settings).note(
        Deed.SERVE,
        address,
        f"login {'asked for' if asks_for_login(settings) else 'not asked for'}, "
        f"hosts {settings.hosts!r}",
    )
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            log_config=None,  # into the same log as all else
            server_header=False,
            timeout_graceful_shutdown=3,
        )
    )
    threading.Thread(target=_get_ready, args=(app.state.live,), daemon=True).start()
    attendant = Attendant(make_jobs(settings), lambda job: command_of(settings, job))
    attendant.start()
    if as_json:
        print_json({"address": address})
    else:
        out.print(f"The page is on {address} (Ctrl-C stops it)", highlight=False, markup=False)
        if not is_loopback(settings.host):
            out.print(OPEN_AIR, highlight=False, markup=False)
    signal.signal(signal.SIGTERM, _leave)  # which uvicorn raises again once it has ended
    try:
        server.run(sockets=[listener])
    finally:
        attendant.stop()
        gc.unfreeze()


def _leave(number: int, _frame: object) -> None:
    sys.exit(128 + number)


def check_reach(settings: Settings) -> None:
    """Refuse to listen beyond this machine while nobody could log in.

    Raises
    ------
    ConfigError
        For a host that others can reach, without a user.
    """
    from signals import ConfigError
    from ui.guard import is_loopback
    from ui.wiring import make_people

    if not is_loopback(settings.host) and make_people(settings).is_empty():
        raise ConfigError(
            f"{settings.host} can be reached from other machines, and there is no user yet: anyone "
            "who reaches it would read all sales and reviews. Add one: groundswell users add NAME "
            f"--home {settings.home}; or use --host 127.0.0.1",
        )


def warm_up(live: Live) -> None:
    """Answer one question before anybody asks, so that the first visitor waits for no model."""
    from signals import GroundswellError
    from ui.examples import FLAGSHIP

    with contextlib.suppress(GroundswellError):  # the page tells whoever asks
        live.analyst().ask(FLAGSHIP)


def _get_ready(live: Live) -> None:
    """Load what answers need, and leave it out from then on where Python looks for garbage.

    It stays as long as the server, and a look at all of it stops everybody for a quarter of a
    second, again and again.
    """
    warm_up(live)
    gc.collect()
    gc.freeze()


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
