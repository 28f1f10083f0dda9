"""Trees that know no text, corrected by networks over what people do, show and say."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.experts.expert import tidy
from forecasting.experts.trees import FittedTrees, Trees, load_trees
from forecasting.fusion.heard import Place
from forecasting.fusion.modalities import SPEAKERS, signals_of
from forecasting.fusion.voices import Voices, learn_voices, load_voices
from forecasting.inputs.drivers import design_of
from forecasting.inputs.lessons import lessons_of
from forecasting.options import TreeOptions
from forecasting.preparation.prepare import observed_units
from signals import DriverGroup, ModelError, silent

if TYPE_CHECKING:
    from pathlib import Path

    from forecasting.experts.expert import Fitted
    from forecasting.fusion.modalities import Signals
    from forecasting.grid import FloatArray
    from signals import Panel, Progress

NAME: Final = "fusion"
_ABOUT: Final = "signals.json"
_BASE: Final = "base"


@dataclass(frozen=True, slots=True)
class FusedTrees:
    """LightGBM quantile models, and gated networks on what their median missed.

    The modalities are those of `forecasting.fusion.modalities`. Where a placebo does as well, or
    nothing was said, the forecast is that of the trees.
    """

    levels: tuple[float, ...]
    uses_text: bool = True
    rounds: int = 150
    seed: int = 1
    codes_windows: bool = False
    name: str = NAME
    options: TreeOptions = field(default_factory=TreeOptions)

    def fit(self, panel: Panel, *, progress: Progress = silent) -> FittedFusion:
        base = self._trees().fit(panel, progress=progress)
        groups = [group for group in SPEAKERS if panel.groups.get(group)]
        if not self.uses_text:
            groups = [group for group in groups if group is not DriverGroup.SENTIMENT]
        if not groups:
            return FittedFusion(base, (), None)
        coder = base.designs.coder
        design = design_of(panel, base.known, use_text=self.uses_text, coder=coder)
        rows = lessons_of(design, observed_units(panel))
        place = Place(rows.series, rows.origin, rows.step)
        signals = signals_of(panel, design, place, rows.said)
        spoken = np.flatnonzero(signals.speaks)
        middle = base.boosters[self.levels.index(0.5)]
        least = -np.log1p(rows.scale[spoken])  # no units at all
        told = np.asarray(middle.predict(rows.inputs[spoken], num_threads=1))
        voices = learn_voices(
            signals.take(spoken),
            rows.logs[spoken] - np.maximum(told, least),
            place.take(spoken),
            design.grid.series_ids,
            groups=groups,
            seed=self.seed,
        )
        return FittedFusion(base, design.said_columns, voices)

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
            codes_windows=self.codes_windows,
            options=self.options,
        )


@dataclass(frozen=True, slots=True)
class FittedFusion:
    """The trees, and what signals add to all their levels; None when there were none to hear."""

    base: FittedTrees
    columns: tuple[str, ...]
    voices: Voices | None
    _signals: dict[int, tuple[Panel, Signals, tuple[str, ...]]] = field(default_factory=dict)

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        units = self.base.predict(panel, present=present)
        if self.voices is None or not present & self.voices.fusions.keys():
            return units
        signals, ids = self._heard(panel)
        factor = self.voices.factor(signals, ids, present)
        return tidy(units * factor.reshape(*units.shape[:2], 1))

    def save(self, folder: Path) -> None:
        """Write the trees into a folder of their own, and the fusion beside it."""
        (folder / _BASE).mkdir()
        self.base.save(folder / _BASE)
        about = {"columns": self.columns, "heard": self.voices is not None}
        (folder / _ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
        if self.voices is not None:
            self.voices.save(folder)

    def _heard(self, panel: Panel) -> tuple[Signals, tuple[str, ...]]:
        """Lay out once, for the coalitions of an explanation, what the last origin knows."""
        known = self._signals.get(id(panel))
        if known is None or known[0] is not panel:
            design = design_of(panel, self.base.known, use_text=bool(self.columns))
            if design.said_columns != self.columns:
                changed = sorted({*design.said_columns} ^ {*self.columns})
                raise ModelError(
                    f"the saved fusion and the data have different columns: {changed}; "
                    "run: groundswell run",
                )
            shape = (len(design.grid.series_ids), design.horizon)
            series, step = (axis.ravel() for axis in np.indices(shape))
            origin = np.full(len(series), len(design.grid.days) - 1)
            said = design.said(int(origin[0])).reshape(len(series), -1)
            signals = signals_of(panel, design, Place(series, origin, step), said)
            ids = tuple(design.grid.series_ids[row] for row in series)
            self._signals.clear()
            self._signals[id(panel)] = known = (panel, signals, ids)
        return known[1], known[2]


def load_fused(folder: Path) -> FittedFusion:
    """Read what `FittedFusion.save` wrote; it forecasts to the byte what the saved one did."""
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    voices = load_voices(folder) if about["heard"] else None
    return FittedFusion(load_trees(folder / _BASE), tuple(about["columns"]), voices)
