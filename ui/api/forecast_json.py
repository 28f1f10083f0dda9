"""A forecast as JSON values: of REST and of ``groundswell forecast --json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from signals import Col
from ui.run_notes import NOTED

if TYPE_CHECKING:
    import pandas as pd

    from forecasting import RunInfo
    from ui.series import ChosenSeries

SHOWN_PERIODS: Final = 26
"""Periods of history beside a forecast."""


def run_as_json(run: RunInfo) -> dict[str, Any]:
    """Say which run forecasts come from, as JSON values."""
    return {
        "run_id": run.run_id,
        "made_on": f"{run.made_on:%Y-%m-%d}",
        "measure": str(run.measure),
        "text_helped": run.config.get("text_helped"),
        **{name: run.config[name] for name in NOTED if name in run.config},
    }


def series_as_json(series: ChosenSeries) -> dict[str, Any]:
    """Give a series with its forecast as JSON values."""
    wide = series.wide
    return {
        "series_id": series.series_id,
        "name": series.name,
        "period": series.period,
        "model": str(series.forecast[Col.MODEL].iloc[0]),
        "history": _points(series.history.tail(SHOWN_PERIODS)),
        "forecast": [
            {"day": f"{day:%Y-%m-%d}", "levels": {f"{level:g}": v for level, v in row.items()}}
            for day, row in zip(wide.index, wide.to_dict("records"), strict=True)
        ],
        "accuracy": series.accuracy,
        "text": series.text_verdict,
    }


def _points(history: pd.DataFrame) -> list[dict[str, Any]]:
    days, units = history[Col.DAY], history[Col.UNITS]
    return [{"day": f"{d:%Y-%m-%d}", "units": float(u)} for d, u in zip(days, units, strict=True)]
