"""Entries of the experts that read each series alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecasting.experts.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecasting.experts.entry import Levels
    from forecasting.experts.expert import Expert, Fitted
    from forecasting.settings import ForecastSettings


def _recent_mean(settings: ForecastSettings, text: bool) -> Expert:  # noqa: ARG001
    from forecasting.experts.naive import RecentMean

    return RecentMean(settings.levels)


def _load_recent_mean(folder: Path, levels: Levels) -> Fitted:  # noqa: ARG001
    from forecasting.experts.naive import RecentMean

    return RecentMean(levels)


def _seasonal_naive(settings: ForecastSettings, text: bool) -> Expert:  # noqa: ARG001
    from forecasting.experts.naive import SeasonalNaive

    return SeasonalNaive(settings.levels)


def _load_seasonal_naive(folder: Path, levels: Levels) -> Fitted:  # noqa: ARG001
    from forecasting.experts.naive import SeasonalNaive

    return SeasonalNaive(levels)


def _each_alone(name: str, about: str) -> Entry:
    """Enter a statistical model of every series alone."""

    def make(settings: ForecastSettings, text: bool) -> Expert:  # noqa: ARG001
        from forecasting.experts.stats import EachAlone

        return EachAlone(settings.levels, name)

    def load(folder: Path, levels: Levels) -> Fitted:  # noqa: ARG001
        from forecasting.experts.stats import FittedAlone

        return FittedAlone(levels, name)

    return Entry(about, make, load)


def _croston(settings: ForecastSettings, text: bool) -> Expert:  # noqa: ARG001
    from forecasting.experts.croston import Croston

    return Croston(settings.levels)


def _load_croston(folder: Path, levels: Levels) -> Fitted:  # noqa: ARG001
    from forecasting.experts.croston import Croston

    return Croston(levels)


ALONE: Final[Mapping[str, Entry]] = {
    "last four periods": Entry(
        "the mean of the last four periods", _recent_mean, _load_recent_mean
    ),
    "seasonal naive": Entry(
        "the same period a season ago", _seasonal_naive, _load_seasonal_naive
    ),
    "autoets": _each_alone("autoets", "exponential smoothing of every series alone"),
    "autoarima": _each_alone("autoarima", "ARIMA of every series alone"),
    "autotheta": _each_alone("autotheta", "theta model of every series alone"),
    "croston": Entry(
        "slow movers: how often they sell and how much at a time", _croston, _load_croston
    ),
}  # fmt: skip
