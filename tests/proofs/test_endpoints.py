"""The proof that failing endpoints do no harm, small; and that it can fail."""

from __future__ import annotations

from dataclasses import replace

import pytest
from proofs.endpoints import Memory, _wrong, prove_answers, prove_others
from proofs.fault_server import Mode
from proofs.faulty import faulty
from proofs.small_shop import END, run_at, small_shop

from agent import Analyst
from ui.wiring import make_analyst


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    shop = small_shop(tmp_path_factory.mktemp("told") / "shop", products=3)
    run_at(shop, [END])
    return make_analyst(shop)._desk


@pytest.fixture(scope="module", name="server")
def _server():
    with faulty() as server:
        yield server


def test_answers_stand_while_endpoints_fail(desk, server):
    with Memory() as memory:
        figures = list(prove_answers(desk, server, [Mode.HUGE, Mode.BUSY_LONG], memory))

    assert not [figure for figure in figures if figure.falls_short]
    assert next(each.value for each in figures if "while they fail" in each.name) == 8


def test_alerts_and_weights_are_not_taken_for_what_they_are_not(server, tmp_path):
    figures = list(prove_others(server, [Mode.REDIRECT], tmp_path))

    assert not [figure for figure in figures if figure.falls_short]
    assert server.asked("metadata") == 0


def test_an_answer_with_another_figure_or_without_a_mark_is_counted(desk):
    plain = Analyst(desk).ask("Which categories will grow most in the next four weeks?")
    other = replace(plain.facts[0], value=plain.facts[0].value + 1)

    found = _wrong(replace(plain, facts=(other, *plain.facts[1:])), plain, "plan-drip", 0)

    assert found == ["other figures: plan-drip", "not marked: plan-drip"]
