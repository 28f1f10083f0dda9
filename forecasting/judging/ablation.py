"""Does what people say improve the forecast? The same forecast without text answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.judging.backtest import ExpertKey, Variant
from forecasting.judging.metrics import Metric, terms
from signals import Scope

if TYPE_CHECKING:
    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest

_DRAWS: Final = 2000
_FEW_SERIES: Final = 10  # below this a scope follows the decision of all series together


@dataclass(frozen=True, slots=True)
class TextVerdict:
    """WAPE with and without text over the same points.

    Parameters
    ----------
    low, high
        90 % interval of ``with_text - without_text`` from a paired bootstrap over series and
        origins; below 0 means text helps.
    helped
        Whether the whole interval is below 0.
    """

    with_text: float
    without_text: float
    low: float
    high: float
    helped: bool
    points: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def judge_text(
    backtest: Backtest,
    expert: str,
    random: np.random.Generator,
) -> dict[str, TextVerdict]:
    """Compare the twins of one expert, for each scope.

    A scope of under ten series cannot speak for itself: text helps it when its own WAPE falls and
    text helps the finest scope.

    Returns
    -------
    dict
        By scope; empty when there is no backtest or the expert has no twin.
    """
    twins = [ExpertKey(expert, v) for v in (Variant.WITH_TEXT, Variant.WITHOUT_TEXT)]
    if not backtest.made_on or any(key not in backtest.quantiles for key in twins):
        return {}
    with_text, without = (_missed(backtest, key) for key in twins)
    units = np.nan_to_num(backtest.actual).sum(axis=2)
    scopes = np.asarray(backtest.grid.scopes)
    verdicts: dict[str, TextVerdict] = {}
    for scope in (scope for scope in Scope if scope in scopes):
        rows = scopes == scope
        verdict = _compare(with_text[rows], without[rows], units[rows], random)
        if verdicts and rows.sum() < _FEW_SERIES:
            finest = next(iter(verdicts.values()))
            fell = verdict.with_text < verdict.without_text
            verdict = replace(verdict, helped=finest.helped and fell)
        verdicts[str(scope)] = verdict
    return verdicts


def _missed(backtest: Backtest, key: ExpertKey) -> FloatArray:
    """Absolute errors summed over steps, shape (series, origins)."""
    parts = terms(backtest.actual, backtest.quantiles[key], backtest.levels, np.ones(()))
    return np.asarray(parts[Metric.WAPE][0].sum(axis=2))


def _compare(
    with_text: FloatArray,
    without: FloatArray,
    units: FloatArray,
    random: np.random.Generator,
) -> TextVerdict:
    """Bootstrap blocks (a series at an origin), the same draw for both twins."""
    gain = (with_text - without).ravel()
    weight = units.ravel()
    total = max(float(weight.sum()), 1e-9)
    draws = random.multinomial(gain.size, np.full(gain.size, 1 / gain.size), size=_DRAWS)
    differences = (draws @ gain) / np.maximum(draws @ weight, 1e-9)
    low, high = np.quantile(differences, (0.05, 0.95))
    return TextVerdict(
        with_text=float(with_text.sum() / total),
        without_text=float(without.sum() / total),
        low=float(low),
        high=float(high),
        helped=bool(high < 0),
        points=int(gain.size),
    )
