"""A long table, forecast and told of: what ``groundswell forecast FILE`` does and prints."""

from __future__ import annotations

import math
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.table import Table
from rich.text import Text

from forecasting import COVERAGE, Metric, Prepared, forecast_table
from signals import (
    Col,
    ConfigError,
    DataError,
    Gaps,
    check_target,
    check_written_names,
    read_long_table,
    write_forecast,
)
from ui.backtest_told import Tried
from ui.console import out as console
from ui.console import print_next
from ui.run_inputs import asked_of_experts
from ui.table_notes import notes_of_series, untested_note
from ui.wiring import make_scorer

if TYPE_CHECKING:
    from pathlib import Path

    from forecasting import TableForecast
    from signals import LongTable, Progress, TableColumns, TableRules
    from ui.settings import Settings

_MEDIAN: Final = 0.5
_SHOWN: Final = 5
_ROUNDED: Final = 1000  # figures from which decimals say nothing
_FIGURES: Final = {
    str(Metric.MAE): "MAE", str(Metric.RMSE): "RMSE", str(Metric.MAPE): "MAPE",
    str(Metric.WAPE): "WAPE", str(Metric.MASE): "MASE", str(Metric.WQL): "WQL",
    COVERAGE: "coverage",
}  # fmt: skip
_SHARES: Final = {str(Metric.MAPE), str(Metric.WAPE), COVERAGE}
_FILLED: Final = {Gaps.ZERO: "filled with 0", Gaps.INTERPOLATE: "interpolated"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a table is to be forecast into.

    Parameters
    ----------
    levels
        Quantile levels to write, rising; each gets a column.
    origins
        Of the backtest, at most.
    replace
        Whether a file that exists may be written over.
    """

    file: Path
    out: Path
    columns: TableColumns
    rules: TableRules
    levels: tuple[float, ...]
    origins: int
    replace: bool = False

    def __post_init__(self) -> None:
        if not self.levels or not all(0 < level < 1 for level in self.levels):
            raise ConfigError(f"levels are {self.levels}; expected some between 0 and 1")


def forecast_file(
    asked: Asked, settings: Settings, progress: Progress
) -> tuple[LongTable, TableForecast]:
    """Read a table, forecast every series, and write the forecasts.

    Raises
    ------
    DataError
        When the table cannot be used, or the file must not be written; nothing is written then.
    """
    check_target(asked.out, asked.file, replace=asked.replace)
    check_written_names((*asked.columns.ids, asked.columns.time), asked.levels, asked.file)
    forecasting = replace(
        asked_of_experts(settings),
        levels=tuple(sorted({*asked.levels, _MEDIAN})),
        origins=asked.origins,
        smooth=1,
        flags=False,
    )
    scorer = make_scorer(settings) if asked.columns.text is not None else None
    read = read_long_table(asked.file, asked.columns, asked.rules, scorer, progress=progress)
    # a gap that means no sale is an observation, an interpolated one is not
    invented = read.gaps & (asked.rules.gaps is Gaps.INTERPOLATE)
    prepared = Prepared(read.floor, read.unit, invented)
    found = forecast_table(read.panel, forecasting, prepared, progress=progress)
    by_level = {level: found.quantiles[:, :, place] for place, level in enumerate(found.levels)}
    wanted = {level: by_level[level] for level in asked.levels}
    untested = untested_note(read, found)
    notes = [note or untested for note in notes_of_series(read, found, asked.rules.gaps)]
    write_forecast(asked.out, read, by_level[_MEDIAN], wanted, notes)
    return read, found


def trial_of(asked: Asked, read: LongTable, found: TableForecast) -> Tried:
    """Take the backtest of a table, for a report.

    Raises
    ------
    DataError
        When there was none.
    """
    if found.trial is None:
        raise DataError(
            f"{asked.file} leaves no origin for a backtest with {asked.rules.horizon} periods "
            "after it, or no series to the experts: give more history or a shorter --horizon"
        )
    series = sorted(read.panel.history[Col.SERIES_ID].unique())
    numbered = all(label.isdigit() for label in read.labels)
    about = {"data": str(asked.file), "interval": [found.levels[0], found.levels[-1]]}
    return Tried(
        found.trial,
        read.panel,
        dict(zip(series, read.names, strict=True)),
        asked.columns.target,
        about,
        labels=read.labels if numbered else None,
    )


def told_of(asked: Asked, read: LongTable, found: TableForecast) -> dict[str, Any]:
    """Say what was found, done and written, in JSON."""
    notes = notes_of_series(read, found, asked.rules.gaps)
    noted = {name: note for name, note in zip(read.names, notes, strict=True) if note}
    return {
        "file": str(asked.file),
        "out": str(asked.out),
        "horizon": asked.rules.horizon,
        "levels": list(asked.levels),
        **read.counts,
        "gaps": str(asked.rules.gaps),
        "negatives": str(asked.rules.negatives),
        "models": found.models,
        "past_used": found.past_used,
        "untested": untested_note(read, found) or None,
        "notes": noted,
        "origins": [read.labels[place] for place in found.origins],
        "origins_asked": asked.origins,
        "interval": [found.levels[0], found.levels[-1]],
        "accuracy": {
            name: {key: None if math.isnan(value) else value for key, value in figures.items()}
            for name, figures in found.accuracy.items()
        },
    }


def print_told(told: dict[str, Any], *, accuracy: bool) -> None:
    """Print what `told_of` says; figures of the backtest on demand."""
    period = told["frequency"]
    console.print()
    _say(
        f"{told['rows']:,} rows: {told['series']:,} series over {told['periods']:,} {period}s, "
        f"the last one {told['last']}"
    )
    for line in _done(told):
        _say(f"  {line}")
    experts = told["models"] or "no series has enough history for the experts; see the notes"
    _say(f"Forecast {told['horizon']} {period}s ahead by: {experts}")
    if told["past_used"] is not None:
        helped = "improve" if told["past_used"] else "did not improve"
        _say(
            f"  past-only columns and texts {helped} the backtest"
            f"{'' if told['past_used'] else ', so the forecast leaves them out'}"
        )
    notes = list(told["notes"].items())
    for name, note in notes[:_SHOWN]:
        _say(f"  {name}: {note}")
    if len(notes) > _SHOWN:
        _say(f"  and {len(notes) - _SHOWN:,} more series with a note")
    if accuracy:
        _print_accuracy(told)
    _say(f"They are in {told['out']}")
    if "report" in told:
        _say(f"The report of the backtest is {told['report']}")
    if not accuracy:
        print_next(
            f"groundswell forecast {shlex.quote(told['file'])} … --backtest 4   "
            "# how good such forecasts were"
        )


def _done(told: dict[str, Any]) -> list[str]:
    """List what was changed before the forecast; nothing is changed silently."""
    shares = told["gaps_filled"] / max(told["gaps_filled"] + told["values"], 1)
    return [
        line
        for count, line in (
            (
                told["gaps_filled"],
                f"{told['gaps_filled']:,} missing periods {_FILLED.get(told['gaps'], '')} "
                f"({shares:.1%}); another rule: --gaps",
            ),
            (told["rows_added_up"], f"{told['rows_added_up']:,} rows added to others"),
            (
                told["rows_in_incomplete_periods"],
                f"{told['rows_in_incomplete_periods']:,} rows of an incomplete first or last "
                f"{told['frequency']} left out",
            ),
            (
                told["values_below_0"],
                f"{told['values_below_0']:,} values below 0, "
                + ("taken as 0" if told["negatives"] == "zero" else
                   "kept: no forecast is below the least value of its series"),
            ),
            (
                len(told["without_history"]),
                f"{len(told['without_history']):,} series without any value left out: "
                + ", ".join(told["without_history"][:_SHOWN]),
            ),
            (told["untested"], str(told["untested"])),
        )
        if count
    ]  # fmt: skip


def _print_accuracy(told: dict[str, Any]) -> None:
    if not told["accuracy"]:
        _say(
            f"No backtest: {told['periods']} {told['frequency']}s are too few for one origin with "
            f"{told['horizon']} {told['frequency']}s after it, or no series was left to the experts"
        )
        return
    low, high = told["interval"]
    figures = Table(
        title=f"Backtest over {len(told['origins'])} of {told['origins_asked']} origins, "
        f"{told['origins'][0]} to {told['origins'][-1]}; coverage of {low:g} to {high:g}",
        title_justify="left",
        box=box.SIMPLE,
        padding=(0, 1),
    )
    figures.add_column("", no_wrap=True)
    for head in _FIGURES.values():
        figures.add_column(head, justify="right")
    for name, values in told["accuracy"].items():
        figures.add_row(name, *(_figure(key, values[key]) for key in _FIGURES))
    console.print(figures)


def _figure(key: str, value: float | None) -> str:
    if value is None:
        return "–"
    if key in _SHARES:
        return f"{value:.1%}"
    return f"{value:,.4g}" if value < _ROUNDED else f"{value:,.0f}"


def _say(line: str) -> None:
    console.print(Text(line))
