"""Signals beside the numbers, fused: what they add to a forecast, and how far that is trusted."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.fusion.gate import Foretold, Gate, choose_gate
from forecasting.fusion.heard import Heard
from forecasting.fusion.learn import Effort, Learnt, Lesson, learn
from forecasting.fusion.network import WIDEST, FusionNetwork
from forecasting.fusion.ridge import Ridge
from signals import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from forecasting.fusion.heard import Place, Vectors
    from forecasting.grid import FloatArray

_ABOUT: Final = "fusion.json"
_WEIGHTS: Final = "fusion.safetensors"
_COMMON: Final = "ridge.common"
_OWN: Final = "ridge.own"
_PRIOR: Final = 100.0  # rows that the belief "no answer" weighs, for the answer of one series
_STRONGEST: Final = 2.0  # answer of a series, in units of the common one


@dataclass(frozen=True, slots=True)
class Fusion:
    """A network over signals, how each series answers it, and the gate before it.

    Parameters
    ----------
    scales, beside
        By modality that speaks, or that only tells the others apart, the typical size of each
        column, by which it is divided.
    answers
        By series_id, in [0, 2]: how strongly a series answers, from rows the networks had not seen.
    """

    learnt: Learnt
    gate: Gate
    scales: Mapping[str, FloatArray]
    answers: Mapping[str, float]
    beside: Mapping[str, FloatArray] = field(default_factory=dict)

    def factor(self, heard: Heard, series_ids: Sequence[str]) -> FloatArray:
        """Give what forecasts are multiplied by, shape (rows,).

        Parameters
        ----------
        heard
            Signals as they were given to `learn_fusion`.
        series_ids
            Series of each row.
        """
        if self.gate.value == 0.0 or not len(heard):
            return np.ones(len(heard))
        answers = np.asarray([self.answers.get(series, 0.0) for series in series_ids])
        scaled = _scaled(heard, self.scales, self.beside)
        moved = self.learnt.correct(scaled) * answers * self.gate.value
        return np.asarray(np.exp(np.clip(moved, -WIDEST, WIDEST)))

    def save(self, folder: Path) -> None:
        """Write the weights as safetensors and the rest as JSON."""
        import torch
        from safetensors.torch import save_file

        ridge = self.learnt.ridge
        weights = dict(self.learnt.network.state_dict())
        weights[_COMMON] = torch.from_numpy(ridge.common)
        weights[_OWN] = torch.from_numpy(np.stack([*ridge.own.values()]))
        save_file(weights, folder / _WEIGHTS)
        about = {
            "gate": asdict(self.gate),
            "effort": asdict(self.learnt.effort),
            "kinds": list(ridge.own),
            "context": self.learnt.network.query.in_features,
            "scales": {name: scale.tolist() for name, scale in self.scales.items()},
            "beside": {name: scale.tolist() for name, scale in self.beside.items()},
            "answers": dict(self.answers),
        }
        (folder / _ABOUT).write_text(
            json.dumps(about, indent=1, ensure_ascii=False), encoding="utf-8"
        )


def learn_fusion(
    heard: Heard,
    misses: FloatArray,
    place: Place,
    series_ids: Sequence[str],
    seed: int,
    *,
    fixed: bool = False,
) -> Fusion:
    """Learn from what a forecast without signals missed.

    Parameters
    ----------
    misses
        Log units by which outcomes exceeded the forecast, shape (rows,).
    place
        Series, origin and step of each row; ``series`` counts in ``series_ids``.
    fixed
        Whether signals are what a series always is, see `choose_gate`.

    References
    ----------
    Text on the residual of a numeric forecast: Zhang et al. (2024), arXiv 2412.02525, and REST-TS
    (2026), arXiv 2606.19413. Deviations: a small network on features and pooled vectors in place of
    a language model; a gate from rolling origins, shrunk by a placebo.
    """
    scales = {name: _typical(vectors) for name, vectors in heard.blocks.items()}
    # what stands beside is no louder than one column, however many it has
    beside = {
        name: _typical(vectors) * vectors.table.shape[1] ** 0.5
        for name, vectors in heard.beside.items()
    }
    scaled = _scaled(heard, scales, beside)
    centred = misses - np.median(misses) if len(misses) else misses
    gate, foretold = choose_gate(scaled, centred, place, seed, fixed=fixed)
    effort = Effort(gate.epochs if gate.value > 0 else 0, gate.strength)
    learnt = learn(Lesson(scaled, centred), seed, effort)
    return Fusion(learnt, gate, scales, _answers(foretold, centred, place, series_ids), beside)


def load_fusion(folder: Path) -> Fusion:
    """Read what `Fusion.save` wrote.

    Raises
    ------
    ModelError
        When the weights do not fit what the JSON says of them.
    """
    from safetensors.torch import load_file

    about: dict[str, Any] = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    scales, beside = (
        {name: np.asarray(scale) for name, scale in about[part].items()}
        for part in ("scales", "beside")
    )
    sizes, apart = ({n: len(s) for n, s in part.items()} for part in (scales, beside))
    network = FusionNetwork(sizes, int(about["context"]), apart)
    weights = load_file(folder / _WEIGHTS)
    try:
        common, own = weights.pop(_COMMON).numpy(), weights.pop(_OWN).numpy()
        network.load_state_dict(weights)
    except (KeyError, RuntimeError) as error:
        raise ModelError(
            f"{folder / _WEIGHTS} does not fit {_ABOUT} beside it: {error}; run: groundswell run"
        ) from error
    ridge = Ridge(common, dict(zip(about["kinds"], own, strict=True)))
    learnt = Learnt(ridge, network.eval(), Effort(**about["effort"]))
    return Fusion(learnt, Gate(**about["gate"]), scales, about["answers"], beside)


def _typical(vectors: Vectors) -> FloatArray:
    """Root mean square of each column where the modality speaks, shape (columns,); 1 for none."""
    heard = vectors.rows[vectors.speaks]
    times = np.bincount(heard, minlength=len(vectors.table)).astype(np.float64)
    size = np.sqrt(times @ vectors.table.astype(np.float64) ** 2 / max(len(heard), 1))
    return np.asarray(np.where(size > 0, size, 1.0))


def _scaled(
    heard: Heard, scales: Mapping[str, FloatArray], beside: Mapping[str, FloatArray]
) -> Heard:
    blocks, apart = (
        {
            name: replace(
                vectors,
                table=np.clip(vectors.table / sizes[name], -5.0, 5.0).astype(np.float32),
            )
            for name, vectors in part.items()
        }
        for part, sizes in ((heard.blocks, scales), (heard.beside, beside))
    )
    return Heard(heard.context, heard.kinds, blocks, apart)


def _answers(
    foretold: Foretold, misses: FloatArray, place: Place, series_ids: Sequence[str]
) -> dict[str, float]:
    """Find how strongly each series answers, in rows its network had not seen.

    A series with few such rows is believed to answer like all of them together.
    """
    judged = foretold.fold >= 0
    told, missed = foretold.corrections[judged], misses[judged]
    if not len(told) or not told.any():
        return dict.fromkeys(series_ids, 0.0)
    together = np.bincount(place.series[judged], told * missed, len(series_ids))
    alone = np.bincount(place.series[judged], told * told, len(series_ids))
    usual = float(np.clip(together.sum() / alone.sum(), 0.0, 1.0))
    belief = _PRIOR * float(told.var())
    slopes = (together + belief * usual) / (alone + belief)
    return dict(zip(series_ids, np.clip(slopes, 0.0, _STRONGEST).round(6).tolist(), strict=True))
