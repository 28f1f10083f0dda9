"""The course of a series in one line of a terminal: recent units, and what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

    from agent import Answer
    from ui.series import ChosenSeries
    from ui.settings import Settings

LONGEST = 26
"""Periods of the past that a line shows."""
_MIDDLE = 0.5


def trend_line(series: ChosenSeries, past: int = LONGEST, ahead: int | None = None) -> Text:
    """Draw recent units, and after them the middle forecast in another colour.

    Parameters
    ----------
    past, ahead
        Periods to draw at most; None draws the whole forecast.
    """
    from rich.text import Text

    from signals import Col
    from ui.console import sparkline

    before = series.history[Col.UNITS].tail(past)
    after = series.wide[_MIDDLE].head(len(series.wide) if ahead is None else ahead)
    drawn = sparkline([*before, *after])
    return Text.assemble(drawn[: len(before)], (drawn[len(before) :], "cyan"))


def told_line(series: ChosenSeries) -> Text:
    """Draw a series as long as it is shown, and say what is drawn."""
    past, ahead = min(len(series.history), LONGEST), len(series.wide)
    told = f"  the last {past} {series.period}s and the next {ahead}"
    return trend_line(series).append(told, "dim")


def print_trend(settings: Settings, answer: Answer) -> None:
    """Print the line of the series an answer is mostly about; nothing where there is none.

    An answer of an earlier run gets no line, for its forecast is not the one that is stored last.
    """
    from forecasting import latest_run
    from signals import GroundswellError, Lake
    from ui.console import out
    from ui.naming import catalogue_of
    from ui.series import load_series

    if answer.chart is None:
        return
    lake = Lake(settings.workspace.lake)
    try:
        run = latest_run(lake)
        entity = catalogue_of(lake, run)[answer.chart.series_id]
        if run.run_id == answer.run_id:
            line = told_line(load_series(lake, run, entity))
            out.print(f"\n{answer.names.get(entity.series_id, entity.name)}", markup=False)
            out.print(line)
    except (GroundswellError, KeyError):
        return  # the answer stands by itself
