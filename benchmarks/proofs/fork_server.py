"""A reader's interpreter, started once, and a fork of it for every file.

Each fork takes the limits of a reader and runs the function that a new interpreter would run; what
is saved is the start. ``serve`` runs in the isolated interpreter, ``ForkedReaders`` beside it.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from signals.intake.readers import Ended, Limits

_KIB: Final = 1024


class ForkedReaders:
    """Runs readers for ``read_raw``; keeps the peak memory and the time of the hungriest."""

    def __init__(self) -> None:
        from signals.intake.readers import READER, reader_environment

        start = f"{READER}\nsys.path.append({str(Path(__file__).parent)!r})\n"
        start += "from fork_server import serve\nserve(answer)\n"
        self._server = subprocess.Popen(
            [sys.executable, "-I", "-c", start],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=reader_environment(),
        )
        self.peak_bytes = 0
        self.longest_s = 0.0
        self.runs = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.communicate()

    def __call__(self, request: dict[str, Any], limits: Limits) -> Ended:
        """Have one file read; as ``signals.intake.readers.run_reader``."""
        from signals.intake.readers import Ended

        if self._server.stdin is None or self._server.stdout is None:
            raise ValueError("the server of forks has no pipes")
        self._server.stdin.write(json.dumps({**request, "wall_s": limits.wall_s}) + "\n")
        self._server.stdin.flush()
        told = json.loads(self._server.stdout.readline())
        self.peak_bytes = max(self.peak_bytes, told["peak_bytes"])
        self.longest_s = max(self.longest_s, told["seconds"])
        self.runs += 1
        return Ended(told["code"], told["said"])


def serve(answer: Callable[[dict[str, Any]], None]) -> None:
    """Fork for every request on standard input until there are no more."""
    import openpyxl  # noqa: F401 - each fork would import them anew
    import pyarrow.parquet  # noqa: F401

    gc.freeze()  # a collection in a fork would copy every page it looks at
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_forked(answer, json.loads(line))) + "\n")
        sys.stdout.flush()


def _forked(answer: Callable[[dict[str, Any]], None], request: dict[str, Any]) -> dict[str, Any]:
    began = time.monotonic()
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if not child:
            _run(answer, request, said.fileno())
        watched = os.pidfd_open(child)
        in_time = bool(select.select([watched], [], [], request["wall_s"])[0])
        if not in_time:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        _, status, used = os.wait4(child, 0)
        os.close(watched)
        said.seek(0)
        return {
            "code": os.waitstatus_to_exitcode(status) if in_time else None,
            "said": said.read().decode("utf-8", "replace")[-2000:],
            "peak_bytes": used.ru_maxrss * _KIB,
            "seconds": time.monotonic() - began,
        }


def _run(answer: Callable[[dict[str, Any]], None], request: dict[str, Any], said: int) -> None:
    """Be the reader; never come back."""
    os.dup2(said, 2)
    code = 1
    try:
        answer(request)
        code = 0
    except BaseException:  # noqa: BLE001 - as an interpreter does with what nobody caught
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)
