"""How a network of neuralforecast is built and trained."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import torch

from signals import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from neuralforecast.common._base_model import BaseModel
    from neuralforecast.tsdataset import TimeSeriesDataset
    from pytorch_lightning import Trainer
    from pytorch_lightning.loggers import TensorBoardLogger

    from forecasting.experts.windows import Inputs
    from forecasting.options import NetworkOptions
    from signals import Progress

logger = logging.getLogger(__name__)

_CHECK_EVERY: Final = 25  # steps between two looks at the validation window
_LONG_ENOUGH: Final = 4  # horizons of history from which one may be held back
_TRAINING: Final[dict[str, Any]] = {
    "num_lr_decays": 3,
    "batch_size": 64,
    "windows_batch_size": 128,
    "scaler_type": "identity",
    "start_padding_enabled": True,
    "optimizer": torch.optim.AdamW,
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
class Shape:
    """What a network is built from.

    Parameters
    ----------
    kind
        One of `KINDS`.
    window
        Periods it reads.
    columns
        Number of known-ahead columns.
    """

    kind: str
    horizon: int
    window: int
    columns: int
    levels: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """How a network is trained, how long, and where TensorBoard finds it; None is nowhere."""

    steps: int
    seed: int
    logs: Path | None
    options: NetworkOptions


def need_library() -> None:
    """Raise `MissingExtra` where neuralforecast is not installed."""
    if find_spec("neuralforecast") is None:
        raise MissingExtra("neuralforecast", "deep")


def train(
    shape: Shape,
    inputs: Inputs,
    course: Course,
    progress: Progress,
    start: Mapping[str, torch.Tensor] | None = None,
) -> BaseModel:
    """Train on every series that can teach, and keep the weights that forecast best.

    A GPU does it where there is one; its sums may then differ in the last bits from run to run.

    Parameters
    ----------
    start
        Weights to go on from; every step is then taken and no period is held back, since the newest
        ones are what is to be learnt. None begins anew.
    """
    from pytorch_lightning.callbacks import LambdaCallback

    ages = inputs.grid.ages[inputs.teachable]
    enough = start is None and ages.max() >= _LONG_ENOUGH * shape.horizon
    held_back = shape.horizon if enough else 0
    keeper = _Keeper(f"training {shape.kind}", course.steps, progress)
    with quiet():
        training = {
            **_TRAINING,
            **_TRAINER,
            "max_steps": course.steps,
            "val_check_steps": _CHECK_EVERY,
            "learning_rate": course.options.rate,
            "optimizer_kwargs": {"weight_decay": course.options.weight_decay},
            "early_stop_patience_steps": course.options.patience if held_back else -1,
            "random_seed": course.seed,
            "callbacks": [
                LambdaCallback(on_train_batch_end=keeper.tick, on_validation_end=keeper.look)
            ],
            "logger": _tensorboard(shape.kind, course.logs) if course.logs else False,
        }
        network = build(shape, {**training, **_dropout(shape.kind, course.options)})
        if start is not None:
            network.load_state_dict(start)
        network.fit(_dataset(inputs), val_size=held_back)
        best = keeper.weights or network.state_dict()
        trained = build(shape)
    trained.load_state_dict(best)
    logger.info("%s: %d steps on %d series", shape.kind, keeper.done, len(ages))
    progress(keeper.step, course.steps, course.steps)
    return trained.eval()


class _Keeper:
    """Shows progress, and remembers the weights that forecast the held-back periods best."""

    def __init__(self, step: str, steps: int, progress: Progress) -> None:
        self.step, self.done = step, 0
        self.weights: dict[str, torch.Tensor] = {}
        self._steps, self._progress, self._least = steps, progress, np.inf

    def tick(self, trainer: Trainer, *_: object) -> None:
        self.done = trainer.global_step
        self._progress(self.step, min(self.done, self._steps - 1), self._steps)

    def look(self, trainer: Trainer, network: BaseModel) -> None:
        loss = float(trainer.callback_metrics.get("ptl/val_loss", np.inf))
        if loss < self._least:
            self._least = loss
            self.weights = {
                name: weight.detach().cpu().clone() for name, weight in network.state_dict().items()
            }


def _dropout(kind: str, options: NetworkOptions) -> dict[str, float]:
    """Name the share of units left out as neuralforecast does; TCN leaves none out."""
    name = next((name for name in _KINDS[kind][1] if "dropout" in name), None)
    return {} if options.dropout is None or name is None else {name: options.dropout}


def _dataset(inputs: Inputs) -> TimeSeriesDataset:
    """Lay the series that teach under each other, with their columns beside."""
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


def build(shape: Shape, training: Mapping[str, Any] | None = None) -> BaseModel:
    """Make a network with fresh weights, to be trained or to be filled with saved ones."""
    import neuralforecast.models
    from neuralforecast.losses.pytorch import MQLoss

    kind, sizes = _KINDS[shape.kind]
    make = getattr(neuralforecast.models, kind)
    return make(
        h=shape.horizon,
        input_size=shape.window,
        futr_exog_list=_names(shape.columns),
        loss=MQLoss(quantiles=list(shape.levels)),
        **{**sizes, **(training or {})},
    )


def _names(columns: int) -> list[str]:
    return [f"column {number}" for number in range(columns)]


def _tensorboard(name: str, folder: Path) -> TensorBoardLogger:
    from pytorch_lightning.loggers import TensorBoardLogger

    return TensorBoardLogger(str(folder), name=name, default_hp_metric=False)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Lightning's announcements and its random state to itself."""
    told = [logging.getLogger(name) for name in ("pytorch_lightning", "lightning_fabric")]
    before = [each.level for each in told]
    for each in told:
        each.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
            warnings.simplefilter("ignore")
            yield
    finally:
        for each, level in zip(told, before, strict=True):
            each.setLevel(level)
