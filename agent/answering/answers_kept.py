"""Answers that were worked out of late: what several people ask is worked out once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from agent.answer import Answer

_MOST: Final = 256  # of about 100 kB each


class KeptAnswers:
    """The answers used last; safe to use from several threads.

    Who asks for one that another is working out waits for it.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Future[Answer]] = OrderedDict()

    def get(self, key: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """Return the answer of a key, worked out if it is not there.

        Parameters
        ----------
        key
            All that the answer depends on.
        """
        with self._lock:
            answer = self._answers.get(key)
            is_first = answer is None
            if answer is None:
                answer = self._answers[key] = Future()
            self._answers.move_to_end(key)
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)
        if is_first:
            try:
                answer.set_result(work_out())
            except BaseException as error:
                with self._lock:
                    self._answers.pop(key, None)
                answer.set_exception(error)
                raise
        elif answer.exception() is not None:  # it failed, or whoever asked did not want to wait
            return work_out()
        return answer.result()
