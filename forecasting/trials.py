"""The forecast of a run, tried on the past beside its peers and a placebo."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecasting.choose import FINAL, choose, rehearse
from forecasting.experts.catalogue import expert_names, make_experts
from forecasting.experts.pretrained import PRETRAINED
from forecasting.forecast import experts_of, try_experts
from forecasting.grid import grid_of, horizon_of
from forecasting.judging.backtest import LEAST_HISTORY, Variant, backtest, origins_of
from forecasting.judging.placebo import with_text_of_other_times
from forecasting.judging.segments import origins_in
from forecasting.judging.trial import SEASONAL_NAIVE, Trial
from forecasting.ready import with_history
from signals import DataError, DriverGroup, silent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from forecasting.experts.expert import Expert
    from forecasting.grid import FloatArray
    from forecasting.judging.backtest import Backtest, ExpertKey
    from forecasting.settings import ForecastSettings
    from signals import Panel, Progress

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrialRules:
    """What is tried beside a forecast, and what may take part.

    Parameters
    ----------
    peers
        Experts by name that are judged and never chosen; those that may be chosen are tried once.
    placebo
        Whether experts that read text are taught again with the text of other times.
    """

    peers: tuple[str, ...] = (SEASONAL_NAIVE.name,)
    placebo: bool = True


def try_forecast(
    panel: Panel,
    settings: ForecastSettings,
    rules: TrialRules = TrialRules(),
    *,
    progress: Progress = silent,
) -> Trial:
    """Make the forecast of a run at every origin, with only what was visible then.

    The published forecast of an origin is what the other origins would have chosen: `rehearse`.
    Young series, which are forecast as launches, take no part.

    Raises
    ------
    DataError
        When no series has enough history, or the history leaves no origin.
    ModelError
        When the sentiment model learnt from texts written after the first one; see `later_texts`.
    """
    grown, young = with_history(panel, settings.min_periods)
    first = _first_cut(grown, settings)
    told = grown.text_cut_off if grown.groups.get(DriverGroup.SENTIMENT) else None
    if settings.later_texts:
        grown = replace(grown, text_cut_off=None)
    tried = try_experts(grown, settings, progress)
    wanted = [name for name in expert_names(rules.peers) if name not in settings.experts]
    peers = make_experts(replace(settings, experts=tuple(wanted)), text=False)
    text = [expert for expert in experts_of(grown, settings) if expert.uses_text]
    placebo: Mapping[ExpertKey, FloatArray] = {}
    if text and rules.placebo:
        other = with_text_of_other_times(grown, np.random.default_rng(settings.seed))
        found = _also(other, text, settings, tried, _named(progress, "placebo"))
        placebo = {key: q for key, q in found.items() if key.variant is Variant.WITH_TEXT}
    logger.info("trial: %d peers, %d experts with a placebo", len(peers), len(placebo))
    return Trial(
        tried,
        rehearse(tried, settings.seed, settings.smooth),
        FINAL,
        _also(grown, peers, settings, tried, _named(progress, "peers")),
        placebo,
        {
            **choose(tried, settings.seed).to_dict(),
            "young": len(young),
            "texts_until": None if told is None else str(told.date()),
            "later_texts": told is not None and told.date() > first,
            "taught_elsewhere": sorted(PRETRAINED.keys() & {*settings.experts, *wanted}),
        },
    )


def _first_cut(panel: Panel, settings: ForecastSettings) -> date:
    """Find the last day that is visible at the first origin."""
    grid, horizon = grid_of(panel), horizon_of(panel)
    places = origins_of(len(grid.days), horizon, origins=settings.origins, every=settings.every)
    if not places:
        need = horizon + max(LEAST_HISTORY, 2 * horizon)
        raise DataError(
            f"the history has {len(grid.days)} complete periods; an origin with {horizon} "
            f"periods after it needs {need}: bring in earlier sales, or shorten the horizon"
        )
    return grid.frequency.last_day(grid.days[places[0]]).date()


def _also(
    panel: Panel,
    experts: Sequence[Expert],
    settings: ForecastSettings,
    tried: Backtest,
    progress: Progress,
) -> Mapping[ExpertKey, FloatArray]:
    """Backtest more experts at the same origins."""
    if not experts:
        return {}
    origins = origins_in(tried)
    return backtest(
        panel, experts, settings.levels, origins,
        preparation=settings.preparation, progress=progress,
    ).quantiles  # fmt: skip


def _named(progress: Progress, name: str) -> Progress:
    return lambda _step, done, total: progress(f"backtest of {name}", done, total)
