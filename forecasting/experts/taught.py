"""Entries of the experts that a run teaches over all its series at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from forecasting.experts.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.experts.entry import Levels
    from forecasting.experts.expert import Expert, Fitted
    from forecasting.settings import ForecastSettings


def _linear(settings: ForecastSettings, text: bool) -> Expert:  # noqa: ARG001
    from forecasting.experts.linear import Linear

    return Linear(settings.levels)


def _load_linear(folder: Path, levels: Levels) -> Fitted:  # noqa: ARG001
    from forecasting.experts.linear import load_linear

    return load_linear(folder)


def _price_response(settings: ForecastSettings, text: bool) -> Expert:  # noqa: ARG001
    from forecasting.experts.price_response import PriceResponse

    return PriceResponse(settings.levels)


def _load_price_response(folder: Path, levels: Levels) -> Fitted:  # noqa: ARG001
    from forecasting.experts.price_response import load_price_response

    return load_price_response(folder)


def _last_season(settings: ForecastSettings, text: bool) -> Expert:  # noqa: ARG001
    from forecasting.experts.last_season import LastSeason

    return LastSeason(settings.levels)


def _load_last_season(folder: Path, levels: Levels) -> Fitted:  # noqa: ARG001
    from forecasting.experts.last_season import load_last_season

    return load_last_season(folder)


def _lightgbm(settings: ForecastSettings, text: bool) -> Expert:
    from forecasting.experts.trees import Trees

    return Trees(
        settings.levels,
        uses_text=text,
        rounds=settings.trees,
        seed=settings.seed,
        codes_windows=settings.codes_windows,
        options=settings.tree_options,
    )


def _load_lightgbm(folder: Path, levels: Levels) -> Fitted:  # noqa: ARG001
    from forecasting.experts.trees import load_trees

    return load_trees(folder)


def _fusion(settings: ForecastSettings, text: bool) -> Expert:
    from forecasting.experts.fused import FusedTrees

    return FusedTrees(
        settings.levels,
        uses_text=text,
        rounds=settings.trees,
        seed=settings.seed,
        codes_windows=settings.codes_windows,
        options=settings.tree_options,
    )


def _load_fusion(folder: Path, levels: Levels) -> Fitted:  # noqa: ARG001
    from forecasting.experts.fused import load_fused

    return load_fused(folder)


def _network(name: str, about: str) -> Entry:
    def make(settings: ForecastSettings, text: bool) -> Expert:  # noqa: ARG001
        from forecasting.experts.networks import Network

        logs = Path(settings.training_logs) if settings.training_logs else None
        return Network(
            name,
            settings.levels,
            steps=settings.steps,
            seed=settings.seed,
            logs=logs,
            codes_windows=settings.codes_windows,
            options=settings.network_options,
        )

    return Entry(about, make, _load_network)


def _load_network(folder: Path, levels: Levels) -> Fitted:  # noqa: ARG001
    from forecasting.experts.networks import load_network

    return load_network(folder)


TAUGHT: Final[Mapping[str, Entry]] = {
    "linear": Entry(
        "ridge regression over all series: lags, calendar, price, promotion", _linear, _load_linear
    ),
    "price response": Entry(
        "demand curves in logs, one a category: price, promotion, calendar, lags",
        _price_response, _load_price_response,
    ),
    "last season": Entry(
        "the same period a season ago, corrected by growth since and by recent sales",
        _last_season, _load_last_season,
    ),
    "lightgbm": Entry(
        "boosted trees over all series: lags, calendar, price, promotion, sentiment",
        _lightgbm, _load_lightgbm,
    ),
    "fusion": Entry(
        "the same trees without text, corrected by networks over behaviour, pictures and texts",
        _fusion, _load_fusion,
    ),
    "lstm": _network("lstm", "recurrent network with long short-term memory"),
    "gru": _network("gru", "recurrent network with gates"),
    "tcn": _network("tcn", "dilated convolutions over time"),
    "transformer": _network("transformer", "attention, encoder and decoder"),
    "tft": _network("tft", "temporal fusion transformer: attention that selects its inputs"),
    "nhits": _network("nhits", "blocks of perceptrons at several rates of time"),
    "tide": _network("tide", "perceptrons that encode the past and decode it with plans"),
}  # fmt: skip
