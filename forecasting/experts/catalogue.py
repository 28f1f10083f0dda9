"""Every expert by name: how it is made for a run, and how it is read back.

An expert is added here: one entry, whose functions import its file when they are called, since
some bring libraries that take seconds to load.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from signals import ConfigError, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forecasting.experts.expert import Expert, Fitted
    from forecasting.settings import ForecastSettings

Levels = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """How to get an expert.

    Parameters
    ----------
    about
        One line for people who choose.
    make
        Makes it for the settings of a run; the flag says whether there is text to read.
    load
        Reads what `Fitted.save` wrote into a folder, for some quantile levels.
    """

    about: str
    make: Callable[[ForecastSettings, bool], Expert]
    load: Callable[[Path, Levels], Fitted]


def make_experts(settings: ForecastSettings, *, text: bool) -> list[Expert]:
    """Make the experts a run asks for, in the order of the settings.

    Raises
    ------
    ConfigError
        When a name is unknown, naming the known ones.
    """
    return [EXPERTS[name].make(settings, text) for name in expert_names(settings.experts)]


def load_expert(name: str, folder: Path, levels: Levels) -> Fitted:
    """Read a saved expert.

    Raises
    ------
    ModelError
        When this version does not know the expert.
    """
    if name not in EXPERTS:
        raise ModelError(
            f"{folder.parent} holds the expert {name!r}; this version knows {sorted(EXPERTS)}: "
            "run: groundswell run",
        )
    return EXPERTS[name].load(folder, levels)


def expert_names(names: Sequence[str]) -> list[str]:
    """Check names; hyphens may stand for spaces.

    Examples
    --------
    >>> expert_names(["seasonal-naive", "lightgbm"])
    ['seasonal naive', 'lightgbm']
    """
    spaced = [name.strip().lower().replace("-", " ") for name in names]
    unknown = [name for name in spaced if name not in EXPERTS]
    if unknown or not spaced:
        raise ConfigError(
            f"no expert is called {' or '.join(map(repr, unknown)) or repr('')}; "
            f"there are: {', '.join(EXPERTS)}"
        )
    return list(dict.fromkeys(spaced))


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


def _fracast(settings: ForecastSettings, text: bool) -> Expert:  # noqa: ARG001
    from forecasting.experts.foundation import Fracast
    from forecasting.experts.zero_shot import ZeroShot

    return ZeroShot(settings.levels, Fracast())


def _load_fracast(folder: Path, levels: Levels) -> Fitted:
    from forecasting.experts.foundation import Fracast
    from forecasting.experts.zero_shot import load_zero_shot

    return load_zero_shot(folder, levels, lambda _: Fracast())


def _chronos(settings: ForecastSettings, text: bool) -> Expert:  # noqa: ARG001
    from forecasting.experts.foundation import Chronos
    from forecasting.experts.zero_shot import ZeroShot

    return ZeroShot(settings.levels, Chronos(settings.chronos_weights))


def _load_chronos(folder: Path, levels: Levels) -> Fitted:
    from forecasting.experts.foundation import Chronos
    from forecasting.experts.zero_shot import load_zero_shot

    return load_zero_shot(folder, levels, Chronos)


def _tirex(settings: ForecastSettings, text: bool) -> Expert:  # noqa: ARG001
    from forecasting.experts.foundation import Tirex
    from forecasting.experts.zero_shot import ZeroShot

    return ZeroShot(settings.levels, Tirex(settings.tirex_weights))


def _load_tirex(folder: Path, levels: Levels) -> Fitted:
    from forecasting.experts.foundation import Tirex
    from forecasting.experts.zero_shot import load_zero_shot

    return load_zero_shot(folder, levels, Tirex)


EXPERTS: Final[Mapping[str, Entry]] = {
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
    "fracast": Entry(
        "a small foundation model with its weights, without training", _fracast, _load_fracast
    ),
    "chronos": Entry(
        "Chronos-2, a foundation model that reads plans; needs its weights", _chronos, _load_chronos
    ),
    "tirex": Entry("TiRex, a foundation model; needs its weights", _tirex, _load_tirex),
}  # fmt: skip
PRETRAINED: Final = frozenset({"fracast", "chronos", "tirex"})
"""Experts taught elsewhere, on data of which nobody here knows where it ends."""
