"""Entries of the experts taught elsewhere, on data of which nobody here knows where it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecasting.experts.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecasting.experts.entry import Levels
    from forecasting.experts.expert import Expert, Fitted
    from forecasting.settings import ForecastSettings


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


PRETRAINED: Final[Mapping[str, Entry]] = {
    "fracast": Entry(
        "a small foundation model with its weights, without training", _fracast, _load_fracast
    ),
    "chronos": Entry(
        "Chronos-2, a foundation model that reads plans; needs its weights", _chronos, _load_chronos
    ),
    "tirex": Entry("TiRex, a foundation model; needs its weights", _tirex, _load_tirex),
}  # fmt: skip
