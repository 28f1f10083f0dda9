"""An endpoint that fails again and again is left alone; one call finds out whether it is back."""

from __future__ import annotations

import pytest

from agent.model.breaker import FAILURES, REST_S, Breaker
from signals import DataError, ModelError


class Clock:
    """A clock that a test turns."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker("test-model", clock)


def call(breaker, error=None):
    with breaker.minded():
        if error:
            raise error


def fail(breaker, times):
    for _ in range(times):
        with pytest.raises(ModelError, match="down"):
            call(breaker, ModelError("down"))


def test_one_failure_fewer_lets_calls_through(breaker):
    fail(breaker, FAILURES - 1)

    call(breaker)
    fail(breaker, FAILURES - 1)


def test_it_rests_after_failures_in_a_row(breaker, clock):
    fail(breaker, FAILURES)

    clock.now = REST_S - 1
    with pytest.raises(ModelError, match="failed 5 times in a row and is left alone for 1 s more"):
        call(breaker)


def test_after_the_rest_one_call_goes_through_and_others_wait_for_what_it_finds(breaker, clock):
    fail(breaker, FAILURES)
    clock.now = REST_S

    with breaker.minded(), pytest.raises(ModelError, match="left alone for 30 s"):
        call(breaker)

    call(breaker)


def test_a_failed_probe_begins_another_rest(breaker, clock):
    fail(breaker, FAILURES)
    clock.now = REST_S
    fail(breaker, 1)

    clock.now = 2 * REST_S - 1
    with pytest.raises(ModelError, match="left alone for 1 s more"):
        call(breaker)


def test_errors_of_the_product_are_not_the_endpoint_s(breaker):
    for _ in range(2 * FAILURES):
        with pytest.raises(DataError):
            call(breaker, DataError("a table is missing"))

    call(breaker)
