"""Foundation models behind `Reader`: fracast, Chronos-2 and TiRex.

fracast brings its weights. The others are read from a place on disk that the settings name, never
fetched; Chronos-2 is safetensors, and TiRex reads its checkpoint with ``weights_only``, which runs
no code of the file.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import torch

from forecasting.experts.zero_shot import at_levels
from signals import MissingExtra, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from chronos import Chronos2Pipeline
    from fracast import FracastModel
    from tirex.models.tirex import TiRexZero

    from forecasting.grid import FloatArray

Network = TypeVar("Network")
_CHUNK: Final = 64  # series in one pass; fracast and TiRex pad each to 2,048 periods


@dataclass(frozen=True, slots=True)
class Fracast:
    """85,001 parameters that come with the package ``fracast``; reads the sales alone.

    It knows the levels 0.1 to 0.9; beyond them its outermost stand until calibration.
    """

    name: str = "fracast"
    source: str = ""
    reads_known: bool = False

    def __post_init__(self) -> None:
        _need("fracast", "fracast", "foundation")

    def read(
        self, units: FloatArray, known: FloatArray, levels: tuple[float, ...],
    ) -> FloatArray:  # fmt: skip
        network, horizon = _fracast(), known.shape[1] - units.shape[1]
        said = [network.forecast_batch(chunk, horizon=horizon) for chunk in _chunks(units)]
        quantiles = np.concatenate(said).astype(np.float64)
        return at_levels(quantiles, tuple(network.quantiles), levels)


@dataclass(frozen=True, slots=True)
class Chronos:
    """Chronos-2 of Amazon; reads the sales and, in context, the columns known ahead.

    Parameters
    ----------
    source
        Folder with ``config.json`` and ``model.safetensors``.

    References
    ----------
    Ansari et al. (2025), Chronos-2: from univariate to universal forecasting.
    """

    source: str
    name: str = "chronos"
    reads_known: bool = True

    def __post_init__(self) -> None:
        _need("chronos", "chronos-forecasting", "foundation")
        _need_file(Path(self.source) / "config.json" if self.source else None, self.name)

    def read(
        self, units: FloatArray, known: FloatArray, levels: tuple[float, ...],
    ) -> FloatArray:  # fmt: skip
        periods = units.shape[1]
        inputs = []
        for sales, columns in zip(units, known, strict=True):
            first = int(np.isnan(sales).sum())
            past = {str(i): column for i, column in enumerate(columns[first:periods].T)}
            future = {str(i): column for i, column in enumerate(columns[periods:].T)}
            inputs.append(
                {"target": sales[first:], "past_covariates": past, "future_covariates": future}
            )
        answer, _ = _chronos(self.source).predict_quantiles(
            inputs, prediction_length=known.shape[1] - periods, quantile_levels=list(levels)
        )
        return np.stack([each[0].double().cpu().numpy() for each in answer])


@dataclass(frozen=True, slots=True)
class Tirex:
    """TiRex of NXAI, under the licence that comes with it; reads the sales alone.

    Parameters
    ----------
    source
        The file ``model.ckpt``.

    References
    ----------
    Auer et al. (2025), TiRex: zero-shot forecasting across long and short horizons.
    """

    source: str
    name: str = "tirex"
    reads_known: bool = False

    def __post_init__(self) -> None:
        _need("tirex", "tirex-ts", "tirex")
        _need_file(Path(self.source) if self.source else None, self.name)

    def read(
        self, units: FloatArray, known: FloatArray, levels: tuple[float, ...],
    ) -> FloatArray:  # fmt: skip
        network, horizon = _tirex(self.source), known.shape[1] - units.shape[1]
        said = [
            network.forecast(
                torch.from_numpy(chunk).float(), prediction_length=horizon, output_type="numpy"
            )[0]
            for chunk in _chunks(units)
        ]
        quantiles = np.concatenate(said).astype(np.float64)
        return at_levels(quantiles, tuple(network.config.quantiles), levels)


def _need(module: str, package: str, extra: str) -> None:
    if find_spec(module) is None:
        raise MissingExtra(package, extra)


def _need_file(file: Path | None, name: str) -> None:
    """Refuse weights that are not there."""
    if file is None or not file.is_file():
        found = f"{file} is no file" if file else "none are named"
        raise ModelError(
            f"the expert {name!r} needs its weights: {found}; fetch them, and name their place in "
            f"the setting {name}_weights",
        )


def _chunks(units: FloatArray) -> list[FloatArray]:
    return [units[start : start + _CHUNK] for start in range(0, len(units), _CHUNK)]


@lru_cache(maxsize=1)
def _fracast() -> FracastModel:
    from fracast import FracastModel

    return FracastModel.from_pretrained(weights="fp32")


@lru_cache(maxsize=1)
def _chronos(folder: str) -> Chronos2Pipeline:
    from chronos import Chronos2Pipeline

    return _open("Chronos-2", folder, lambda: Chronos2Pipeline.from_pretrained(
        folder, device_map="cuda" if torch.cuda.is_available() else "cpu", local_files_only=True,
    ))  # fmt: skip


@lru_cache(maxsize=1)
def _tirex(file: str) -> TiRexZero:
    from tirex.models.tirex import TiRexZero

    return _open("TiRex", file, lambda: TiRexZero.from_pretrained(file, backend="torch"))


def _open(model: str, place: str, read: Callable[[], Network]) -> Network:
    """Read weights in silence, and say which could not be read."""
    said = io.StringIO()
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        warnings.simplefilter("ignore")
        try:
            return read()
        except (OSError, RuntimeError, ValueError, LookupError, TypeError, AssertionError) as error:
            raise ModelError(
                f"{place} holds no weights of {model} that this version can read ({error}); "
                "fetch them again",
            ) from error
