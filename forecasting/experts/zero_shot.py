"""Networks that were trained elsewhere and forecast a series they have never seen."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from forecasting.experts.expert import finite_or, tidy
from forecasting.experts.naive import recent_level, typical_level
from forecasting.grid import grid_of, horizon_of
from forecasting.inputs.drivers import known_block, known_columns
from signals import DriverGroup, silent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forecasting.grid import FloatArray
    from signals import Panel, Progress

_ABOUT: Final = "zero_shot.json"
_YOUNGEST: Final = 8  # periods of history such a network needs of a series
_HIGHEST: Final = 4.0  # times the most a series ever sold: no forecast goes beyond


class Reader(Protocol):
    """A trained network behind its library.

    Attributes
    ----------
    name
        Short and stable, as the catalogue has it.
    source
        Where the weights lie; empty where the library brings them.
    reads_known
        Whether columns known ahead are read.
    """

    @property
    def name(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def reads_known(self) -> bool: ...

    def read(
        self, units: FloatArray, known: FloatArray, levels: tuple[float, ...],
    ) -> FloatArray:  # fmt: skip
        """Forecast series from their past.

        Parameters
        ----------
        units
            Shape (series, periods), NaN before a series begins.
        known
            Columns known ahead, shape (series, periods + horizon, columns).

        Returns
        -------
        ndarray
            Shape (series, horizon, levels).
        """
        ...


@dataclass(frozen=True, slots=True)
class ZeroShot:
    """A foundation model as it is, without training on the panel.

    Series with under eight periods or that never changed are forecast by the mean of their last
    four. Backtests of such a model may flatter it: what it was trained on may hold the same data.
    """

    levels: tuple[float, ...]
    reader: Reader
    uses_text: bool = False

    @property
    def name(self) -> str:
        return self.reader.name

    def fit(self, panel: Panel, *, progress: Progress = silent) -> FittedZeroShot:  # noqa: ARG002
        columns = known_columns(panel) if self.reader.reads_known else ()
        return FittedZeroShot(self.levels, self.reader, columns)


@dataclass(frozen=True, slots=True)
class FittedZeroShot:
    """Remembers its answers on one panel: most coalitions of an explanation read the same."""

    levels: tuple[float, ...]
    reader: Reader
    columns: tuple[str, ...]
    _answers: dict[frozenset[DriverGroup], tuple[Panel, FloatArray]] = field(default_factory=dict)

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        if DriverGroup.HISTORY not in present:
            return typical_level(grid_of(panel), self.levels, horizon_of(panel))
        read = {group for group, names in panel.groups.items() if set(names) & set(self.columns)}
        seen = frozenset(present & read)
        answer = self._answers.get(seen)
        if answer is None or answer[0] is not panel:
            answer = self._answers[seen] = (panel, self._forecast(panel, seen))
        return answer[1].copy()

    def save(self, folder: Path) -> None:
        """Write where the weights lie and which columns are read; the weights stay there."""
        about = {"source": self.reader.source, "columns": self.columns}
        (folder / _ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")

    def _forecast(self, panel: Panel, present: frozenset[DriverGroup]) -> FloatArray:
        grid, horizon = grid_of(panel), horizon_of(panel)
        quantiles = recent_level(grid, self.levels, horizon)
        most = np.nanmax(grid.units, axis=1)
        rows = np.flatnonzero((most > np.nanmin(grid.units, axis=1)) & (grid.ages >= _YOUNGEST))
        if not len(rows):
            return quantiles
        block = known_block(panel, self.columns)
        shown = np.asarray([group in present for group in block.groups], dtype=np.bool_)
        known = np.where(shown & ~np.isnan(block.data), block.data, block.neutral[:, None, :])
        said = self.reader.read(grid.units[rows], known[rows], self.levels)
        said = tidy(np.minimum(said, _HIGHEST * most[rows, None, None]))
        quantiles[rows] = finite_or(said, quantiles[rows], self.reader.name)
        return quantiles


def load_zero_shot(
    folder: Path, levels: tuple[float, ...], reader: Callable[[str], Reader],
) -> FittedZeroShot:  # fmt: skip
    """Read what `FittedZeroShot.save` wrote; ``reader`` opens the weights at their source."""
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    return FittedZeroShot(levels, reader(about["source"]), tuple(about["columns"]))


def at_levels(
    quantiles: FloatArray, native: tuple[float, ...], wanted: tuple[float, ...],
) -> FloatArray:  # fmt: skip
    """Interpolate between the levels a network knows; beyond them its outermost stand.

    Examples
    --------
    >>> at_levels(np.array([[2.0, 4.0]]), (0.1, 0.5), (0.05, 0.3, 0.9)).tolist()
    [[2.0, 3.0, 4.0]]
    """
    place = np.interp(wanted, native, np.arange(len(native)))
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, len(native) - 1)
    share = place - below
    return np.asarray(quantiles[..., below] * (1.0 - share) + quantiles[..., above] * share)
