"""Models trained elsewhere: where their weights come from, and what they read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecasting.experts.catalogue import load_expert, make_experts
from forecasting.experts.foundation import Chronos, Fracast, Tirex
from forecasting.experts.naive import RecentMean
from forecasting.experts.zero_shot import ZeroShot
from forecasting.grid import cut
from forecasting.judging.backtest import EVERY_GROUP
from forecasting.settings import ForecastSettings
from signals import Col, DriverGroup, ModelError

NINE = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
LEVELS = (0.05, 0.5, 0.9)
HISTORY_ALONE = frozenset({DriverGroup.HISTORY})


def tiny_chronos(folder):
    """Write Chronos-2 with a few untrained weights, as its library publishes it."""
    pytest.importorskip("chronos", reason="the extra foundation is not installed")
    from chronos.chronos2 import Chronos2CoreConfig, Chronos2Model

    config = Chronos2CoreConfig(
        d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2, architectures=["Chronos2Model"]
    )
    config.chronos_config = {
        "context_length": 64, "output_patch_size": 8, "input_patch_size": 8,
        "input_patch_stride": 8, "quantiles": [0.05, *NINE, 0.95], "use_reg_token": True,
        "use_arcsinh": True, "max_output_patches": 4, "time_encoding_scale": 64,
    }  # fmt: skip
    Chronos2Model(config).save_pretrained(folder)
    return str(folder)


def tiny_tirex(folder, scale=0.1):
    """Write TiRex with a few random weights, as its library publishes it."""
    pytest.importorskip("tirex", reason="the extra tirex is not installed")
    import torch
    from tirex.models.tirex import TiRexZero

    block = {"embedding_dim": 32, "num_heads": 2, "num_blocks": 1, "ffn_proj_factor": 2.0}
    about = {
        "model_config": {
            "input_patch_size": 8, "output_patch_size": 8, "quantiles": [0.1, 0.5, 0.9],
            "block_kwargs": block, "input_ff_dim": 32,
        },
        "train_ctx_len": 64,
    }  # fmt: skip
    random = torch.Generator().manual_seed(1)
    weights = {
        name: scale * torch.randn(weight.shape, generator=random)
        for name, weight in TiRexZero(backend="torch", **about).state_dict().items()
    }
    file = folder / "model.ckpt"
    torch.save({"hyper_parameters": about, "state_dict": weights}, file)
    return str(file)


@pytest.fixture(params=["chronos", "tirex"])
def wanted(request, tmp_path):
    """Return settings that ask for a model whose weights are there."""
    write = {"chronos": tiny_chronos, "tirex": tiny_tirex}[request.param]
    return ForecastSettings(
        experts=(request.param,), levels=LEVELS, **{f"{request.param}_weights": write(tmp_path)}
    )


def test_a_model_with_weights_forecasts_and_is_read_back(wanted, panel, tmp_path):
    (expert,) = make_experts(wanted, text=False)
    fitted = expert.fit(panel)

    quantiles = fitted.predict(panel, present=EVERY_GROUP)

    fitted.save(tmp_path)
    again = load_expert(expert.name, tmp_path, LEVELS)
    assert quantiles.shape == (13, 4, 3)
    assert np.isfinite(quantiles).all()
    assert (np.diff(quantiles, axis=2) >= 0).all()
    assert again.predict(panel, present=EVERY_GROUP).tobytes() == quantiles.tobytes()


def test_a_model_that_gives_no_numbers_is_replaced_and_the_log_says_so(panel, tmp_path, caplog):
    broken = ZeroShot(LEVELS, Tirex(tiny_tirex(tmp_path, scale=float("nan"))))

    quantiles = broken.fit(panel).predict(panel, present=EVERY_GROUP)

    recent = RecentMean(LEVELS).predict(panel, present=EVERY_GROUP)
    assert quantiles.tobytes() == recent.tobytes()
    assert "tirex gave no finite forecast of 13 series" in caplog.text


def test_chronos_reads_plans_and_forgets_them_when_they_are_hidden(panel, tmp_path):
    fitted = ZeroShot(LEVELS, Chronos(tiny_chronos(tmp_path))).fit(panel)
    dear = replace(panel, future=panel.future.assign(**{Col.PROMO: 0.2, Col.PRICE: 8.0}))

    seen, hidden = (
        [fitted.predict(each, present=present) for each in (panel, dear)]
        for present in (EVERY_GROUP, HISTORY_ALONE)
    )

    assert seen[0].tobytes() != seen[1].tobytes()
    assert hidden[0].tobytes() == hidden[1].tobytes()


@pytest.mark.parametrize("model", [Chronos, Tirex])
def test_weights_that_are_not_named_are_asked_for_by_setting(model):
    pytest.importorskip(model.__name__.lower(), reason="its extra is not installed")

    with pytest.raises(ModelError, match=r"none are named; .*setting (chronos|tirex)_weights"):
        model("")


@pytest.mark.parametrize("model", [Chronos, Tirex])
def test_weights_that_are_not_there_are_told_with_their_place(model, tmp_path):
    pytest.importorskip(model.__name__.lower(), reason="its extra is not installed")

    with pytest.raises(ModelError, match=r"nowhere.* is no file"):
        model(str(tmp_path / "nowhere"))


def test_files_that_are_no_weights_are_refused(panel, tmp_path):
    pytest.importorskip("chronos", reason="the extra foundation is not installed")
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")

    with pytest.raises(ModelError, match=r"no weights of Chronos-2"):
        ZeroShot(LEVELS, Chronos(str(tmp_path))).fit(panel).predict(panel, present=EVERY_GROUP)


def test_fracast_follows_a_season_without_training(panel):
    pytest.importorskip("fracast", reason="the extra foundation is not installed")
    past = cut(panel, 75, 4)
    days = past.history[Col.DAY].rank(method="dense")
    waves = 100 + 50 * np.sin(2 * np.pi * days / 8)
    wavy = replace(past, history=past.history.assign(**{Col.UNITS: waves}))

    said = ZeroShot(LEVELS, Fracast()).fit(wavy).predict(wavy, present=EVERY_GROUP)[:, :, 1]

    ahead = 100 + 50 * np.sin(2 * np.pi * np.arange(77, 81) / 8)
    assert np.abs(said - ahead).mean() < 15


def test_an_explanation_asks_a_model_of_sales_only_once(panel):
    pytest.importorskip("fracast", reason="the extra foundation is not installed")
    fitted = ZeroShot(LEVELS, Fracast()).fit(panel)

    first = fitted.predict(panel, present=EVERY_GROUP)

    assert fitted.predict(panel, present=HISTORY_ALONE).tobytes() == first.tobytes()
    assert len(fitted._answers) == 1
