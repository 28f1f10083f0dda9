"""Leaving an endpoint alone that keeps failing, and asking now and then whether it is back."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from signals import GroundswellError, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FAILURES: Final = 5
"""Failures in a row after which an endpoint rests."""
REST_S: Final = 30.0
"""Seconds of a rest; after it one call finds out whether the endpoint is back."""


class Breaker:
    """Counts failures in a row of one endpoint; threads may share it.

    Parameters
    ----------
    name
        Of what is called, for the message.
    clock
        Gives seconds that never go back.

    References
    ----------
    Nygard (2018), Release It!, second edition, section 5.2: Circuit Breaker.
    """

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._rests_until = 0.0

    @contextmanager
    def minded(self) -> Iterator[None]:
        """Make a call inside the block; what it raises counts as a failure of the endpoint.

        Errors of the product other than a ``ModelError`` come from elsewhere and do not count.

        Raises
        ------
        ModelError
            Before the block, while the endpoint rests.
        """
        self._admit()
        try:
            yield
        except Exception as error:
            if isinstance(error, ModelError) or not isinstance(error, GroundswellError):
                self._count()
            raise
        with self._lock:
            self._failures = 0

    def _admit(self) -> None:
        with self._lock:
            if self._failures < FAILURES:
                return
            left = self._rests_until - self._clock()
            if left > 0:
                raise ModelError(
                    f"{self._name} failed {self._failures} times in a row and is left alone for "
                    f"{left:.0f} s more; see that the endpoint answers"
                )
            self._rests_until = self._clock() + REST_S  # others wait for what this call finds

    def _count(self) -> None:
        with self._lock:
            self._failures += 1
            self._rests_until = self._clock() + REST_S
