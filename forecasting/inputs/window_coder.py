"""The shape of recent sales in a few numbers, by a variational autoencoder.

A window of sales is centred and scaled by itself, so that only its shape is left: a rise, a spike,
a saw. The autoencoder learns the windows of a history and of nothing later; its latent means are
inputs of the trees and of the networks where the settings ask for them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from signals import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from forecasting.grid import FloatArray, Grid

CODES: Final = 4
"""Numbers a window becomes."""
_ABOUT: Final = "windows.json"
_WEIGHTS: Final = "windows.safetensors"
_HIDDEN: Final = 48
_STEPS: Final = 600
_BATCH: Final = 256
_RATE: Final = 2e-3
_LONGEST: Final = 128  # periods of a window
_FEWEST: Final = 256  # windows that teach anything
_LEAST_SPREAD: Final = 0.1  # log units; less is noise of a flat series
_WIDEST: Final = 4.0  # spreads from its middle that a value may lie
_CHUNK: Final = 256  # series laid out at a time


class _Autoencoder(nn.Module):
    """Windows to means and log variances of a code, and a code back to a window."""

    def __init__(self, window: int) -> None:
        super().__init__()
        self.encode = nn.Sequential(
            nn.Linear(window, _HIDDEN), nn.GELU(), nn.Linear(_HIDDEN, 2 * CODES)
        )
        self.decode = nn.Sequential(
            nn.Linear(CODES, _HIDDEN), nn.GELU(), nn.Linear(_HIDDEN, window)
        )

    def loss(self, windows: torch.Tensor) -> torch.Tensor:
        """Negative evidence bound of windows, shape (B, window), with unit variance: a number."""
        mean, spread = self.encode(windows).chunk(2, dim=1)  # (B, CODES) each
        code = mean + torch.randn_like(mean) * (spread / 2).exp()
        missed = (self.decode(code) - windows).square().sum(1) / 2
        surprise = (mean.square() + spread.exp() - 1 - spread).sum(1) / 2
        return (missed + surprise).mean()


@dataclass(frozen=True, slots=True)
class WindowCoder:
    """A trained autoencoder that reads the last ``window`` periods."""

    window: int
    network: _Autoencoder

    @property
    def flat(self) -> FloatArray:
        """Code of a window in which nothing happens, shape (CODES,)."""
        return self._codes(np.zeros((1, self.window), dtype=np.float32))[0]

    def codes(self, grid: Grid) -> FloatArray:
        """Code the window that ends with each period, shape (series, periods, CODES).

        What lies before a series begins counts as its own middle.
        """
        parts = [np.empty((0, len(grid.days), CODES))]
        for start in range(0, len(grid.units), _CHUNK):
            windows = _windows(grid.units[start : start + _CHUNK], self.window)
            flat = self._codes(windows.reshape(-1, self.window))
            parts.append(flat.reshape(*windows.shape[:2], CODES))
        return np.concatenate(parts)

    def save(self, folder: Path) -> None:
        """Write the weights as safetensors and the rest as JSON."""
        save_file(dict(self.network.state_dict()), folder / _WEIGHTS)
        (folder / _ABOUT).write_text(json.dumps({"window": self.window}), encoding="utf-8")

    @torch.inference_mode()
    def _codes(self, windows: npt.NDArray[np.float32]) -> FloatArray:
        mean = self.network.encode(torch.from_numpy(windows))[:, :CODES]
        return np.asarray(mean.double().numpy())


def learn_windows(grid: Grid, seed: int) -> WindowCoder | None:
    """Learn the windows of a history; None where there are too few of them.

    A window is as long as the long rolling mean of the frequency, and teaches where at least half
    of it is known.

    References
    ----------
    Kingma and Welling (2014), arXiv 1312.6114. Deviation: the code of a window is its mean.
    """
    window = min(grid.frequency.windows[2], _LONGEST)
    ages = np.cumsum(~np.isnan(grid.units), axis=1)
    taught = _windows(grid.units, window)[2 * ages >= window]  # (windows, window)
    if len(taught) < _FEWEST:
        return None
    random = np.random.default_rng(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = _Autoencoder(window)
        optimizer = torch.optim.Adam(network.parameters(), lr=_RATE)
        for _ in range(_STEPS):
            loss = network.loss(torch.from_numpy(taught[random.integers(len(taught), size=_BATCH)]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return WindowCoder(window, network.eval())


def load_windows(folder: Path) -> WindowCoder | None:
    """Read what `WindowCoder.save` wrote; None where nothing was written.

    Raises
    ------
    ModelError
        When the weights do not fit what the JSON says of them.
    """
    if not (folder / _ABOUT).exists():
        return None
    about: dict[str, Any] = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    network = _Autoencoder(int(about["window"]))
    try:
        network.load_state_dict(load_file(folder / _WEIGHTS))
    except RuntimeError as error:
        raise ModelError(
            f"{folder / _WEIGHTS} does not fit {_ABOUT} beside it: {error}; run: groundswell run"
        ) from error
    return WindowCoder(int(about["window"]), network.eval())


def _windows(units: FloatArray, window: int) -> npt.NDArray[np.float32]:
    """Cut the window that ends with each period, in its own spreads around its own middle.

    Parameters
    ----------
    units
        Shape (series, periods); NaN before a series begins.

    Returns
    -------
    ndarray
        Shape (series, periods, window), float32; 0 for what is not known.
    """
    padded = np.pad(np.log1p(units), ((0, 0), (window - 1, 0)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, window, axis=1)
    known = ~np.isnan(windows)
    count = np.maximum(known.sum(axis=2, keepdims=True), 1)
    middle = np.where(known, windows, 0.0).sum(axis=2, keepdims=True) / count
    apart = np.where(known, windows - middle, 0.0)
    spread = np.sqrt((apart**2).sum(axis=2, keepdims=True) / count)
    scaled = np.clip(apart / np.maximum(spread, _LEAST_SPREAD), -_WIDEST, _WIDEST)
    return np.asarray(scaled, dtype=np.float32)
