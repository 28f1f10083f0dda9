"""Neural networks: what they learn, keep and show."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from forecasting.experts.networks import Network
from forecasting.grid import cut, grid_of
from forecasting.judging.backtest import EVERY_GROUP
from forecasting.options import NetworkOptions
from signals import Col, DriverGroup, MissingExtra, ModelError

LEVELS = (0.1, 0.5, 0.9)
INSTALLED = find_spec("neuralforecast") is not None
needs_library = pytest.mark.skipif(not INSTALLED, reason="the extra deep is not installed")


@pytest.fixture(scope="module")
def trained(panel):
    told = []
    network = Network("nhits", LEVELS, steps=200)
    return network.fit(cut(panel, 75, 4), progress=lambda *step: told.append(step)), told


@pytest.mark.skipif(INSTALLED, reason="the extra deep is installed")
def test_without_the_library_the_extra_is_named():
    with pytest.raises(MissingExtra, match=r"pip install 'groundswell\[deep\]'"):
        Network("tft", LEVELS)


@needs_library
def test_a_trained_network_beats_the_mean_of_the_last_weeks(trained, panel):
    actual = grid_of(panel).units[:, 76:]

    said = trained[0].predict(cut(panel, 75, 4), present=EVERY_GROUP)[:, :, 1]

    recent = grid_of(panel).units[:, 72:76].mean(axis=1, keepdims=True)
    assert np.abs(said - actual).sum() < 0.9 * np.abs(recent - actual).sum()


@needs_library
def test_a_planned_promotion_lifts_the_forecast(trained, panel):
    past = cut(panel, 75, 4)
    deep = past.future.assign(**{Col.PROMO: 0.2, Col.PRICE: 8.0})
    none = past.future.assign(**{Col.PROMO: 0.0, Col.PRICE: 10.0})

    with_promotion, without = (
        trained[0].predict(replace(past, future=plan), present=EVERY_GROUP)[:, :, 1].sum()
        for plan in (deep, none)
    )

    assert with_promotion > 1.1 * without


@needs_library
def test_hidden_prices_give_the_forecast_of_the_regular_price(trained, panel):
    past = cut(panel, 75, 4)
    deep = replace(past, future=past.future.assign(**{Col.PROMO: 0.2, Col.PRICE: 8.0}))
    hidden = EVERY_GROUP - {DriverGroup.PRICE}

    first = trained[0].predict(past, present=hidden)

    assert trained[0].predict(deep, present=hidden).tobytes() == first.tobytes()


@needs_library
def test_progress_counts_steps_to_the_end(trained):
    told = trained[1]

    assert {step for step, _, _ in told} == {"training nhits"}
    assert told[-1][1:] == (200, 200)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


@needs_library
def test_another_horizon_than_the_trained_one_is_refused(trained, panel):
    with pytest.raises(ModelError, match="forecasts 4 periods, asked were 2"):
        trained[0].predict(cut(panel, 75, 2), present=EVERY_GROUP)


@needs_library
def test_tensorboard_files_are_written_where_asked_and_nowhere_else(
    panel, tmp_path, monkeypatch, capfd
):
    monkeypatch.chdir(tmp_path)

    Network("nhits", LEVELS, steps=2).fit(panel)
    assert not list(tmp_path.iterdir())
    Network("nhits", LEVELS, steps=2, logs=tmp_path / "logs").fit(panel)

    assert list((tmp_path / "logs" / "nhits").rglob("events.out.tfevents*"))
    assert capfd.readouterr().out == ""


@needs_library
def test_an_update_goes_on_from_the_weights_in_a_tenth_of_the_steps(trained, panel):
    told = []
    network = Network("nhits", LEVELS, steps=200)

    later = network.update(trained[0], panel, progress=lambda *step: told.append(step))

    assert told[-1][1:] == (20, 20)
    assert later.scaling is trained[0].scaling
    old, new = (each.network.state_dict() for each in (trained[0], later))
    moved = max(float((old[name] - new[name]).abs().max()) for name in old)
    assert 0.0 < moved < 0.1
    again = network.update(trained[0], panel)
    assert (
        again.predict(panel, present=EVERY_GROUP).tobytes()
        == later.predict(panel, present=EVERY_GROUP).tobytes()
    )


@needs_library
@pytest.mark.parametrize("options", [{"dropout": 0.5}, {"weight_decay": 10.0}, {"rate": 1e-4}])
def test_options_reach_the_training(panel, options):
    usual, other = (
        Network("nhits", LEVELS, steps=3, options=NetworkOptions(**given)).fit(panel)
        for given in ({}, options)
    )

    first, second = (each.predict(panel, present=EVERY_GROUP) for each in (usual, other))
    assert np.abs(first - second).max() > 1e-6


@needs_library
def test_less_patience_stops_earlier(panel, caplog):
    caplog.set_level("INFO", logger="forecasting.experts.training")

    for patience in (1, 100):
        options = NetworkOptions(rate=0.05, patience=patience)
        Network("nhits", LEVELS, steps=200, options=options).fit(panel)

    steps = [int(record.args[1]) for record in caplog.records if "steps on" in record.msg]
    assert steps[0] < steps[1] == 200
