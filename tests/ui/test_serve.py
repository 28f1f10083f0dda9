"""``groundswell serve``: where it listens, and where it refuses to."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from signals import ConfigError
from ui.commands.serve import address_of, check_reach, listen, warm_up
from ui.live import Live
from ui.people import Role
from ui.wiring import make_people

if TYPE_CHECKING:
    from ui.settings import Settings


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "shop.example.org"])
def test_a_host_that_others_reach_is_refused_without_a_user(
    empty_home: Settings, host: str
) -> None:
    settings = empty_home.model_copy(update={"host": host})

    with pytest.raises(ConfigError, match=r"no user yet.*users add NAME.*--host 127\.0\.0\.1"):
        check_reach(settings)


def test_a_host_that_others_reach_is_served_with_a_user(empty_home: Settings) -> None:
    make_people(empty_home).add("ann", Role.VIEWER, "a hash")

    check_reach(empty_home.model_copy(update={"host": "0.0.0.0"}))


def test_warming_up_before_the_first_run_is_no_error(empty_home: Settings) -> None:
    warm_up(Live(empty_home))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_is_always_served(empty_home: Settings, host: str) -> None:
    check_reach(empty_home.model_copy(update={"host": host}))


def test_port_zero_takes_a_free_one_and_says_which() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]

        assert address_of(listener) == f"http://127.0.0.1:{port}"
        assert port > 0


def test_a_taken_port_is_told_before_anything_is_loaded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(ConfigError, match=rf"port {port}.*give another --port"):
            listen("127.0.0.1", port)
