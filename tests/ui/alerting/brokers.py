"""Real places that rows come from: a folder, Kafka's mock broker, a NATS server, each a process."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nats
from confluent_kafka import Producer

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOCK = Path(__file__).with_name("mock_kafka.py")
_NATS_SERVER = Path(sys.executable).with_name("nats-server")
_LONG_AGO_S = 3600


class Folder:
    """A folder that files are put into."""

    options = ""

    def __init__(self, root: Path) -> None:
        self._root = root / "inbox"
        self._root.mkdir()
        self.address = str(self._root)
        self._files = 0

    def publish(self, messages: Sequence[bytes]) -> None:
        self._files += 1
        draft = self._root / f"{self._files}.part"
        draft.write_bytes(b"\n".join(messages) + b"\n")
        an_hour_ago = time.time() - _LONG_AGO_S
        os.utime(draft, (an_hour_ago, an_hour_ago))
        draft.rename(self._root / f"{self._files}.jsonl")

    def close(self) -> None:
        pass


class Kafka:
    """Kafka's mock broker, which can be frozen as if it were gone."""

    options = "session.timeout.ms=6000 heartbeat.interval.ms=500 socket.timeout.ms=1500"

    def __init__(self, _root: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(_MOCK)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._servers = self._process.stdout.readline().strip()
        self.address = f"kafka://{self._servers}/reviews"

    def publish(self, messages: Sequence[bytes]) -> None:
        producer = Producer({"bootstrap.servers": self._servers})
        for message in messages:
            producer.produce("reviews", message, partition=0)
        assert producer.flush(30) == 0

    def go_away(self) -> None:
        os.kill(self._process.pid, signal.SIGSTOP)

    def come_back(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

    def close(self) -> None:
        self.come_back()
        self._process.communicate()


class Nats:
    """A NATS server with JetStream, which keeps its messages when it is killed."""

    options = "ack_wait_s=3"

    def __init__(self, root: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._store = root / "jetstream"
        self.address = f"nats://127.0.0.1:{self._port}/shop.reviews"
        self._process: subprocess.Popen[bytes] | None = None
        self.come_back()
        asyncio.run(self._create())

    def publish(self, messages: Sequence[bytes]) -> None:
        asyncio.run(self._publish(messages))

    def go_away(self) -> None:
        self._process.kill()
        self._process.wait()

    def come_back(self) -> None:
        command = [str(_NATS_SERVER), "-js", "-sd", str(self._store), "-a", "127.0.0.1"]
        self._process = subprocess.Popen(
            [*command, "-p", str(self._port)], stderr=subprocess.DEVNULL
        )
        for _ in range(300):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
                return
            time.sleep(0.1)

    def close(self) -> None:
        self.go_away()
        shutil.rmtree(self._store, ignore_errors=True)

    async def _create(self) -> None:
        client = await nats.connect(f"nats://127.0.0.1:{self._port}")
        await client.jetstream().add_stream(name="shop", subjects=["shop.*"])
        await client.close()

    async def _publish(self, messages: Sequence[bytes]) -> None:
        client = await nats.connect(f"nats://127.0.0.1:{self._port}")
        for message in messages:
            await client.jetstream().publish("shop.reviews", message)
        await client.close()


def review(number: int, **more: Any) -> bytes:
    """Write a review as a shop would send it."""
    said = {
        "product_id": "P1",
        "text": f"The strap of watch number {number} broke.",
        "event_time": f"2026-03-{number % 28 + 1:02d}T10:00:00Z",
        "stars": 1,
    }
    return json.dumps(said | more).encode()
