"""Steps of an answer are told while it is made, to who listens and nobody else."""

from __future__ import annotations

import pytest

from agent import Step, StepKind, listened
from agent.steps import tell


def test_who_listens_is_told_in_order() -> None:
    heard: list[Step] = []
    steps = [Step(StepKind.PLAN, "forecast", {"names": "Tea"}), Step(StepKind.FACTS)]

    with listened(heard.append):
        for step in steps:
            tell(step)
    tell(Step(StepKind.TOOL, "rank"))

    assert heard == steps


def test_a_listener_that_has_enough_ends_the_answer() -> None:
    def enough(step: Step) -> None:
        raise KeyError(step.name)

    with listened(enough), pytest.raises(KeyError, match="rank"):
        tell(Step(StepKind.TOOL, "rank"))
    tell(Step(StepKind.TOOL, "rank"))  # and no other answer
