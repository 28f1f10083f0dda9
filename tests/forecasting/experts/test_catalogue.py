"""Experts are found by name, and a wrong name says which there are."""

from __future__ import annotations

import pytest

from forecasting import EXPERTS, ForecastSettings, expert_names
from forecasting.experts.catalogue import load_expert, make_experts
from signals import ConfigError, MissingExtra, ModelError


def test_a_run_gets_the_experts_it_asks_for():
    wanted = ForecastSettings(experts=("lightgbm", "autoets"))

    assert [expert.name for expert in make_experts(wanted, text=False)] == ["lightgbm", "autoets"]


@pytest.mark.parametrize("name", EXPERTS)
def test_an_expert_is_known_by_the_name_it_is_stored_under(name, tmp_path):
    weights = tmp_path / "config.json"
    weights.touch()
    wanted = ForecastSettings(
        experts=(name,), chronos_weights=str(tmp_path), tirex_weights=str(weights)
    )

    try:
        (expert,) = make_experts(wanted, text=False)
    except MissingExtra as missing:
        pytest.skip(str(missing))

    assert expert.name == name


@pytest.mark.parametrize("names", [["prophet"], [""], []])
def test_an_unknown_name_is_refused_with_those_that_are_known(names):
    with pytest.raises(ConfigError, match=r"no expert is called .*lightgbm"):
        expert_names(names)


def test_a_saved_expert_of_another_version_is_refused(tmp_path):
    with pytest.raises(ModelError, match="holds the expert 'prophet'"):
        load_expert("prophet", tmp_path, (0.5,))
