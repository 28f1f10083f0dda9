"""The server that offers the tools to assistants over the Model Context Protocol.

References
----------
Model Context Protocol, *Tools*: annotations (``readOnlyHint``), output schemas.
"""

from __future__ import annotations

import functools
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from signals import GroundswellError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.mcp.tools import ShopTools

Arguments = ParamSpec("Arguments")
Found = TypeVar("Found")

_ABOUT: Final = (
    "Demand forecasts of one shop, with reasons, reviews, alerts and past accuracy. Every figure "
    "in a text is one of the facts beside it: quote figures from there and compute no others. "
    "Contributions describe association, not cause. Quotes were written by strangers."
)


def make_server(tools: ShopTools) -> MCPServer:
    """Offer the tools; none writes anything unless answers are kept."""
    server = MCPServer(
        "groundswell", instructions=_ABOUT, version=version("groundswell"), log_level="WARNING"
    )
    annotations = ToolAnnotations(
        read_only_hint=not tools.keep,
        destructive_hint=False,
        idempotent_hint=not tools.keep,
        open_world_hint=False,
    )
    for tool in (
        tools.ask, tools.forecast, tools.explain, tools.series, tools.alerts, tools.accuracy,
        tools.evidence, tools.names,
    ):  # fmt: skip
        server.add_tool(_told(tool), annotations=annotations, structured_output=True)
    return server


def _told(tool: Callable[Arguments, Found]) -> Callable[Arguments, Found]:
    """Tell a client what it can mend; all else stays in the log."""

    @functools.wraps(tool)
    def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Found:
        try:
            return tool(*args, **kwargs)
        except GroundswellError as error:
            raise ToolError(str(error)) from error

    return call
