"""How good a forecast was, whole and in parts, beside everything it could have been."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.judging.ablation import judge_text
from forecasting.judging.backtest import ExpertKey, Variant
from forecasting.judging.metrics import Metric, finish, terms
from forecasting.judging.paired import compare, missed, sold
from forecasting.judging.segments import Kind, segments_of
from forecasting.judging.trial import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forecasting.judging.ablation import TextVerdict
    from forecasting.judging.paired import Paired
    from forecasting.judging.segments import Segment
    from forecasting.judging.trial import Trial
    from signals import Panel

_TWINS: Final = {Variant.WITH_TEXT, Variant.WITHOUT_TEXT}


@dataclass(frozen=True, slots=True)
class Score:
    """Every metric of one forecaster over one segment; what is not defined is NaN."""

    forecaster: ExpertKey
    role: Role
    kind: Kind
    segment: str
    series: int
    points: int
    metrics: Mapping[Metric, float]


@dataclass(frozen=True, slots=True)
class Reached:
    """Share of outcomes of a scope at or below a quantile level of the published forecast."""

    scope: str
    level: float
    share: float
    points: int


@dataclass(frozen=True, slots=True)
class Rivalry:
    """The published forecast against another one, in one scope.

    Parameters
    ----------
    chosen_late
        Whether the rival was picked for its error on these very points, which favours it.
    """

    rival: ExpertKey
    scope: str
    chosen_late: bool
    paired: Paired


@dataclass(frozen=True, slots=True)
class TextTold:
    """What text did for one expert in one scope; the placebo is None where none was tried.

    Parameters
    ----------
    placebo
        The expert with text against the same expert with the text of other times.
    """

    expert: str
    scope: str
    verdict: TextVerdict
    placebo: Paired | None

    @property
    def improved(self) -> bool:
        """Whether text helped, and not as chance text would."""
        return self.verdict.helped and (self.placebo is None or self.placebo.better)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a trial showed."""

    scores: tuple[Score, ...]
    reached: tuple[Reached, ...]
    rivals: tuple[Rivalry, ...]
    text: tuple[TextTold, ...]


def judge(trial: Trial, panel: Panel, seed: int) -> Judgement:
    """Score everyone in every segment and compare the published forecast with its rivals.

    Parameters
    ----------
    panel
        The one that was backtested.
    """
    segments = segments_of(trial, panel)
    scores = tuple(score for key in trial.everyone for score in _scores(trial, key, segments))
    return Judgement(
        scores,
        tuple(_reached(trial, segments)),
        tuple(_rivals(trial, scores, seed)),
        tuple(_text(trial, seed)),
    )


def _scores(trial: Trial, key: ExpertKey, segments: Sequence[Segment]) -> Iterator[Score]:
    role, quantiles = trial.everyone[key]
    tried = trial.backtest
    known = ~np.isnan(tried.actual)
    count = np.maximum(known.sum(axis=(1, 2)), 1)
    usual = np.where(known, tried.actual, 0.0).sum(axis=(1, 2)) / count
    scale = tried.change[:, None, None]
    parts = terms(tried.actual, quantiles, tried.levels, scale, usual[:, None, None])
    for segment in segments:
        chosen = segment.points
        metrics = {
            metric: float(finish(metric, *(np.asarray(part[chosen].sum()) for part in both)))
            for metric, both in parts.items()
        }
        series, points = int(chosen.any(axis=(1, 2)).sum()), int(chosen.sum())
        yield Score(key, role, segment.kind, segment.name, series, points, metrics)


def _reached(trial: Trial, segments: Sequence[Segment]) -> Iterator[Reached]:
    """Hold every level against what happened, for each scope or for all series of one."""
    scopes = [segment for segment in segments if segment.kind is Kind.SCOPE]
    published = trial.finals[trial.published]
    for segment in scopes or segments[:1]:
        actual = trial.backtest.actual[segment.points]
        for place, level in enumerate(trial.backtest.levels):
            below = actual <= published[..., place][segment.points]
            yield Reached(segment.name, level, float(below.mean()), len(actual))


def _rivals(trial: Trial, scores: Sequence[Score], seed: int) -> Iterator[Rivalry]:
    """Compare with the best single expert of each scope, with seasonal naive, with every peer."""
    tried = trial.backtest
    ours, units = missed(tried, trial.finals[trial.published]), sold(tried)
    for scope, rows in trial.scopes.items():
        best = _best_expert(scores, scope)
        rivals = {best: tried.quantiles[best]} | trial.benchmarks
        for key, quantiles in rivals.items():
            theirs = missed(tried, quantiles)
            random = np.random.default_rng(seed)
            paired = compare(ours[rows], theirs[rows], units[rows], random)
            yield Rivalry(key, scope, key == best, paired)


def _best_expert(scores: Sequence[Score], scope: str) -> ExpertKey:
    """Find the expert with the least WAPE in a scope, or over all where there is but one."""
    kinds = {score.kind for score in scores}
    wanted = (Kind.SCOPE, scope) if Kind.SCOPE in kinds else (Kind.ALL, str(Kind.ALL))
    experts = [
        score
        for score in scores
        if score.role is Role.EXPERT and (score.kind, score.segment) == wanted
    ]
    return min(
        experts, key=lambda score: np.nan_to_num(score.metrics[Metric.WAPE], nan=np.inf)
    ).forecaster


def _text(trial: Trial, seed: int) -> Iterator[TextTold]:
    tried = trial.backtest
    units = sold(tried)
    for name in sorted({key.name for key in tried.quantiles if key.variant in _TWINS}):
        verdicts = judge_text(tried, name, np.random.default_rng(seed))
        key = ExpertKey(name, Variant.WITH_TEXT)
        for scope, rows in trial.scopes.items():
            placebo = None
            if key in trial.placebo:
                real, other = (missed(tried, q[key]) for q in (tried.quantiles, trial.placebo))
                random = np.random.default_rng(seed)
                placebo = compare(real[rows], other[rows], units[rows], random)
            yield TextTold(name, scope, verdicts[scope], placebo)
