"""The accuracy table of a run, from its backtest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecasting.judging.metrics import Metric, finish, terms
from signals import Col

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest, ExpertKey

ALL: Final = "all"
"""series_id of the row over every series; a scope has ``scope:<scope>``."""
EVERY_STEP: Final = 0
"""Step of the row over all steps."""


def accuracy_rows(backtest: Backtest, finals: Mapping[ExpertKey, FloatArray]) -> pd.DataFrame:
    """Score every expert and the final blends.

    Parameters
    ----------
    finals
        Quantiles of the blends, shape (series, origins, horizon, levels).

    Returns
    -------
    DataFrame
        series_id, expert, variant, step, metric, value. Series by series over all steps; each
        scope and all series for each step and over all steps. Undefined values have no row.
    """
    columns = [Col.SERIES_ID, Col.EXPERT, Col.VARIANT, Col.STEP, Col.METRIC, Col.VALUE]
    frames = [
        _scored(backtest, key, quantiles)
        for key, quantiles in {**backtest.quantiles, **finals}.items()
        if backtest.made_on
    ]
    if not frames:
        return pd.DataFrame(columns=columns).astype({Col.STEP: np.int64, Col.VALUE: np.float64})
    return pd.concat(frames, ignore_index=True)[columns]


def _scored(backtest: Backtest, key: ExpertKey, quantiles: FloatArray) -> pd.DataFrame:
    scale = backtest.change[:, None, None]
    parts = terms(backtest.actual, quantiles, backtest.levels, scale)
    frames = []
    for metric, (top, bottom) in parts.items():
        frames.append(_series(backtest, metric, top, bottom))
        frames.extend(_groups(backtest, metric, top, bottom))
    scored = pd.concat(frames, ignore_index=True).dropna(subset=[Col.VALUE])
    return scored.assign(**{Col.EXPERT: key.name, Col.VARIANT: str(key.variant)})


def _series(
    backtest: Backtest, metric: Metric, top: FloatArray, bottom: FloatArray,
) -> pd.DataFrame:  # fmt: skip
    values = finish(metric, top.sum(axis=(1, 2)), bottom.sum(axis=(1, 2)))
    ids = backtest.grid.series_ids
    return pd.DataFrame(
        {Col.SERIES_ID: ids, Col.STEP: EVERY_STEP, Col.METRIC: str(metric), Col.VALUE: values},
    )


def _groups(
    backtest: Backtest, metric: Metric, top: FloatArray, bottom: FloatArray,
) -> list[pd.DataFrame]:  # fmt: skip
    scopes = np.asarray(backtest.grid.scopes)
    groups = {ALL: np.ones(len(scopes), dtype=bool)}
    groups |= {f"scope:{scope}": scopes == scope for scope in sorted(set(backtest.grid.scopes))}
    steps = np.arange(backtest.actual.shape[2] + 1)
    frames = []
    for name, rows in groups.items():
        tops, bottoms = top[rows].sum(axis=(0, 1)), bottom[rows].sum(axis=(0, 1))
        values = finish(metric, np.append(tops.sum(), tops), np.append(bottoms.sum(), bottoms))
        frames.append(
            pd.DataFrame(
                {Col.SERIES_ID: name, Col.STEP: steps, Col.METRIC: str(metric), Col.VALUE: values},
            ),
        )
    return frames
