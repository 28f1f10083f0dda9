"""Groups of signals heard one after the other, each on what those before it left unexplained."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.fusion.fusion import Fusion, learn_fusion, load_fusion
from forecasting.fusion.modalities import FIXED, SPEAKERS
from forecasting.fusion.network import WIDEST
from signals import DriverGroup, ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from forecasting.fusion.heard import Place
    from forecasting.fusion.modalities import Signals
    from forecasting.grid import FloatArray

_ABOUT: Final = "voices.json"


@dataclass(frozen=True, slots=True)
class Voices:
    """What each group of signals adds to a forecast.

    Parameters
    ----------
    widths
        Columns of each modality in training.
    """

    fusions: Mapping[DriverGroup, Fusion]
    widths: Mapping[str, int]

    def factor(
        self, signals: Signals, series_ids: Sequence[str], present: frozenset[DriverGroup]
    ) -> FloatArray:
        """Give what forecasts are multiplied by, shape (rows,).

        Parameters
        ----------
        present
            Groups that are heard.

        Raises
        ------
        ModelError
            When the signals are not those of the training.
        """
        if signals.widths != dict(self.widths):
            raise ModelError(
                f"the saved fusion reads signals of these widths: {dict(self.widths)}; the data "
                f"have {signals.widths}; run: groundswell run"
            )
        factor = np.ones(len(signals.context))
        for group, fusion in self.fusions.items():
            if group in present:
                factor *= fusion.factor(signals.heard_by(group, present), series_ids)
        return np.clip(factor, np.exp(-WIDEST), np.exp(WIDEST))

    def save(self, folder: Path) -> None:
        """Write each fusion into a folder of its own."""
        about = {"groups": [group.name.lower() for group in self.fusions], "widths": self.widths}
        (folder / _ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
        for group, fusion in self.fusions.items():
            (folder / group.name.lower()).mkdir()
            fusion.save(folder / group.name.lower())


def learn_voices(
    signals: Signals,
    misses: FloatArray,
    place: Place,
    series_ids: Sequence[str],
    *,
    groups: Iterable[DriverGroup],
    seed: int,
) -> Voices:
    """Learn what each group tells of what the forecast, and the groups before it, missed.

    Parameters
    ----------
    misses
        Log units by which outcomes exceeded the forecast, shape (rows,).
    place
        Series, origin and step of each row; ``series`` counts in ``series_ids``.
    groups
        Those that may speak; one that says nothing is left out.
    """
    fusions: dict[DriverGroup, Fusion] = {}
    left, present = misses, frozenset(groups)
    ids = [series_ids[series] for series in place.series.tolist()]
    for group in (group for group in SPEAKERS if group in present):
        heard = signals.heard_by(group, present)
        rows = np.flatnonzero(heard.speaks)
        if not len(rows):
            continue
        fusions[group] = fusion = learn_fusion(
            heard.take(rows),
            left[rows],
            place.take(rows),
            series_ids,
            seed,
            fixed=group in FIXED,
        )
        left = left - np.log(fusion.factor(heard, ids))
    return Voices(fusions, signals.widths)


def load_voices(folder: Path) -> Voices:
    """Read what `Voices.save` wrote."""
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    groups = {name: DriverGroup[name.upper()] for name in about["groups"]}
    return Voices(
        {group: load_fusion(folder / name) for name, group in groups.items()}, about["widths"]
    )
