"""Codes of recent sales: the same by seed, blind to what comes later, kept to the byte."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from forecasting.experts.networks import Network, load_network
from forecasting.experts.trees import Trees, load_trees
from forecasting.experts.windows import inputs_of, scaling_of
from forecasting.grid import cut, grid_of
from forecasting.inputs.drivers import known_columns
from forecasting.inputs.window_coder import CODES, learn_windows, load_windows
from forecasting.judging.backtest import EVERY_GROUP
from signals import DriverGroup, ModelError

LEVELS = (0.1, 0.5, 0.9)


@pytest.fixture(scope="module")
def coder(panel):
    return learn_windows(grid_of(panel), seed=1)


def test_the_same_history_and_seed_give_the_same_codes(coder, panel):
    grid = grid_of(panel)

    again = learn_windows(grid, seed=1)

    assert again.codes(grid).tobytes() == coder.codes(grid).tobytes()
    assert learn_windows(grid, seed=2).codes(grid).tobytes() != coder.codes(grid).tobytes()


def test_a_code_knows_nothing_of_later_periods(coder, panel):
    grid = grid_of(panel)
    units = grid.units.copy()
    units[:, 60:] = 1000.0

    codes = coder.codes(replace(grid, units=units))

    np.testing.assert_array_equal(codes[:, :60], coder.codes(grid)[:, :60])
    assert not np.array_equal(codes[:, 60], coder.codes(grid)[:, 60])


def test_codes_tell_a_rise_from_a_fall_whatever_the_level(coder, panel):
    grid = grid_of(panel)
    rise = np.linspace(10, 40, len(grid.days))
    units = np.stack([rise, 50 * rise, rise[::-1]])

    small, large, falling = coder.codes(replace(grid, units=units))[:, -1]

    assert np.linalg.norm(small - large) < 0.2 * np.linalg.norm(small - falling)


def test_too_few_windows_teach_nothing(make_panel):
    assert learn_windows(grid_of(make_panel(products=1, periods=20)), seed=1) is None


def test_weights_of_other_windows_are_refused(coder, tmp_path):
    coder.save(tmp_path)
    (tmp_path / "windows.json").write_text('{"window": 7}', encoding="utf-8")

    with pytest.raises(ModelError, match="does not fit"):
        load_windows(tmp_path)


def test_trees_read_codes_and_are_kept_with_them(panel, tmp_path):
    fitted = Trees(LEVELS, rounds=20, codes_windows=True).fit(panel)
    fitted.save(tmp_path)

    again = load_trees(tmp_path)

    assert [name for name in fitted.columns if name.startswith("shape")] == [
        f"shape {number}" for number in range(1, CODES + 1)
    ]
    places = [fitted.columns.index(f"shape {number}") for number in range(1, CODES + 1)]
    assert fitted.boosters[1].feature_importance()[places].sum() > 0
    for present in (EVERY_GROUP, EVERY_GROUP - {DriverGroup.HISTORY}):
        first = fitted.predict(panel, present=present)
        assert first.tobytes() == again.predict(panel, present=present).tobytes()


def test_networks_know_for_every_step_the_code_of_the_origin(coder, panel):
    scaling = scaling_of(panel, known_columns(panel))

    inputs = inputs_of(panel, scaling, coder)

    codes = inputs.known[:, :, -CODES:]
    told = coder.codes(inputs.grid)[:, -1]
    np.testing.assert_allclose(codes[:, -1] / told, (codes[:, -1] / told)[0, 0])
    np.testing.assert_array_equal(
        codes[:, : inputs.horizon], inputs.neutral[:, None, -CODES:].repeat(inputs.horizon, axis=1)
    )
    assert inputs.groups[-CODES:] == (DriverGroup.HISTORY,) * CODES
    assert inputs.known.shape[2] == inputs_of(panel, scaling).known.shape[2] + CODES


@pytest.mark.skipif(find_spec("neuralforecast") is None, reason="the extra deep is not installed")
def test_a_network_with_codes_is_kept_to_the_byte(panel, tmp_path):
    past = cut(panel, 75, 4)
    fitted = Network("nhits", LEVELS, steps=25, codes_windows=True).fit(past)
    fitted.save(tmp_path)

    again = load_network(tmp_path).predict(past, present=EVERY_GROUP)

    assert again.tobytes() == fitted.predict(past, present=EVERY_GROUP).tobytes()
