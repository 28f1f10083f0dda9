"""Boosted trees over all series at once, one LightGBM model a quantile level.

Targets are logarithms, so that what promotions and feasts multiply adds up over trees; quantiles
keep their meaning under it. Direct forecasts: the step is a column, so one model serves every step.
mlforecast's own direct mode trains one model a step instead (8 steps x 3 levels = 24); its lags are
used here (`forecasting.inputs.lags`). Text does not enter the trees: it corrects what they miss
(`forecasting.experts.response`), so that without text the same forecast remains.
"""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import lightgbm
import numpy as np

from forecasting.experts.expert import tidy
from forecasting.experts.response import TextResponse, learn_response
from forecasting.grid import grid_of
from forecasting.inputs.design import SCOPE
from forecasting.inputs.drivers import design_of, known_columns
from forecasting.inputs.last_design import LastDesign
from forecasting.inputs.lessons import drawn, lessons_of, weights_by_units
from forecasting.inputs.window_coder import learn_windows, load_windows
from forecasting.options import TreeOptions
from forecasting.preparation.prepare import observed_units
from signals import DriverGroup, Scope, silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forecasting.experts.expert import Fitted
    from forecasting.grid import FloatArray
    from forecasting.inputs.design import Design
    from forecasting.inputs.lessons import Lessons
    from signals import Panel, Progress

NAME: Final = "lightgbm"
_ABOUT: Final = "columns.json"
_AT_ONCE: Final = 2
"""Levels trained side by side, each on one thread.

Two threads inside one model wait for each other by spinning: ten times slower as soon as anything
else runs on the machine.
"""
_BY_UNITS: Final = 0.5
"""Power of its units by which a series teaches: between each alike and each by what it sells."""
_PARAMETERS: Final[dict[str, Any]] = {
    "objective": "quantile",
    "extra_trees": True,
    "max_bin": 127,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}
_ADDED: Final = 0.1  # share of the trees that an update grows on top
_GENTLE: Final = 0.25  # of the rate, in an update: at the full rate one season sways them too far


@dataclass(frozen=True, slots=True)
class Trees:
    """LightGBM quantile models on lags, calendar, price and promotion, corrected by sentiment.

    Parameters
    ----------
    uses_text
        Whether sentiment columns are read.
    rounds
        Trees a level; fixed, so that every origin of a backtest gets the same model.
    codes_windows
        Whether an autoencoder tells the shape of recent sales too.
    """

    levels: tuple[float, ...]
    uses_text: bool = True
    rounds: int = 150
    seed: int = 1
    codes_windows: bool = False
    name: str = NAME
    options: TreeOptions = field(default_factory=TreeOptions)

    def fit(self, panel: Panel, *, progress: Progress = silent) -> FittedTrees:
        known = known_columns(panel)
        coder = learn_windows(grid_of(panel), self.seed) if self.codes_windows else None
        design = design_of(panel, known, use_text=self.uses_text, coder=coder)
        rows = lessons_of(design, observed_units(panel))
        boosters = self._grow(design, rows, self.rounds, (None,) * len(self.levels), progress)
        middle = boosters[self.levels.index(0.5)]
        response = _response(design, rows, middle) if design.said_columns else None
        designs = LastDesign(coder)
        return FittedTrees(self.levels, known, design.columns, boosters, response, designs)

    def update(self, before: Fitted, panel: Panel, *, progress: Progress = silent) -> FittedTrees:
        """Keep the trees of the last full fit, and grow a tenth as many on the newest season.

        What text adds to them is kept. Trees of an earlier update give way, so that models do not
        grow with every update.
        """
        if not isinstance(before, FittedTrees):
            raise TypeError(f"trees cannot go on from {type(before).__name__}")
        said = before.response.columns if before.response else None
        coder = before.designs.coder
        design = LastDesign(coder).of(panel, before.known, before.columns, said)
        newest = max(len(design.grid.days) - design.grid.season, 0)
        rows = lessons_of(design, observed_units(panel), since=newest)
        if not len(rows.targets):
            return before
        added = max(round(_ADDED * self.rounds), 1)
        full = [booster.model_to_string(num_iteration=self.rounds) for booster in before.boosters]
        gentle = replace(self.options, rate=_GENTLE * self.options.rate)
        boosters = replace(self, options=gentle)._grow(design, rows, added, full, progress)
        return replace(before, boosters=boosters, designs=LastDesign(coder))

    def _grow(
        self,
        design: Design,
        rows: Lessons,
        rounds: int,
        before: Sequence[str | None],
        progress: Progress,
    ) -> tuple[lightgbm.Booster, ...]:
        """Grow trees a level, on top of those that ``before`` holds in LightGBM's text."""
        taught = drawn(
            weights_by_units(np.asarray(design.grid.scopes)[rows.series], rows.scale, _BY_UNITS)
        )
        inputs, logs = rows.inputs[taught], rows.logs[taught]
        tick = _Ticks(progress, rounds * len(self.levels))

        def train(level: float, known: str | None) -> lightgbm.Booster:
            data = lightgbm.Dataset(
                inputs,
                logs,
                feature_name=_safe(design.columns),
                categorical_feature=[design.columns.index(SCOPE)],
            )
            parameters = {**_parameters(self.options), "alpha": level, "seed": self.seed}
            start = None if known is None else lightgbm.Booster(model_str=known)
            return lightgbm.train(parameters, data, rounds, init_model=start, callbacks=[tick])

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return tuple(pool.map(train, self.levels, before))


@dataclass(frozen=True, slots=True)
class FittedTrees:
    """One booster a level, and what text adds to all of them."""

    levels: tuple[float, ...]
    known: tuple[str, ...]
    columns: tuple[str, ...]
    boosters: tuple[lightgbm.Booster, ...]
    response: TextResponse | None = None
    designs: LastDesign = field(default_factory=LastDesign, compare=False, repr=False)

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        design = self.designs.of(
            panel, self.known, self.columns, self.response.columns if self.response else None
        )
        origin = len(design.grid.days) - 1
        full, neutral = design.rows(origin), design.rows(origin, neutral=True)
        seen = [group is None or group in present for group in design.groups]
        inputs = np.where(seen, full, neutral).reshape(-1, len(self.columns))
        logs = np.stack(
            [np.asarray(b.predict(inputs, num_threads=1)) for b in self.boosters], axis=1
        )
        scale = design.scale[:, origin] if DriverGroup.HISTORY in present else design.long_run
        shape = (len(scale), design.horizon, len(self.levels))
        units = np.expm1(logs.reshape(shape) + np.log1p(scale)[:, None, None])
        if self.response is not None and DriverGroup.SENTIMENT in present:
            factor = self.response.factor(design.said(origin), design.grid.series_ids)
            units = units * factor[:, :, None]
        return tidy(units)

    def save(self, folder: Path) -> None:
        """Write LightGBM's text form of each booster and the names of the columns."""
        about = {
            "columns": self.columns,
            "levels": self.levels,
            "response": self.response.to_dict() if self.response else None,
            "known": self.known,
        }
        (folder / _ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
        for level, booster in zip(self.levels, self.boosters, strict=True):
            (folder / _file(level)).write_text(booster.model_to_string(), encoding="utf-8")
        if self.designs.coder is not None:
            self.designs.coder.save(folder)


def load_trees(folder: Path) -> FittedTrees:
    """Read what `FittedTrees.save` wrote; it forecasts to the byte what the saved one did."""
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    levels = tuple(about["levels"])
    boosters = tuple(
        lightgbm.Booster(model_str=(folder / _file(level)).read_text(encoding="utf-8"))
        for level in levels
    )
    known, columns = tuple(about["known"]), tuple(about["columns"])
    response = TextResponse.from_dict(about["response"]) if about["response"] else None
    designs = LastDesign(load_windows(folder))
    return FittedTrees(levels, known, columns, boosters, response, designs)


def _response(design: Design, rows: Lessons, middle: lightgbm.Booster) -> TextResponse:
    """Learn what text adds from the misses of the median; series of the finest scope teach."""
    heard = rows.said.any(axis=1)
    inputs, scale, series = rows.inputs[heard], rows.scale[heard], rows.series[heard]
    least = -np.log1p(scale)  # no units at all
    expected = np.maximum(np.asarray(middle.predict(inputs, num_threads=1)), least)
    misses = rows.logs[heard] - expected
    scopes = np.asarray(design.grid.scopes)
    finest = next(scope for scope in Scope if scope in scopes)
    names = (design.said_columns, design.grid.series_ids)
    return learn_response(rows.said[heard], misses, series, names, (scopes == finest)[series])


def _parameters(options: TreeOptions) -> dict[str, Any]:
    return _PARAMETERS | {
        "learning_rate": options.rate,
        "num_leaves": options.leaves,
        "min_data_in_leaf": options.least_rows,
        "feature_fraction": options.column_share,
        "lambda_l2": options.ridge,
    }


def _file(level: float) -> str:
    return f"level-{level:g}.txt"


def _safe(columns: Sequence[str]) -> list[str]:
    """LightGBM takes no blanks in names."""
    return [column.replace(" ", "_") for column in columns]


class _Ticks:
    """Counts trees of all levels, whichever thread grows them."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total = progress, total
        self._done, self._lock = 0, threading.Lock()

    def __call__(self, _: lightgbm.callback.CallbackEnv) -> None:
        with self._lock:
            self._done += 1
            if self._done % 25 == 0 or self._done == self.total:
                self.progress("trees", self._done, self.total)
