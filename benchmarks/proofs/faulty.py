"""The endpoint that fails (`proofs.fault_server`), started, asked and ended."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVER: Final = Path(__file__).with_name("fault_server.py")


@dataclass(frozen=True, slots=True)
class Faulty:
    """A running server.

    Parameters
    ----------
    port, deaf_port
        Of the server, and of a socket that never accepts.
    """

    port: int
    deaf_port: int

    def host(self, mode: str) -> str:
        """Give host and port; those of the deaf socket for ``no_accept``."""
        return f"127.0.0.1:{self.deaf_port if mode == 'no_accept' else self.port}"

    def address(self, mode: str, name: str = "any") -> str:
        """Give where requests fail in one way; ``name`` is what they are counted under."""
        return f"http://{self.host(mode)}/{mode}/{name}"

    def asked(self, name: str) -> int:
        """Count the requests of a name."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/asked/{name}") as told:
            return int(told.read())


@contextmanager
def faulty() -> Iterator[Faulty]:
    """Run the server while the block runs."""
    process = subprocess.Popen(
        [sys.executable, str(_SERVER)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        yield Faulty(*map(int, process.stdout.readline().split()))
    finally:
        process.kill()
        process.stdout.close()
        process.wait()
