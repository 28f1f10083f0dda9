"""What a backtest showed, in JSON: every number of its report."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting import judge, origins_in
from ui.backtest_words import caveats_of, said_of_text, said_of_trial

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting import ExpertKey, TextTold, Trial
    from signals import Panel

_FANS: Final = 6
_FAN_PERIODS: Final = 52  # of history before the origin


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial and what it was of.

    Parameters
    ----------
    panel
        The one that was backtested.
    names
        By series_id, what users call a series; those that are missing go by their id.
    measure
        What the values count.
    about
        JSON-able: settings, where the data came from.
    labels
        Of each period of the history; None goes by its first day.
    """

    trial: Trial
    panel: Panel
    names: Mapping[str, str]
    measure: str
    about: Mapping[str, Any]
    seed: int = 1
    labels: Sequence[str] | None = None

    @property
    def origins(self) -> list[str]:
        """Last visible day of each origin, or the label of its period."""
        tried = self.trial.backtest
        if self.labels is None:
            return [str(day.date()) for day in tried.made_on]
        return [self.labels[place] for place in origins_in(tried)]

    def label(self, place: int) -> str:
        """Name a period by its place on the axis of the history."""
        days = self.trial.backtest.grid.days
        return str(days[place].date()) if self.labels is None else self.labels[place]


def told_of_trial(tried: Tried) -> dict[str, Any]:
    """Say everything in JSON; what is not defined is null."""
    trial = tried.trial
    judgement = judge(trial, tried.panel, tried.seed)
    test = trial.backtest
    told = {
        "report": "backtest",
        "measure": tried.measure,
        "period": test.grid.frequency.name,
        "horizon": test.actual.shape[2],
        "levels": list(test.levels),
        "origins": tried.origins,
        "series": len(test.grid.series_ids),
        "finest": next(iter(trial.scopes)),
        **tried.about,
        "chosen": dict(trial.about),
        "said": list(said_of_trial(trial, judgement)),
        "caveats": list(caveats_of(trial)),
        "scores": [
            {
                **_named(score.forecaster),
                "role": str(score.role),
                "kind": str(score.kind),
                "segment": score.segment,
                "series": score.series,
                "points": score.points,
                **{str(metric): value for metric, value in score.metrics.items()},
            }
            for score in judgement.scores
        ],
        "reached": [asdict(reached) for reached in judgement.reached],
        "rivals": [
            {
                **_named(r.rival),
                "scope": r.scope,
                "chosen_late": r.chosen_late,
                **r.paired.to_dict(),
            }
            for r in judgement.rivals
        ],
        "text": [_text(found) for found in judgement.text],
        "fans": [_fan(tried, row) for row in _drawn(trial)],
    }
    return {key: _plain(value) for key, value in told.items()}


def _named(key: ExpertKey) -> dict[str, str]:
    return {"expert": key.name, "variant": str(key.variant)}


def _text(found: TextTold) -> dict[str, Any]:
    return {
        "expert": found.expert,
        "scope": found.scope,
        "improved": found.improved,
        "said": said_of_text(found),
        "verdict": found.verdict.to_dict(),
        "placebo": None if found.placebo is None else found.placebo.to_dict(),
    }


def _drawn(trial: Trial) -> list[int]:
    """Choose series whose newest origin is drawn: the largest of each scope, sums first."""
    test = trial.backtest
    units = np.nan_to_num(test.actual[:, -1]).sum(axis=1)
    judged = np.asarray((~np.isnan(test.actual[:, -1])).any(axis=1))
    scopes = list(trial.scopes.values())[::-1]
    ranked = [
        [int(row) for row in np.argsort(-units, kind="stable") if rows[row] and judged[row]]
        for rows in scopes
    ]
    share = max(_FANS // len(scopes), 1)
    chosen = [row for rows in ranked[:-1] for row in rows[:share]]
    return [*chosen, *ranked[-1][: _FANS - len(chosen)]]


def _fan(tried: Tried, row: int) -> dict[str, Any]:
    test, published = tried.trial.backtest, tried.trial.finals[tried.trial.published]
    grid, series = test.grid, test.grid.series_ids[row]
    first = origins_in(test)[-1] + 1
    return {
        "series_id": series,
        "name": tried.names.get(series, series),
        "history": [
            {"day": tried.label(place), "units": float(grid.units[row, place])}
            for place in range(max(first - _FAN_PERIODS, 0), first)
            if not math.isnan(grid.units[row, place])
        ],
        "ahead": [
            {
                "day": tried.label(first + step),
                "units": float(test.actual[row, -1, step]),
                "levels": {
                    f"{level:g}": float(published[row, -1, step, place])
                    for place, level in enumerate(test.levels)
                },
            }
            for step in range(test.actual.shape[2])
        ],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Turn NaN into null, which JSON has."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
