"""Trees that know no text, corrected by a network over what people say."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.experts.expert import tidy
from forecasting.experts.trees import FittedTrees, Trees, load_trees
from forecasting.fusion.fusion import Fusion, learn_fusion, load_fusion
from forecasting.fusion.heard import Heard, Place
from forecasting.grid import horizon_of
from forecasting.inputs.drivers import design_of
from forecasting.inputs.lessons import lessons_of
from forecasting.options import TreeOptions
from forecasting.preparation.prepare import observed_units
from signals import DriverGroup, ModelError, silent

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from forecasting.experts.expert import Fitted
    from forecasting.grid import FloatArray
    from forecasting.inputs.design import Design
    from signals import Panel, Progress

NAME: Final = "fusion"
_ABOUT: Final = "signals.json"
_BASE: Final = "base"


@dataclass(frozen=True, slots=True)
class FusedTrees:
    """LightGBM quantile models, and a gated network on what their median missed.

    The network hears two modalities: the mood columns of the last periods before each target, and
    what was said by the origin as a pooled text vector. Where a placebo does as well, or nothing
    was said, the forecast is that of the trees.
    """

    levels: tuple[float, ...]
    uses_text: bool = True
    rounds: int = 150
    seed: int = 1
    name: str = NAME
    options: TreeOptions = field(default_factory=TreeOptions)

    def fit(self, panel: Panel, *, progress: Progress = silent) -> FittedFusion:
        base = self._trees().fit(panel, progress=progress)
        if not self.uses_text:
            return FittedFusion(base, (), None)
        design = design_of(panel, base.known, use_text=True)
        rows = lessons_of(design, observed_units(panel))
        place = Place(rows.series, rows.origin, rows.step)
        heard = _heard(panel, design, rows.said.astype(np.float32, copy=False), place)
        spoken = np.flatnonzero(np.any([block.any(1) for block in heard.blocks.values()], axis=0))
        middle = base.boosters[self.levels.index(0.5)]
        least = -np.log1p(rows.scale[spoken])  # no units at all
        told = np.asarray(middle.predict(rows.inputs[spoken], num_threads=1))
        misses = rows.logs[spoken] - np.maximum(told, least)
        fusion = learn_fusion(
            heard.take(spoken), misses, place.take(spoken), design.grid.series_ids, self.seed
        )
        return FittedFusion(base, design.said_columns, fusion)

    def update(self, before: Fitted, panel: Panel, *, progress: Progress = silent) -> FittedFusion:
        """Take later data into the trees; what is heard counts as it did."""
        if not isinstance(before, FittedFusion):
            raise TypeError(f"fusion cannot go on from {type(before).__name__}")
        return replace(before, base=self._trees().update(before.base, panel, progress=progress))

    def _trees(self) -> Trees:
        return Trees(
            self.levels,
            uses_text=False,
            rounds=self.rounds,
            seed=self.seed,
            options=self.options,
        )


@dataclass(frozen=True, slots=True)
class FittedFusion:
    """The trees, and what signals add to all their levels; None when there were none to hear."""

    base: FittedTrees
    columns: tuple[str, ...]
    fusion: Fusion | None
    _factors: dict[int, tuple[Panel, FloatArray]] = field(default_factory=dict)

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        units = self.base.predict(panel, present=present)
        if self.fusion is None or DriverGroup.SENTIMENT not in present:
            return units
        return tidy(units * self._factor(panel)[:, :, None])

    def save(self, folder: Path) -> None:
        """Write the trees into a folder of their own, and the fusion beside it."""
        (folder / _BASE).mkdir()
        self.base.save(folder / _BASE)
        about = {"columns": self.columns, "heard": self.fusion is not None}
        (folder / _ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
        if self.fusion is not None:
            self.fusion.save(folder)

    def _factor(self, panel: Panel) -> FloatArray:
        """Say once, for the coalitions of an explanation, what the forecast is multiplied by."""
        known = self._factors.get(id(panel))
        if known is None or known[0] is not panel:
            self._factors.clear()
            self._factors[id(panel)] = known = (panel, self._correct(panel))
        return known[1]

    def _correct(self, panel: Panel) -> FloatArray:
        if self.fusion is None:
            raise ValueError("there is no fusion to correct by")
        design = design_of(panel, self.base.known, use_text=True)
        if design.said_columns != self.columns:
            changed = sorted({*design.said_columns} ^ {*self.columns})
            raise ModelError(
                f"the saved fusion and the data have different columns: {changed}; "
                "run: groundswell run",
            )
        shape = (len(design.grid.series_ids), horizon_of(panel))
        series, step = (axis.ravel() for axis in np.indices(shape))
        origin = np.full(len(series), len(design.grid.days) - 1)
        said = design.said(origin[0]).reshape(len(series), -1).astype(np.float32)
        heard = _heard(panel, design, said, Place(series, origin, step))
        ids = [design.grid.series_ids[row] for row in series]
        return self.fusion.factor(heard, ids).reshape(shape)


def load_fused(folder: Path) -> FittedFusion:
    """Read what `FittedFusion.save` wrote; it forecasts to the byte what the saved one did."""
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    fusion = load_fusion(folder) if about["heard"] else None
    return FittedFusion(load_trees(folder / _BASE), tuple(about["columns"]), fusion)


def _heard(panel: Panel, design: Design, said: npt.NDArray[np.float32], place: Place) -> Heard:
    """Lay out what was known of each forecast beside the numbers."""
    context = np.stack([(place.step + 1) / design.horizon, _size(design, place)], axis=1)
    blocks = {"mood": said}
    if panel.words is not None:
        blocks["words"] = panel.words[design.words[place.series, place.origin]]
    return Heard(context.astype(np.float32), blocks)


def _size(design: Design, place: Place) -> FloatArray:
    """Log of the units a series sold at the origin, near 1 for most."""
    return np.asarray(np.log1p(design.scale[place.series, place.origin]) / 5.0)
