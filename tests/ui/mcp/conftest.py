"""A client of the tools, in this process."""

from __future__ import annotations

import pytest

pytest.importorskip("mcp", reason="needs the extra mcp")


@pytest.fixture
def client_of(small_shop):
    """Connect a client to the tools of the tiny shop; ``keep`` keeps answers."""
    from mcp import Client

    from ui.live import Live
    from ui.mcp.server import make_server
    from ui.mcp.tools import ShopTools

    def connect(*, keep: bool = False, settings=small_shop.settings) -> Client:
        return Client(make_server(ShopTools(Live(settings), keep=keep)))

    return connect
