"""Waiting for something no longer than until a deadline, whatever it waits for itself."""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from typing import TYPE_CHECKING, TypeVar

from signals import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


def in_time(call: Callable[[], Result], deadline: float) -> Result:
    """Make a call in another thread and wait for it until a moment of ``time.monotonic``.

    Raises
    ------
    ModelError
        When it has not come back by then; what the call raises otherwise is raised here.
    """
    results: queue.Queue[tuple[Result | None, BaseException | None]] = queue.Queue(maxsize=1)

    def work() -> None:
        try:
            results.put((call(), None))
        except BaseException as error:  # noqa: BLE001 - handed to the waiting thread
            results.put((None, error))

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(work,), name="chat-model", daemon=True).start()
    try:
        result, error = results.get(timeout=max(0.0, deadline - time.monotonic()))
    except queue.Empty:
        raise ModelError("no reply in time") from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]
