"""Random JSON-RPC against the server of the tools, as an assistant gone mad would send it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from reporting import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofs.size import Size

    from ui.settings import Settings

_METHODS: Final = (
    "tools/call", "tools/list", "ping", "resources/read", "prompts/get", "initialize", "",
    "x" * 999, "notifications/cancelled", "completion/complete", "logging/setLevel", "../tools",
)  # fmt: skip
_TOOLS: Final = (
    "ask",
    "forecast",
    "explain",
    "series",
    "names",
    "evidence",
    "delete",
    "__init__",
    "",
)
_VALUES: Final = (None, True, -1, 1e308, "", "PulseBand", "\x00", "9999-99-99", "x" * 3000, [], {},
                  [[]] * 9, {"a": {"b": []}}, "2025-01-01", "zz")  # fmt: skip
_FIELDS: Final = ("question", "series", "first_day", "last_day", "language", "topic", "as_of",
                  "kind", "conversation_id", "extra")  # fmt: skip
_HELLO: Final = {
    "jsonrpc": "2.0", "id": "hello", "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {},
               "clientInfo": {"name": "proof", "version": "1"}},
}  # fmt: skip
_LAST: Final = {"jsonrpc": "2.0", "id": "last", "method": "tools/call",
                "params": {"name": "names", "arguments": {}}}  # fmt: skip


def tools_under_noise(settings: Settings, size: Size) -> Iterator[Figure]:
    """Send lines to ``groundswell mcp``; it must still answer what comes after them."""
    count = size.pick(5000, 0)
    if not count:
        return
    random = np.random.default_rng(5)
    lines = [json.dumps(_HELLO), '{"jsonrpc":"2.0","method":"notifications/initialized"}']
    lines += [_line(random, number) for number in range(count)]
    given = {"GROUNDSWELL_SCORER": "lexicon", "GROUNDSWELL_ENCODER": "hashing"}
    command = [sys.executable, "-m", "ui", "mcp", "--home", str(settings.home)]
    with subprocess.Popen(
        command, env={**os.environ, **given}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        sent = "\n".join([*lines, json.dumps(_LAST)]) + "\n"
        answers = _talk(server, sent.encode("utf-8", "replace"))
    last = next((each for each in answers if each.get("id") == "last"), {})
    broken = "result" not in last or last["result"].get("isError", False)
    told = [each for each in answers if "jsonrpc" not in each]
    traces = [each for each in answers if "Traceback" in json.dumps(each)]
    yield Figure("JSON-RPC messages to the tools", count, "messages", "higher", 5000)
    yield Figure("servers of tools that ended", int(broken), "servers", "lower", 0)
    yield Figure("answers of tools that are none", len(told) + len(traces), "answers", "lower", 0)


def _talk(server: subprocess.Popen[bytes], sent: bytes) -> list[dict[str, Any]]:
    """Send all, while what comes back is read, until the last one is answered or all has ended."""
    import threading

    def write() -> None:
        assert server.stdin is not None
        server.stdin.write(sent)
        server.stdin.flush()

    threading.Thread(target=write, daemon=True).start()
    answers: list[dict[str, Any]] = []
    for line in server.stdout or ():
        answers.append(json.loads(line))
        if answers[-1].get("id") == "last":
            break
    server.kill()
    return answers


def _line(random: np.random.Generator, number: int) -> str:
    """Make a message: mostly well formed, sometimes cut, sometimes no JSON."""
    method = _METHODS[0] if random.random() < 0.6 else str(random.choice(_METHODS))
    picked = random.choice(_FIELDS, size=int(random.integers(0, 4)), replace=False)
    arguments = {str(name): _VALUES[random.integers(len(_VALUES))] for name in picked}
    message: dict[str, Any] = {
        "jsonrpc": "2.0" if random.random() < 0.95 else "1.0",
        "id": number if random.random() < 0.9 else _VALUES[random.integers(len(_VALUES))],
        "method": method,
        "params": {"name": str(random.choice(_TOOLS)), "arguments": arguments},
    }
    if random.random() < 0.1:
        message["params"] = _VALUES[random.integers(len(_VALUES))]
    text = json.dumps(message)
    if random.random() < 0.05:
        return text[: int(random.integers(1, len(text)))]
    return "[" * 5000 if random.random() < 0.01 else text
