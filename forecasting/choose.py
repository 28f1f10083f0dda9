"""Which experts a run uses, with or without text, and how its intervals are set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.agreement.reconcile import Reconciliation, learn_reconciliation, rest_shares
from forecasting.agreement.tree import hierarchy_of
from forecasting.blend import Blend, weigh
from forecasting.calibrate import Calibration, learn_calibration
from forecasting.judging.ablation import TextVerdict, judge_text
from forecasting.judging.backtest import ExpertKey, Variant
from forecasting.outcomes import Outcome, aims_after
from forecasting.segments import Segments, segments_seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest

BLEND: Final = "blend"
"""Name of the joint forecast in the accuracy table."""
FINAL: Final = ExpertKey(BLEND, Variant.RECONCILED)
"""The forecast that is published, in the accuracy table."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a backtest taught."""

    verdicts: Mapping[str, TextVerdict]
    blend: Blend
    calibration: Calibration
    reconciliation: Reconciliation
    segments: Segments

    @property
    def text_helped(self) -> bool:
        """Whether any series is forecast with text."""
        return any(verdict.helped for verdict in self.verdicts.values())

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON; ``models`` are those of whole scopes."""
        weights = {**self.blend.weights, **self.blend.within}
        return {
            "text_helped": self.text_helped,
            "text": {scope: verdict.to_dict() for scope, verdict in self.verdicts.items()},
            "models": {scope: self.blend.label([scope]) for scope in sorted(self.blend.weights)},
            "weights": {
                segment: {" ".join(key).strip(): share for key, share in shares.items()}
                for segment, shares in sorted(weights.items())
            },
            "segments": self.segments.to_dict(),
            "calibration": self.calibration.to_dict(),
        }

    def forecast(self, backtest: Backtest, origin: int) -> tuple[FloatArray, FloatArray]:
        """Forecast one origin of a backtest, also one that taught nothing here.

        Returns
        -------
        tuple
            The blend as it is, and calibrated; each of shape (series, horizon, levels).
        """
        segments = self.segments.of(backtest.seen(origin))
        here = {key: values[:, origin] for key, values in backtest.quantiles.items()}
        raw = self.blend.combine(here, segments)
        return raw, self.calibration.apply(raw, segments)


def choose(backtest: Backtest, seed: int, *, outcomes: Sequence[Outcome] = ()) -> Choice:
    """Decide on text, weights, calibration, reconciliation in turn, from the backtest.

    Parameters
    ----------
    outcomes
        What came of forecasts of earlier runs, oldest first; calibration follows them.
    """
    twins = {key.name for key in backtest.quantiles if key.variant is Variant.WITH_TEXT}
    verdicts: dict[str, TextVerdict] = {}
    for name in sorted(twins):
        verdicts = judge_text(backtest, name, np.random.default_rng(seed))
    candidates = {
        scope: _candidates(backtest.quantiles, verdicts.get(scope))
        for scope in sorted(set(backtest.grid.scopes))
    }
    segments, seen = segments_seen(backtest)
    blend = weigh(backtest, candidates, seen)
    mixed = blend.combine(backtest.quantiles, seen)
    calibration = learn_calibration(
        backtest.actual, mixed, backtest.levels, seen, aims_after(outcomes, backtest.levels)
    )
    reconciliation = learn_reconciliation(backtest, mixed[..., backtest.levels.index(0.5)])
    return Choice(verdicts, blend, calibration, reconciliation, segments)


def rehearse(backtest: Backtest, seed: int, smooth: int = 1) -> dict[ExpertKey, FloatArray]:
    """Forecast each origin by what the other origins alone would have chosen.

    The accuracy of the final forecast is read from this, so that no weight, no decision on text
    and no calibration is judged on the points it was made from. Other origins may be later ones.

    Parameters
    ----------
    smooth
        Steps over which the published forecast is averaged.

    Returns
    -------
    dict
        The blend as it is, then calibrated, then reconciled besides: `FINAL`. Each has shape
        (series, origins, horizon, levels).
    """
    raw = ExpertKey(BLEND, Variant.UNCALIBRATED)
    moved = ExpertKey(BLEND, Variant.CALIBRATED)
    shape = (*backtest.actual.shape, len(backtest.levels))
    finals = {key: np.full(shape, np.nan) for key in (raw, moved, FINAL)}
    origins, grid = range(len(backtest.made_on)), backtest.grid
    tree = hierarchy_of(grid.series_ids, grid.scopes, grid.categories)
    for origin in origins:
        choice = choose(backtest.at([other for other in origins if other != origin]), seed)
        finals[raw][:, origin], finals[moved][:, origin] = choice.forecast(backtest, origin)
        shares = rest_shares(backtest, tree, origin)
        agreed = choice.reconciliation.apply(finals[moved][:, origin], tree, shares)
        finals[FINAL][:, origin] = agreed.smoothed(smooth).units
    return finals


def _candidates(keys: Iterable[ExpertKey], verdict: TextVerdict | None) -> list[ExpertKey]:
    """Leave out the twin that the verdict is against; without a verdict, the one with text."""
    helped = verdict is not None and verdict.helped
    loser = Variant.WITHOUT_TEXT if helped else Variant.WITH_TEXT
    return [key for key in keys if key.variant is not loser]
