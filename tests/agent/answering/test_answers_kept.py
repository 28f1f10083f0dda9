"""What several people ask at once is worked out once, and a failure is nobody's answer."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from agent.answering.answers_kept import KeptAnswers


def test_many_at_once_wait_for_one():
    kept, begun, go = KeptAnswers(), [], threading.Event()

    def work_out():
        begun.append(1)
        go.wait(30)
        return "an answer"

    with ThreadPoolExecutor(8) as crowd:
        waiting = [crowd.submit(kept.get, "key", work_out) for _ in range(8)]
        go.set()
        answers = {each.result() for each in waiting}

    assert (answers, len(begun)) == ({"an answer"}, 1)


def test_what_failed_is_tried_again():
    kept = KeptAnswers()

    with pytest.raises(ZeroDivisionError):
        kept.get("key", lambda: 1 / 0)

    assert kept.get("key", lambda: "an answer") == "an answer"


def test_the_one_used_longest_ago_goes():
    kept = KeptAnswers(most=2)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda: "old")

    assert kept.get("a", lambda: "new") == "old"
    assert kept.get("b", lambda: "new") == "new"
