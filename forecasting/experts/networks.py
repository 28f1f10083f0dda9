"""Neural networks over all series at once, by neuralforecast.

neuralforecast trains; forecasts are made by a plain pass through the network on the CPU, so that
what was saved says to the byte what was trained, whichever machine trained it. Sentiment columns
stay out: fed to a network they would change its forecast without text, and text may only correct.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from safetensors.torch import load_model, save_model

from forecasting.experts.expert import finite_or
from forecasting.experts.training import Course, Shape, build, need_library, quiet, train
from forecasting.experts.windows import Inputs, Scaling, inputs_of, scaling_of
from forecasting.grid import grid_of
from forecasting.inputs.drivers import known_columns
from forecasting.inputs.window_coder import learn_windows, load_windows
from forecasting.options import NetworkOptions
from signals import ModelError, silent

if TYPE_CHECKING:
    from pathlib import Path

    from forecasting.experts.expert import Fitted
    from forecasting.grid import FloatArray
    from forecasting.inputs.window_coder import WindowCoder
    from signals import DriverGroup, Panel, Progress

logger = logging.getLogger(__name__)

_ABOUT: Final = "network.json"
_WEIGHTS: Final = "network.safetensors"
_LEAST_WINDOW: Final = 24
"""Periods read at least; with short periods it is the middle rolling window of the frequency.

What is older comes in as the sales a season ago. neuralforecast holds every window of a batch of
series in memory, so a longer one costs in proportion.
"""
_CHUNK: Final = 1024  # series in one forward pass
_AGAIN: Final = 0.1  # share of the steps that an update takes
_GENTLE: Final = 0.25  # of the learning rate, in an update


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
    codes_windows
        Whether an autoencoder tells the shape of recent sales too.
    options
        Learning rate, weight decay, dropout, early stopping.

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
    codes_windows: bool = False
    uses_text: bool = False
    options: NetworkOptions = field(default_factory=NetworkOptions)

    def __post_init__(self) -> None:
        need_library()

    def fit(self, panel: Panel, *, progress: Progress = silent) -> FittedNetwork:
        scaling = scaling_of(panel, known_columns(panel))
        coder = learn_windows(grid_of(panel), self.seed) if self.codes_windows else None
        inputs = inputs_of(panel, scaling, coder)
        taught = inputs.teachable
        if not taught.all():
            logger.info(
                "%s: %d of %d series are too short or never changed: mean of the last four periods",
                self.name, (~taught).sum(), len(taught),
            )  # fmt: skip
        window = max(_LEAST_WINDOW, inputs.grid.frequency.windows[1], 2 * inputs.horizon)
        shape = Shape(self.name, inputs.horizon, window, inputs.known.shape[2], self.levels)
        if not taught.any():
            return FittedNetwork(shape, scaling, None, coder)
        course = Course(self.steps, self.seed, self.logs, self.options)
        return FittedNetwork(shape, scaling, train(shape, inputs, course, progress), coder)

    def update(self, before: Fitted, panel: Panel, *, progress: Progress = silent) -> FittedNetwork:
        """Go on from the weights of an earlier fit, a tenth as many steps at a quarter the rate."""
        if not isinstance(before, FittedNetwork):
            raise TypeError(f"a network cannot go on from {type(before).__name__}")
        inputs = before.inputs_of(panel)
        if before.network is None or not inputs.teachable.any():
            return before
        gentle = replace(self.options, rate=_GENTLE * self.options.rate)
        course = Course(max(round(_AGAIN * self.steps), 1), self.seed, self.logs, gentle)
        network = train(before.shape, inputs, course, progress, before.network.state_dict())
        return FittedNetwork(before.shape, before.scaling, network, before.coder)


@dataclass(frozen=True, slots=True)
class FittedNetwork:
    """A trained network; None where no series could teach one."""

    shape: Shape
    scaling: Scaling
    network: torch.nn.Module | None
    coder: WindowCoder | None = None
    _inputs: dict[int, tuple[Panel, Inputs]] = field(default_factory=dict)

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        inputs = self.inputs_of(panel)
        quantiles = inputs.fallback(self.shape.levels, present)
        rows = np.flatnonzero(inputs.teachable)
        if self.network is None or not len(rows):
            return quantiles
        parts = [part[rows] for part in inputs.window(self.shape.window, present)]
        pieces = [
            _forward(self.network, [part[start : start + _CHUNK] for part in parts])
            for start in range(0, len(rows), _CHUNK)
        ]
        said = inputs.units(np.concatenate(pieces))
        quantiles[rows] = finite_or(said, quantiles[rows], self.shape.kind)
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
        if self.coder is not None:
            self.coder.save(folder)

    def inputs_of(self, panel: Panel) -> Inputs:
        """Lay the panel out once for the coalitions of an explanation.

        Raises
        ------
        ModelError
            When the panel lacks a column, or asks for another horizon than was trained.
        """
        known = self._inputs.get(id(panel))
        if known is None or known[0] is not panel:
            inputs = inputs_of(panel, self.scaling, self.coder)
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
    need_library()
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    shape = Shape(**{**about["shape"], "levels": tuple(about["shape"]["levels"])})
    scaling = Scaling.from_dict(about["scaling"])
    coder = load_windows(folder)
    if not about["trained"]:
        return FittedNetwork(shape, scaling, None, coder)
    with quiet():
        network = build(shape)
    load_model(network, str(folder / _WEIGHTS))
    return FittedNetwork(shape, scaling, network.eval(), coder)


def _forward(network: torch.nn.Module, parts: list[FloatArray]) -> FloatArray:
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
