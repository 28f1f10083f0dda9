"""A chat endpoint for tests, run as a process of its own: python chat_server.py MODE.

Prints its port. Modes: good, lying, garbage, error, busy, hang, drip, huge, redirect, cut, empty,
schema (JSON of another form), tools (calls of tools that do not exist), quotes (an error that
quotes the key).
"""

from __future__ import annotations

import json
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODE = sys.argv[1] if len(sys.argv) > 1 else "good"


def plan(content):
    question = content["question"].lower()
    names = [
        n.split(":")[0] for n in content["names"] if n.split(": ")[1].split(" (")[0] in question
    ]
    rank = "which" in question or "lift off" in question
    return {"intent": "rank_growth" if rank else "forecast", "names": names,
            "scope": "category" if rank else None, "weeks_ahead": 9 if MODE == "lying" else None,
            "why": False}  # fmt: skip


def worded(text):
    if MODE == "lying":
        return [text + " That is 4,200 more.", re.sub(r"\{f1\}", "99 units", text),
                text.replace("{n1}", ""), text.replace("grow", "fall")]  # fmt: skip
    return [text.replace("is expected to", "is set to").replace("against", "set against")]


def reply(body):
    content = json.loads(body["messages"][-1]["content"])
    if "question" in content:
        found = plan(content)
    else:
        found = {"sentences": [
            {"id": s["id"], "text": (options := worded(s["text"]))[place % len(options)]}
            for place, s in enumerate(content["sentences"])
        ]}  # fmt: skip
    if MODE == "schema":
        found = {"intent": ["buy", 999], "rows": [{"units": 4200}] * 50}
    text = json.dumps(found)
    return "I would rather talk about the sea." if MODE == "garbage" else text


class Endpoint(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if MODE in {"error", "busy", "quotes"}:
            return self.fail()
        if MODE == "hang":
            time.sleep(60)
        if MODE == "redirect":
            self.send_response(307)
            self.send_header("location", "http://127.0.0.1:9/v1/chat/completions")
            self.end_headers()
            return None
        message = {"role": "assistant", "content": ""}
        if MODE == "tools":
            run = {"name": "run_shell", "arguments": '{"command": "rm -rf /"}'}
            message["tool_calls"] = [{"id": "c1", "type": "function", "function": run}]
        else:
            message["content"] = reply(body)
        answer = json.dumps({
            "id": "1", "object": "chat.completion", "created": 1, "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
        }).encode()  # fmt: skip
        answer = {"cut": answer[: len(answer) // 2], "empty": b""}.get(MODE, answer)
        if MODE == "huge":
            answer += b" " * 5_000_000
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        for byte in answer if MODE == "drip" else [answer]:
            self.wfile.write(bytes([byte]) if MODE == "drip" else byte)
            self.wfile.flush()
            if MODE == "drip":
                time.sleep(0.3)
        return None

    def fail(self):
        if MODE != "quotes":
            return self.send_error({"error": 500, "busy": 429}[MODE])
        said = f"Incorrect API key provided: {self.headers['authorization']}"
        answer = json.dumps({"error": {"message": said, "code": "invalid_api_key"}}).encode()
        self.send_response(401)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        return None

    def log_message(self, *args):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
