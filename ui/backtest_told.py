"""What a backtest showed, in JSON: every number of its report."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from rich.text import Text

from forecasting import Metric, judge, origins_in
from signals import Scope
from ui.console import out as console

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from forecasting import ExpertKey, Judgement, TextTold, Trial
    from signals import Panel

_FANS: Final = 6
_FAN_PERIODS: Final = 52  # of history before the origin
_PLURAL: Final = {Scope.PRODUCT: "products", Scope.CATEGORY: "categories", Scope.TOTAL: "the total"}


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
        "origins": [tried.label(place) for place in origins_in(test)],
        "series": len(test.grid.series_ids),
        "finest": next(iter(trial.scopes)),
        **tried.about,
        "chosen": dict(trial.about),
        "said": list(_said(trial, judgement)),
        "caveats": list(_caveats(trial)),
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
        "said": _said_of_text(found),
        "verdict": found.verdict.to_dict(),
        "placebo": None if found.placebo is None else found.placebo.to_dict(),
    }


def _said(trial: Trial, judgement: Judgement) -> Iterator[str]:
    """Say in a line each how the forecast did against its rivals, and what text did."""
    for rival in judgement.rivals:
        found = rival.paired
        name = " ".join(rival.rival).strip().replace("_", " ")
        late = ", the best single expert in hindsight" if rival.chosen_late else ""
        verdict = "better" if found.better else "worse" if found.worse else "no clear difference"
        yield (
            f"{_PLURAL[Scope(rival.scope)].capitalize()}: off by {found.first:.1%} of volume; "
            f"{name}{late}: {found.second:.1%}. {verdict.capitalize()} (90 % interval of the "
            f"difference {_points(found.low)} to {_points(found.high)} points)."
        )
    yield from (_said_of_text(found) for found in judgement.text)
    if not judgement.text:
        yield "No expert read text, so the backtest says nothing about text."
    promised = trial.backtest.levels[-1] - trial.backtest.levels[0]
    everything = judgement.scores[0]
    yield (
        f"{everything.metrics[Metric.COVERAGE]:.1%} of {everything.points:,} outcomes lay inside "
        f"the {promised:.0%} interval."
    )


def _said_of_text(found: TextTold) -> str:
    verdict, scope = found.verdict, _PLURAL[Scope(found.scope)]
    figures = (
        f"off by {verdict.with_text:.1%} of volume with it, {verdict.without_text:.1%} without"
    )
    placebo = ""
    if found.placebo is not None:
        placebo = f"; with the text of other times {found.placebo.second:.1%}"
    if found.improved:
        return f"Text improved the forecast of {scope} by {found.expert}: {figures}{placebo}."
    if verdict.helped:
        return (
            f"Text did not improve the forecast of {scope} by {found.expert} in earnest: "
            f"{figures}, but text of other times did about as well{placebo}."
        )
    return f"Text did not improve the forecast of {scope} by {found.expert}: {figures}{placebo}."


def _caveats(trial: Trial) -> Iterator[str]:
    yield (
        "The forecast of an origin was blended and calibrated by what the other origins taught, "
        "later ones included; the experts themselves saw nothing after it."
    )
    yield "Plans of price and promotion count as kept: the backtest knows them as they were."
    about = trial.about
    for name in about.get("trained_later", ()):
        yield (
            f"{name.capitalize()} was taught on data up to {about['trained_until'][name]}, after "
            "the first origin: it may know what it is to foretell, and the figures may flatter."
        )
    for name in about.get("taught_elsewhere", ()):
        yield (
            f"{name} was taught elsewhere, until when is not known: on public data its figures "
            "may flatter."
        )
    if about.get("young"):
        yield f"{about['young']} young series, forecast as launches, took no part."


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


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Turn NaN into null, which JSON has."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def print_trial(told: Mapping[str, Any], page: Path) -> None:
    """Print what a report says in words, and where it is."""
    console.print()
    for line in told["said"]:
        console.print(Text(line))
    for line in told["caveats"]:
        console.print(Text(f"  {line}"), style="dim")
    console.print(Text(f"\nThe report is {page}; report.json beside it holds the same numbers."))
