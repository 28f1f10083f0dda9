"""What a run is asked for, and the id that follows from it."""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from forecasting.options import NetworkOptions, TreeOptions
from forecasting.preparation.prepare import Preparation
from signals import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.outcomes import Outcome
    from signals import Panel

_LIBRARIES: Final = ("groundswell", "lightgbm", "mlforecast", "statsforecast", "torch")
_EXTRAS: Final = ("neuralforecast", "fracast", "chronos-forecasting", "tirex-ts")
DEFAULT_EXPERTS: Final = (
    "last four periods",
    "seasonal naive",
    "autoets",
    "price response",
    "last season",
    "fusion",
)
"""The set that earns its seconds."""


@dataclass(frozen=True, slots=True)
class ForecastSettings:
    """What a run is asked for; the horizon is that of the panel.

    Parameters
    ----------
    levels
        Quantile levels, rising, 0.5 among them: it is the point forecast.
    origins
        Rolling origins of the backtest; fewer are used where the history is short.
    every
        Periods between two origins.
    min_periods
        Periods of history below which a series is forecast as a launch.
    trees
        Boosted trees of each quantile level.
    experts
        Names of the experts tried, as the catalogue has them.
    steps
        Most training steps of a neural network; early stopping usually takes fewer.
    codes_windows
        Whether trees and networks read codes of recent sales, by a variational autoencoder.
    training_logs
        Folder for TensorBoard; empty writes none.
    chronos_weights, tirex_weights
        Folder with the weights of Chronos-2, and the checkpoint file of TiRex; empty when there
        are none.
    later_texts
        Whether an origin of the backtest may use sentiment of a model that learnt from texts
        written after it; the accuracy with sentiment is then too good to be true.
    tree_options, network_options
        How trees grow and networks learn.
    preparation
        How gaps, stock-outs and outliers of the history are dealt with.
    smooth
        Steps over which forecasts are averaged, odd; 1 leaves them as they are.
    flags
        Whether a run lists forecasts outside all that was seen and outcomes outside intervals.
    """

    levels: tuple[float, ...] = (0.1, 0.5, 0.9)
    origins: int = 4
    every: int = 4
    min_periods: int = 8
    trees: int = 150
    seed: int = 1
    experts: tuple[str, ...] = DEFAULT_EXPERTS
    steps: int = 300
    codes_windows: bool = False
    training_logs: str = ""
    chronos_weights: str = ""
    tirex_weights: str = ""
    later_texts: bool = False
    tree_options: TreeOptions = field(default_factory=TreeOptions)
    network_options: NetworkOptions = field(default_factory=NetworkOptions)
    preparation: Preparation = field(default_factory=Preparation)
    smooth: int = 1
    flags: bool = False

    def __post_init__(self) -> None:
        problems = []
        rising = list(self.levels) == sorted(set(self.levels))
        if not rising or 0.5 not in self.levels or not 0 < self.levels[0] <= self.levels[-1] < 1:
            problems.append(f"levels are {self.levels}; they must rise within (0, 1) and hold 0.5")
        counts = ("origins", "every", "min_periods", "trees", "steps")
        problems += [
            f"{name} is {getattr(self, name)}; it must be at least 1"
            for name in counts
            if getattr(self, name) < 1
        ]
        if self.smooth < 1 or self.smooth % 2 == 0:
            problems.append(f"smooth is {self.smooth}; it must be odd: 1 for none, 3, 5")
        if problems:
            raise ConfigError("; ".join(problems))


def run_id_of(
    panel: Panel,
    settings: ForecastSettings,
    outcomes: Sequence[Outcome] = (),
    *,
    after: str | None = None,
) -> str:
    """Hash what decides the result of a run: data, settings, code, and how earlier runs went.

    Parameters
    ----------
    after
        Run whose choice and models are taken on; None for a run of its own.
    """
    digest = hashlib.sha256()
    shelf = () if panel.shelf is None else (panel.shelf.products, panel.shelf.ahead)
    for frame in (panel.history, panel.future, *shelf):
        digest.update(json.dumps(list(frame.columns)).encode())
        digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    for key, table in sorted(panel.tables.items()):
        digest.update(key.encode() + table.tobytes())
    about = {
        "settings": asdict(settings),
        "measure": panel.measure,
        "made_on": str(panel.made_on),
        "groups": {str(group): list(columns) for group, columns in panel.groups.items()},
        "known": list(panel.known),
        "past": list(panel.past),
        "cold": dict(panel.cold),
        "outcomes": [sorted(outcome.below.items()) for outcome in outcomes],
        "versions": library_versions(),
        "code": _code(),
    } | ({} if after is None else {"after": after})
    digest.update(json.dumps(about, sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()[:16]


def library_versions() -> dict[str, str]:
    """Return the versions a run keeps: of what it needs, and of the extras that are installed."""
    found = {name: version(name) for name in _LIBRARIES}
    for name in _EXTRAS:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


@lru_cache(maxsize=1)
def _code() -> str:
    """Hash the files of this package, so that changed code never passes for an earlier run."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
