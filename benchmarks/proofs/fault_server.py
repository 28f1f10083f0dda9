"""An endpoint that fails in the way its address says, run as a process of its own.

Prints two ports: of the server, and of a socket that never accepts. The way it fails is the first
part of a path, ``/MODE/...``; ``/MODE@2/...`` fails only from the third request on. What it answers
otherwise is by the rest of the path: a chat model, a web hook, or a hub of weights. ``GET
/asked/NAME`` tells how many requests there were whose path holds a part NAME.
"""

from __future__ import annotations

import gzip
import json
import re
import socket
import struct
import sys
import time
from collections import Counter
from contextlib import suppress
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Final

WEIGHTS: Final = b"GGUF" + bytes(range(256)) * 400
"""The file that the hub holds."""
ELSEWHERE: Final = "metadata"
"""Part of the path that redirects lead to."""
_HUGE: Final = 300_000_000
_BLOCK: Final = b" " * 1_000_000
_STEP_S: Final = 0.3
_FOREVER_S: Final = 60.0


class Mode(StrEnum):
    """Ways to answer; all but the first two are faults."""

    GOOD = "good"
    LYING = "lying"
    HANG = "hang"
    HANG_IN_BODY = "hang_in_body"
    SLOW_HEADERS = "slow_headers"
    DRIP = "drip"
    ERROR = "error"
    BUSY = "busy"
    BUSY_SOON = "busy_soon"
    BUSY_LONG = "busy_long"
    CUT = "cut"
    HALF = "half"
    RESET = "reset"
    EMPTY = "empty"
    HUGE = "huge"
    BOMB = "bomb"
    REDIRECT = "redirect"
    CUT_STREAM = "cut_stream"
    WRONG_TYPE = "wrong_type"
    BINARY = "binary"
    NESTED = "nested"
    ENVELOPE = "envelope"
    SCHEMA = "schema"
    GARBAGE = "garbage"
    TOOLS = "tools"
    QUOTES = "quotes"


_WAITS: Final = {Mode.BUSY_SOON: 1, Mode.BUSY_LONG: 3600}  # seconds
_STATUS: Final = {Mode.ERROR: 500, Mode.BUSY: 429, **dict.fromkeys(_WAITS, 429), Mode.REDIRECT: 307,
                  Mode.QUOTES: 401}  # fmt: skip
_TYPES: Final = {Mode.WRONG_TYPE: "text/html", Mode.CUT_STREAM: "text/event-stream"}
_STREAM: Final = b'data: {"id": "1", "choices": [{"delta": {"content": "{\\"intent\\": '


class Endpoint(BaseHTTPRequestHandler):
    """One request."""

    asked: ClassVar[Counter[str]] = Counter()  # requests by each part of their path

    def do_GET(self) -> None:
        parts = self.path.split("/")
        if parts[1] == "asked":
            self._send(str(self.asked[parts[2]]).encode())
        else:
            self._answer(parts, {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self._answer(self.path.split("/"), body)

    def log_message(self, *args: object) -> None:
        pass

    def _answer(self, parts: list[str], body: dict[str, Any]) -> None:
        self.asked.update(set(parts))
        mode, _, good_first = parts[1].partition("@")
        if self.asked["/".join(parts[1:3])] < int(good_first or 0):
            mode = Mode.GOOD
        self.asked["/".join(parts[1:3])] += 1
        with suppress(ConnectionError):
            self._fail(Mode(mode), _told(parts, body, Mode(mode)))

    def _fail(self, mode: Mode, told: bytes) -> None:
        match mode:
            case Mode.HANG | Mode.HANG_IN_BODY:
                if mode is Mode.HANG_IN_BODY:
                    self._head(len(told))
                time.sleep(_FOREVER_S)
            case Mode.SLOW_HEADERS | Mode.DRIP:
                slow = b"HTTP/1.1 200 OK\r\nx-waiting: " + b"." * 1000
                if mode is Mode.DRIP:
                    slow = told + b" " * 1000
                    self._head(len(slow))
                self._slowly(slow)
            case Mode.RESET:
                at_once = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
                self.connection.close()
            case Mode.HUGE:
                self._head(_HUGE)
                for _ in range(_HUGE // len(_BLOCK)):
                    self.wfile.write(_BLOCK)
            case _:
                self._at_once(mode, told)

    def _at_once(self, mode: Mode, told: bytes) -> None:
        headers = {"content-type": _TYPES.get(mode, "application/json")}
        if mode in _WAITS:
            headers["retry-after"] = str(_WAITS[mode])
        if mode is Mode.REDIRECT:
            headers["location"] = (
                f"http://localhost:{self.server.server_port}/good/{ELSEWHERE}/hook"
            )
        if mode is Mode.QUOTES:
            said = f"Incorrect API key provided: {self.headers['authorization']}"
            told = json.dumps({"error": {"message": said, "code": "invalid_api_key"}}).encode()
        if mode is Mode.BOMB:
            told = gzip.compress(_BLOCK) * 200  # 200 MB in 200 kB: members one after another
            headers["content-encoding"] = "gzip"
        if mode in {Mode.CUT, Mode.CUT_STREAM}:
            headers["content-length"] = str(2 * len(told))
        self._send(told, headers, _STATUS.get(mode, 200))

    def _slowly(self, told: bytes) -> None:
        for byte in told:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(_STEP_S)

    def _send(self, told: bytes, headers: dict[str, str] | None = None, status: int = 200) -> None:
        self._head(len(told), headers, status)
        self.wfile.write(told)

    def _head(self, length: int, headers: dict[str, str] | None = None, status: int = 200) -> None:
        self.send_response(status)
        for name, value in {"content-length": str(length), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()


def _told(parts: list[str], body: dict[str, Any], mode: Mode) -> bytes:
    """Give the body of an answer; faults of content are in it already."""
    told = {
        Mode.EMPTY: b"",
        Mode.CUT_STREAM: _STREAM,
        Mode.WRONG_TYPE: b"<html><body>Please log in: 4,200 units</body></html>",
        Mode.BINARY: bytes(range(256)) * 40,
        Mode.NESTED: b"[" * 100_000,
        Mode.ENVELOPE: b'{"units": 4200, "choices": "none"}',
    }
    if mode in told:
        return told[mode]
    if "resolve" in parts:
        right = WEIGHTS
    else:
        right = json.dumps(_chat(body, mode) if "messages" in body else {}).encode()
    return right[: len(right) // 2] if mode is Mode.HALF else right


def _chat(body: dict[str, Any], mode: Mode) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": ""}
    first = body["messages"][-1]["role"] == "user"
    if mode is Mode.TOOLS:
        message["tool_calls"] = [_call("run_shell", command="rm -rf /")]
    elif mode is Mode.SCHEMA and first and "tools" in body:
        message["tool_calls"] = [_call("rank_growth", scope=["buy", 999], rows=50)]
    elif first and "tools" in body and mode is not Mode.GARBAGE:
        message["tool_calls"] = [_call("rank_growth", scope="category", direction="up", why=True)]
    else:
        message["content"] = _content(body, mode)
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    return {"id": "1", "object": "chat.completion", "created": 1, "model": body["model"],
            "choices": [choice], "usage": usage}  # fmt: skip


def _call(name: str, **asked: object) -> dict[str, Any]:
    function = {"name": name, "arguments": json.dumps(asked)}
    return {"id": f"c-{name}", "type": "function", "function": function}


def _content(body: dict[str, Any], mode: Mode) -> str:
    if mode is Mode.GARBAGE:
        return "I would rather talk about the sea."
    if mode is Mode.SCHEMA:
        return json.dumps({"intent": ["buy", 999], "rows": [{"units": 4200}] * 50})
    if "tools" in body:
        return json.dumps({"sentences": []})
    asked = json.loads(body["messages"][-1]["content"])
    if "question" in asked:
        return json.dumps(_plan(asked, mode))
    texts = [
        (options := _worded(each["text"], mode))[place % len(options)]
        for place, each in enumerate(asked["sentences"])
    ]
    ids = [each["id"] for each in asked["sentences"]]
    pairs = zip(ids, texts, strict=True)
    return json.dumps({"sentences": [{"id": name, "text": text} for name, text in pairs]})


def _plan(asked: dict[str, Any], mode: Mode) -> dict[str, Any]:
    question = asked["question"].lower()
    if "names" in asked:
        return {"names": [
            name.split(":")[0] for name in asked["names"]
            if name.split(": ")[1].split(" (")[0] in question
        ]}  # fmt: skip
    rank = "which" in question or "lift off" in question
    return {"intent": "rank_growth" if rank else "forecast",
            "scope": "category" if rank else None,
            "weeks_ahead": 9 if mode is Mode.LYING else None, "why": False}  # fmt: skip


def _worded(text: str, mode: Mode) -> list[str]:
    if mode is Mode.LYING:
        return [text + " That is 4,200 more.", re.sub(r"\{f1\}", "99 units", text),
                text.replace("{n1}", ""), text.replace("grow", "fall")]  # fmt: skip
    return [text.replace("is expected to", "is set to").replace("against", "set against")]


def main() -> None:
    """Serve until killed."""
    deaf = socket.socket()
    deaf.bind(("127.0.0.1", 0))
    deaf.listen(0)
    full = [socket.socket() for _ in range(2)]  # what fills the queue of those that wait
    for each in full:
        each.setblocking(False)
        each.connect_ex(deaf.getsockname())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_address[1]} {deaf.getsockname()[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
