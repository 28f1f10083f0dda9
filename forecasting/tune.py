"""Search for better settings of the experts within a time budget, by optuna.

A setting is judged by the quantile loss of the experts it concerns at earlier origins. What came
out best is then compared with the setting in use at the newest origins, which the search has not
seen, and is taken only if it is better there too. The trials are kept in a journal, one JSON object
a line, so that a search that was stopped, or that is given more time, goes on.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.experts.catalogue import expert_names, make_experts
from forecasting.grid import grid_of, horizon_of
from forecasting.judging.backtest import backtest, origins_of
from forecasting.judging.metrics import Metric, score
from forecasting.ready import make_ready
from forecasting.settings import run_id_of
from forecasting.tuned import NETWORKS, SPACES, TREES, Tuned, applied, in_use
from signals import ConfigError, DataError, MissingExtra, silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from optuna import Study, Trial
    from optuna.trial import FrozenTrial

    from forecasting.settings import ForecastSettings
    from signals import Panel, Progress

logger = logging.getLogger(__name__)

_PROOF: Final = 0.25  # share of the origins, the newest, that the search does not see
_LEAST_ORIGINS: Final = 2
_IN_USE: Final = "in use"
_UNPRUNED: Final = 4  # settings judged in full before bad ones are given up early


def tune_experts(
    panel: Panel,
    settings: ForecastSettings,
    folder: Path,
    *,
    seconds: float,
    progress: Progress = silent,
) -> list[Tuned]:
    """Search for better settings of the trees and networks among the experts of the settings.

    Parameters
    ----------
    folder
        Where the journals lie; one of the same data, settings and code is gone on with.
    seconds
        Time for the search, shared evenly by the families; the setting in use is always judged.

    Raises
    ------
    MissingExtra
        When optuna is not installed.
    ConfigError
        When none of the experts has settings to search over.
    DataError
        When the history is too short for two origins.
    """
    if find_spec("optuna") is None:
        raise MissingExtra("optuna", "tune")
    families = _families(settings)
    grown = make_ready(panel, settings).grown
    origins = _origins(grown, settings)
    held = max(round(_PROOF * len(origins)), 1)
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for family, experts in families.items():
        search = _Search(family, experts, grown, settings, origins[:-held])
        study = _study(folder / f"{run_id_of(grown, settings)}-{family}.log", settings.seed)
        search.run(study, _Clock(family, seconds / len(families), progress))
        found.append(search.prove(study, origins[-held:]))
    return found


def _families(settings: ForecastSettings) -> dict[str, tuple[str, ...]]:
    """Name the experts that judge each family: trees alone, without what corrects them."""
    from forecasting.experts.training import KINDS

    names = expert_names(settings.experts)
    trees = ("lightgbm",) if {"lightgbm", "fusion"} & set(names) else ()
    found = {TREES: trees, NETWORKS: tuple(name for name in names if name in KINDS)}
    if not any(found.values()):
        raise ConfigError(
            f"none of the experts {', '.join(names)} has settings to search over; "
            "lightgbm, fusion and the networks have"
        )
    return {family: experts for family, experts in found.items() if experts}


def _origins(panel: Panel, settings: ForecastSettings) -> list[int]:
    periods = len(grid_of(panel).days)
    found = origins_of(periods, horizon_of(panel), origins=settings.origins, every=settings.every)
    if len(found) < _LEAST_ORIGINS:
        raise DataError(
            f"{periods} periods of history leave {len(found)} origin(s); tuning needs at least "
            f"{_LEAST_ORIGINS}, to search and to prove: ingest earlier sales or shorten the horizon"
        )
    return found


def _study(journal: Path, seed: int) -> Study:
    """Open the trials of a journal, or begin one."""
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(
        storage=JournalStorage(JournalFileBackend(str(journal))),
        study_name=journal.stem,
        load_if_exists=True,
        sampler=optuna.samplers.TPESampler(seed=seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=_UNPRUNED),
    )


@dataclass(frozen=True, slots=True)
class _Clock:
    """Counts the seconds of a search down, and tells how it goes."""

    family: str
    seconds: float
    progress: Progress
    began: float = field(default_factory=time.perf_counter)

    @property
    def over(self) -> bool:
        return time.perf_counter() - self.began > self.seconds

    def tell(self, study: Study) -> None:
        done = min(time.perf_counter() - self.began, self.seconds)
        tried = len(_finished(study))
        best = f", WQL {study.best_value:.4f}" if tried else ""
        step = f"tuning {self.family}: {tried} tried{best}"
        self.progress(step, round(done), max(round(self.seconds), 1))


@dataclass(frozen=True, slots=True)
class _Search:
    """One family of experts at the origins of the search."""

    family: str
    experts: tuple[str, ...]
    panel: Panel
    settings: ForecastSettings
    origins: Sequence[int]

    def run(self, study: Study, clock: _Clock) -> None:
        """Try settings until the time is over; the setting in use is the first."""
        if not _finished(study):
            study.enqueue_trial(in_use(self.settings, self.family), user_attrs={_IN_USE: True})
            study.optimize(lambda trial: self._judge(trial, clock), n_trials=1)
        left = clock.seconds - (time.perf_counter() - clock.began)
        if left > 0:
            study.optimize(lambda trial: self._judge(trial, clock), timeout=left)
        clock.tell(study)
        logger.info("tuning %s: %d settings judged", self.family, len(_finished(study)))

    def prove(self, study: Study, newest: Sequence[int]) -> Tuned:
        """Compare the best setting with the one in use at origins the search has not seen."""
        tried = _finished(study)
        usual = next(trial for trial in tried if trial.user_attrs.get(_IN_USE))
        return Tuned(
            family=self.family,
            values=study.best_params,
            tried=len(tried),
            loss=float(study.best_value),
            usual_loss=float(usual.values[0]),
            proof=self._loss(applied(self.settings, self.family, study.best_params), newest),
            usual_proof=self._loss(self.settings, newest),
        )

    def _judge(self, trial: Trial, clock: _Clock) -> float:
        """Draw a setting and judge it origin by origin, giving up what is worse than most."""
        import optuna

        values = {name: self._drawn(trial, name) for name in SPACES[self.family]}
        usual = bool(trial.user_attrs.get(_IN_USE))
        settings = self.settings if usual else applied(self.settings, self.family, values)
        losses: list[float] = []
        for place, origin in enumerate(self.origins):
            if not usual and (clock.over or trial.should_prune()):
                raise optuna.TrialPruned
            losses.append(self._loss(settings, [origin]))
            trial.report(float(np.mean(losses)), place)
            clock.tell(trial.study)
        return float(np.mean(losses))

    def _drawn(self, trial: Trial, name: str) -> float:
        span = SPACES[self.family][name]
        if span.whole:
            return trial.suggest_int(name, int(span.low), int(span.high), log=span.log)
        return trial.suggest_float(name, span.low, span.high, log=span.log)

    def _loss(self, settings: ForecastSettings, origins: Sequence[int]) -> float:
        """Mean weighted quantile loss of the experts of the family."""
        experts = make_experts(replace(settings, experts=self.experts), text=False)
        tried = backtest(
            self.panel, experts, settings.levels, origins, preparation=settings.preparation
        )
        losses = [
            score(tried.actual, quantiles, tried.levels)[Metric.WQL]
            for quantiles in tried.quantiles.values()
        ]
        return float(np.mean(losses))


def _finished(study: Study) -> list[FrozenTrial]:
    from optuna.trial import TrialState

    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
