"""What a person should look at before a forecast is used, where that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.grid import grid_of, horizon_of
from forecasting.judging.metrics import point_of
from forecasting.preparation.prepare import observed_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from forecasting.agreement.reconcile import Reconciled
    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest
    from signals import Panel

_NOTHING: Final = 1e-9  # units by which a value has to lie outside


def flags_of(
    panel: Panel, shown: Reconciled, judged: tuple[Backtest, FloatArray] | None
) -> dict[str, Any]:
    """List both kinds of flags in JSON, and of how many recent values the second is.

    Peaks that nobody is judged by are named by the preparation of the run.

    Parameters
    ----------
    panel
        Made ready, with the future that is forecast.
    shown
        The published forecast; launches may follow the series.
    judged
        As for `outside_interval`; None where there was no backtest.
    """
    grid = grid_of(panel)
    point = point_of(shown.units[: len(grid.series_ids)], shown.levels)
    ahead = grid.ahead(horizon_of(panel))
    recent = judged[0].actual[:, -1] if judged and judged[0].made_on else np.empty(0)
    return {
        "beyond_seen": beyond_seen(grid.series_ids, ahead, point, observed_units(panel)),
        "outside_interval": outside_interval(*judged) if judged else [],
        "recent_values": int((~np.isnan(recent)).sum()),
    }


def beyond_seen(
    series_ids: Sequence[str], days: pd.DatetimeIndex, point: FloatArray, seen: FloatArray
) -> list[dict[str, Any]]:
    """Find point forecasts outside the range that their series has ever had.

    Parameters
    ----------
    days
        First days of the periods ahead.
    point
        Units a period, shape (series, horizon).
    seen
        Units a period as observed, shape (series, periods); NaN where nothing was.

    Returns
    -------
    list
        series_id, day, units, least and most of each; the farthest outside, beside the width of its
        range, first.
    """
    known = ~np.isnan(seen)
    least = np.where(known, seen, np.inf).min(axis=1, keepdims=True)
    most = np.where(known, seen, -np.inf).max(axis=1, keepdims=True)
    return [
        {
            "series_id": series_ids[row],
            "day": str(days[step].date()),
            "units": round(float(point[row, step]), 3),
            "least": round(float(least[row, 0]), 3),
            "most": round(float(most[row, 0]), 3),
        }
        for row, step in _outside(point, least, most)
    ]


def outside_interval(tried: Backtest, quantiles: FloatArray) -> list[dict[str, Any]]:
    """Find the last periods that fell outside the interval forecast a horizon before they ended.

    Parameters
    ----------
    tried
        A backtest; its newest origin lies one horizon before the end of the history.
    quantiles
        The forecast as it is published, shape (series, origins, horizon, levels).

    Returns
    -------
    list
        series_id, day, units, low and high of each; the farthest outside, beside the width of its
        interval, first. Of an 80 % interval a fifth of all periods lies outside by right.
    """
    if not tried.made_on:
        return []
    low, high = quantiles[:, -1, :, 0], quantiles[:, -1, :, -1]
    actual = tried.actual[:, -1]
    days = tried.grid.days[-actual.shape[1] :]
    return [
        {
            "series_id": tried.grid.series_ids[row],
            "day": str(days[step].date()),
            "units": round(float(actual[row, step]), 3),
            "low": round(float(low[row, step]), 3),
            "high": round(float(high[row, step]), 3),
        }
        for row, step in _outside(actual, low, high)
    ]


def _outside(values: FloatArray, low: FloatArray, high: FloatArray) -> list[tuple[int, int]]:
    """Places of values below ``low`` or above ``high``, farthest first; NaN lies nowhere."""
    beyond = np.maximum(low - values, values - high)
    beyond = np.where(np.isfinite(beyond), beyond, 0.0)
    share = np.divide(
        beyond, np.maximum(high - low, 1.0), where=beyond > 0, out=np.zeros_like(beyond)
    )
    order = np.argsort(-share, axis=None, kind="stable")
    rows, steps = np.unravel_index(order, values.shape)
    return [
        (int(row), int(step))
        for row, step in zip(rows, steps, strict=True)
        if beyond[row, step] > _NOTHING
    ]
