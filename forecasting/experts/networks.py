"""Neural networks over all series at once, by neuralforecast.

neuralforecast trains; forecasts are made by a plain pass through the network on the CPU, so that
what was saved says to the byte what was trained, whichever machine trained it. Sentiment columns
stay out: fed to a network they would change its forecast without text, and text may only correct.
"""

from __future__ import annotations

import json
import logging
import warnings
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from safetensors.torch import load_model, save_model

from forecasting.experts.drivers import known_columns
from forecasting.experts.windows import Inputs, Scaling, inputs_of, scaling_of
from signals import MissingExtra, ModelError, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from forecasting.grid import FloatArray
    from signals import DriverGroup, Panel, Progress

logger = logging.getLogger(__name__)

_ABOUT: Final = "network.json"
_WEIGHTS: Final = "network.safetensors"
_WINDOW: Final = {1: 28, 7: 26}
"""Periods read, by the days of a period: four weeks of days, half a year of weeks.

What is older comes in as the sales a season ago. neuralforecast holds every window of a batch of
series in memory, so a longer one costs in proportion.
"""
_CHECK_EVERY: Final = 25  # steps between two looks at the validation window
_PATIENCE: Final = 4  # looks without gain before training stops
_LONG_ENOUGH: Final = 4  # horizons of history from which one may be held back
_CHUNK: Final = 1024  # series in one forward pass
_TRAINING: Final[dict[str, Any]] = {
    "learning_rate": 2e-3,
    "num_lr_decays": 3,
    "batch_size": 64,
    "windows_batch_size": 256,
    "scaler_type": "identity",
    "start_padding_enabled": True,
    "optimizer": torch.optim.AdamW,
    "optimizer_kwargs": {"weight_decay": 1e-2},
}
_TRAINER: Final[dict[str, Any]] = {
    "devices": 1,
    "gradient_clip_val": 1.0,
    "enable_progress_bar": False,
    "enable_model_summary": False,
    "num_sanity_val_steps": 0,
}
_RECURRENT: Final[dict[str, Any]] = {
    "encoder_n_layers": 2,
    "encoder_hidden_size": 64,
    "encoder_dropout": 0.1,
    "decoder_hidden_size": 64,
}
_KINDS: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "lstm": ("LSTM", _RECURRENT),
    "gru": ("GRU", _RECURRENT),
    "tcn": ("TCN", {"encoder_hidden_size": 64, "decoder_hidden_size": 64}),
    "transformer": ("VanillaTransformer", {"hidden_size": 64, "dropout": 0.1}),
    "tft": ("TFT", {"hidden_size": 32, "dropout": 0.1}),
    "nhits": ("NHITS", {"mlp_units": 3 * [[128, 128]], "dropout_prob_theta": 0.1}),
    "tide": ("TiDE", {"hidden_size": 128, "dropout": 0.2}),
}
"""Class in neuralforecast, and its sizes: a tenth of its defaults, for hundreds of series.

TCN has no dropout; weight decay and early stopping alone hold it.
"""
KINDS: Final = tuple(_KINDS)


@dataclass(frozen=True, slots=True)
class Network:
    """A network of neuralforecast on sales, calendar, price and promotion.

    Trained on the mean quantile loss over the levels; the last horizon of every series is held
    back, and the weights that forecast it best are kept. Series with under eight periods or that
    never changed neither teach nor are forecast by it: the mean of their last four periods is.

    Parameters
    ----------
    name
        One of `KINDS`.
    steps
        Most training steps; early stopping usually takes fewer.
    logs
        Folder for TensorBoard; None writes none.

    Raises
    ------
    MissingExtra
        When neuralforecast is not installed.
    """

    name: str
    levels: tuple[float, ...]
    steps: int = 300
    seed: int = 1
    logs: Path | None = None
    uses_text: bool = False

    def __post_init__(self) -> None:
        _need_library()

    def fit(self, panel: Panel, *, progress: Progress = silent) -> FittedNetwork:
        scaling = scaling_of(panel, known_columns(panel))
        inputs = inputs_of(panel, scaling)
        taught = inputs.teachable
        if not taught.all():
            logger.info(
                "%s: %d of %d series are too short or never changed: mean of the last four periods",
                self.name, (~taught).sum(), len(taught),
            )  # fmt: skip
        window = max(_WINDOW[inputs.grid.days_per_period], 2 * inputs.horizon)
        shape = _Shape(self.name, inputs.horizon, window, inputs.known.shape[2], self.levels)
        if not taught.any():
            return FittedNetwork(shape, scaling, None)
        return FittedNetwork(shape, scaling, _train(self, shape, inputs, progress))


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a network is built from."""

    kind: str
    horizon: int
    window: int
    columns: int
    levels: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FittedNetwork:
    """A trained network; None where no series could teach one."""

    shape: _Shape
    scaling: Scaling
    network: Any
    _inputs: dict[int, tuple[Panel, Inputs]] = field(default_factory=dict)

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        inputs = self._inputs_of(panel)
        quantiles = inputs.fallback(self.shape.levels, present)
        rows = np.flatnonzero(inputs.teachable)
        if self.network is None or not len(rows):
            return quantiles
        parts = [part[rows] for part in inputs.window(self.shape.window, present)]
        pieces = [
            _forward(self.network, [part[start : start + _CHUNK] for part in parts])
            for start in range(0, len(rows), _CHUNK)
        ]
        quantiles[rows] = inputs.units(np.concatenate(pieces))
        return quantiles

    def save(self, folder: Path) -> None:
        """Write the shape as JSON and the weights as safetensors."""
        about = {
            "shape": asdict(self.shape),
            "scaling": self.scaling.to_dict(),
            "trained": self.network is not None,
        }
        (folder / _ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
        if self.network is not None:
            save_model(self.network, str(folder / _WEIGHTS))

    def _inputs_of(self, panel: Panel) -> Inputs:
        """Lay the panel out once for the 16 coalitions of an explanation."""
        known = self._inputs.get(id(panel))
        if known is None or known[0] is not panel:
            inputs = inputs_of(panel, self.scaling)
            if inputs.horizon != self.shape.horizon:
                raise ModelError(
                    f"the saved {self.shape.kind} forecasts {self.shape.horizon} periods, asked "
                    f"were {inputs.horizon}; run: groundswell run",
                )
            self._inputs.clear()
            self._inputs[id(panel)] = known = (panel, inputs)
        return known[1]


def load_network(folder: Path) -> FittedNetwork:
    """Read what `FittedNetwork.save` wrote; it forecasts to the byte what the saved one did.

    Raises
    ------
    MissingExtra
        When neuralforecast is not installed.
    """
    _need_library()
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    shape = _Shape(**{**about["shape"], "levels": tuple(about["shape"]["levels"])})
    scaling = Scaling.from_dict(about["scaling"])
    if not about["trained"]:
        return FittedNetwork(shape, scaling, None)
    with _quiet():
        network = _build(shape)
    load_model(network, str(folder / _WEIGHTS))
    return FittedNetwork(shape, scaling, network.eval())


def _need_library() -> None:
    if find_spec("neuralforecast") is None:
        raise MissingExtra("neuralforecast", "deep")


def _train(asked: Network, shape: _Shape, inputs: Inputs, progress: Progress) -> Any:
    """Train on every series that can teach, and keep the weights that forecast best."""
    from pytorch_lightning.callbacks import LambdaCallback

    ages = inputs.grid.ages[inputs.teachable]
    held_back = shape.horizon if ages.max() >= _LONG_ENOUGH * shape.horizon else 0
    keeper = _Keeper(f"training {asked.name}", asked.steps, progress)
    with _quiet():
        training = {
            **_TRAINING,
            **_TRAINER,
            "max_steps": asked.steps,
            "val_check_steps": _CHECK_EVERY,
            "early_stop_patience_steps": _PATIENCE if held_back else -1,
            "random_seed": asked.seed,
            "callbacks": [
                LambdaCallback(on_train_batch_end=keeper.tick, on_validation_end=keeper.look)
            ],
            "logger": _tensorboard(asked) if asked.logs else False,
        }
        network = _build(shape, **training)
        network.fit(_dataset(inputs), val_size=held_back)
        best = keeper.weights or network.state_dict()
        trained = _build(shape)
    trained.load_state_dict(best)
    logger.info("%s: %d steps on %d series", asked.name, keeper.done, len(ages))
    progress(keeper.step, asked.steps, asked.steps)
    return trained.eval()


class _Keeper:
    """Shows progress, and remembers the weights that forecast the held-back periods best."""

    def __init__(self, step: str, steps: int, progress: Progress) -> None:
        self.step, self.done = step, 0
        self.weights: dict[str, torch.Tensor] = {}
        self._steps, self._progress, self._least = steps, progress, np.inf

    def tick(self, trainer: Any, *_: Any) -> None:
        self.done = trainer.global_step
        self._progress(self.step, min(self.done, self._steps - 1), self._steps)

    def look(self, trainer: Any, network: Any) -> None:
        loss = float(trainer.callback_metrics.get("ptl/val_loss", np.inf))
        if loss < self._least:
            self._least = loss
            self.weights = {
                name: weight.detach().cpu().clone() for name, weight in network.state_dict().items()
            }


def _dataset(inputs: Inputs) -> Any:
    """Lay the series that teach under each other, with their columns beside."""
    import pandas as pd
    from neuralforecast.tsdataset import TimeSeriesDataset

    rows = inputs.teachable
    series, periods = int(rows.sum()), inputs.sales.shape[1]
    known = inputs.known[rows, :periods]
    beside = (inputs.sales[rows, :, None], inputs.begun[rows, :, None], known)
    return TimeSeriesDataset(
        temporal=np.concatenate(beside, axis=2).reshape(series * periods, -1).astype(np.float32),
        temporal_cols=pd.Index(["y", "available_mask", *_names(known.shape[2])]),
        indptr=np.arange(0, (series + 1) * periods, periods),
        y_idx=0,
    )


def _build(shape: _Shape, **training: Any) -> Any:
    import neuralforecast.models
    from neuralforecast.losses.pytorch import MQLoss

    kind, sizes = _KINDS[shape.kind]
    make = getattr(neuralforecast.models, kind)
    return make(
        h=shape.horizon,
        input_size=shape.window,
        futr_exog_list=_names(shape.columns),
        loss=MQLoss(quantiles=list(shape.levels)),
        **sizes,
        **training,
    )


def _names(columns: int) -> list[str]:
    return [f"column {number}" for number in range(columns)]


def _forward(network: Any, parts: list[FloatArray]) -> FloatArray:
    """Forecast from windows, shape (series, horizon, levels)."""
    sales, begun, known = (torch.from_numpy(part.astype(np.float32)) for part in parts)
    batch = {
        "insample_y": sales[..., None],  # (B, W, 1)
        "insample_mask": begun[..., None],  # (B, W, 1)
        "futr_exog": known,  # (B, W + H, C)
        "hist_exog": None,
        "stat_exog": None,
    }
    with torch.inference_mode():
        logs = network(batch)  # (B, H, Q)
    return np.asarray(logs.double().numpy())


def _tensorboard(asked: Network) -> Any:
    from pytorch_lightning.loggers import TensorBoardLogger

    return TensorBoardLogger(str(asked.logs), name=asked.name, default_hp_metric=False)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Lightning's announcements and its random state to itself."""
    told = [logging.getLogger(name) for name in ("pytorch_lightning", "lightning_fabric")]
    before = [logger.level for logger in told]
    for each in told:
        each.setLevel(logging.ERROR)
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        warnings.simplefilter("ignore")
        yield
    for each, level in zip(told, before, strict=True):
        each.setLevel(level)
