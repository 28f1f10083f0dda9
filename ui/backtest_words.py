"""What a backtest showed, in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from forecasting import Metric
from signals import Scope
from ui.console import out as console

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from forecasting import Judgement, TextTold, Trial

_FEW: Final = 10  # forecasts of a series at an origin below which an interval says little
_PLURAL: Final = {Scope.PRODUCT: "products", Scope.CATEGORY: "categories", Scope.TOTAL: "the total"}


def print_trial(told: Mapping[str, Any], page: Path) -> None:
    """Print what a report says in words, and where it is."""
    console.print()
    for line in told["said"]:
        console.print(Text(line))
    for line in told["caveats"]:
        console.print(Text(f"  {line}"), style="dim")
    console.print(Text(f"\nThe report is {page}; report.json beside it holds the same numbers."))


def said_of_trial(trial: Trial, judgement: Judgement) -> Iterator[str]:
    """Say in a line each how the forecast did against its rivals, and what text did."""
    for rival in judgement.rivals:
        found = rival.paired
        name = " ".join(rival.rival).strip().replace("_", " ")
        late = ", the best single expert in hindsight" if rival.chosen_late else ""
        verdict = "better" if found.better else "worse" if found.worse else "no clear difference"
        if found.blocks < _FEW:
            verdict = f"too few to tell: {found.blocks} forecasts"
        yield (
            f"{_PLURAL[Scope(rival.scope)].capitalize()}: off by {found.first:.1%} of volume; "
            f"{name}{late}: {found.second:.1%}. {verdict.capitalize()} (90 % interval of the "
            f"difference {_points(found.low)} to {_points(found.high)} points)."
        )
    yield from (said_of_text(found) for found in judgement.text)
    if not judgement.text:
        yield "No expert read text, so the backtest says nothing about text."
    promised = trial.backtest.levels[-1] - trial.backtest.levels[0]
    everything = judgement.scores[0]
    yield (
        f"{everything.metrics[Metric.COVERAGE]:.1%} of {everything.points:,} outcomes lay inside "
        f"the {promised:.0%} interval."
    )


def said_of_text(found: TextTold) -> str:
    """Say plainly whether text improved a forecast, beside the text of other times."""
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


def caveats_of(trial: Trial) -> Iterator[str]:
    """Say what a reader should know before believing the figures."""
    yield (
        "The forecast of an origin was blended and calibrated by what the other origins taught, "
        "later ones included; the experts themselves saw nothing after it."
    )
    yield "Plans of price and promotion count as kept: the backtest knows them as they were."
    about = trial.about
    if about.get("later_texts"):
        yield (
            f"The sentiment model learnt from texts up to {about['texts_until']}, after the first "
            "origin: it may know what it is to foretell, and the figures may flatter."
        )
    for name in about.get("taught_elsewhere", ()):
        yield (
            f"{name} was taught elsewhere, until when is not known: on public data its figures "
            "may flatter."
        )
    if about.get("young"):
        yield f"{about['young']} young series, forecast as launches, took no part."


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")
