"""Does what people say improve the forecast? The same forecast without text answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.judging.backtest import ExpertKey, Variant
from forecasting.judging.paired import compare, missed, sold
from signals import Scope

if TYPE_CHECKING:
    from forecasting.judging.backtest import Backtest
    from forecasting.judging.paired import Paired

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
    with_text, without = (missed(backtest, backtest.quantiles[key]) for key in twins)
    units = sold(backtest)
    scopes = np.asarray(backtest.grid.scopes)
    verdicts: dict[str, TextVerdict] = {}
    for scope in (scope for scope in Scope if scope in scopes):
        rows = scopes == scope
        verdict = _verdict(compare(with_text[rows], without[rows], units[rows], random))
        if verdicts and rows.sum() < _FEW_SERIES:
            finest = next(iter(verdicts.values()))
            fell = verdict.with_text < verdict.without_text
            verdict = replace(verdict, helped=finest.helped and fell)
        verdicts[str(scope)] = verdict
    return verdicts


def _verdict(found: Paired) -> TextVerdict:
    return TextVerdict(
        with_text=found.first,
        without_text=found.second,
        low=found.low,
        high=found.high,
        helped=found.better,
        points=found.blocks,
    )
