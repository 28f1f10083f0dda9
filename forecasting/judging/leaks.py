"""Does a forecast know what came later? Panels and forecasts are asked again with another future.

A forecast made on a day may depend on nothing that became known after it. Three questions find out
whether it does:

- What is read: a panel built as of a day must be the same when everything that became known later
  was something else (`signals.with_other_future`).
- What is said of a period: past-only columns of a period must stay what they were when the panel
  is built at a later day. A mean that reaches into the next week, a scale taken over all data, a
  revised statistic or a review dated by its event differ.
- What is learnt: everything that is made at an origin of the backtest must be the same when the
  periods after it hold something else. A gap filled from what followed it or a setting chosen
  where it is judged differ.

Differences count to the last bit, but for pooled vectors: a product of matrices may differ in its
last bit with the number of their rows. Units of earlier periods may be restated, and plans count as
kept (`forecasting.grid.cut`): these two the second question leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from forecasting.grid import grid_of
from signals import Col, with_other_future

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from signals import Lake, Panel

Builder = Callable[["Lake", pd.Timestamp], "Panel"]
"""Builds the panel of a moment from a lake."""
Answer = Callable[["Panel", int], Mapping[str, "npt.NDArray[Any]"]]
"""Makes forecasts, and whatever explains them, at an origin of a panel: arrays by name."""

_KEY: Final = [Col.SERIES_ID, Col.DAY]
_ROUNDING: Final = 1e-5  # by which pooled vectors may differ
_SPREAD: Final = 1.5  # of the logarithm by which units after an origin are multiplied
_SHIFT: Final = 2.0  # of its mean, up and down


class Question(StrEnum):
    """What was asked, in the words shown to users."""

    READ = "what is read"
    SAID = "what is said of a period"
    LEARNT = "what is learnt"


@dataclass(frozen=True, slots=True)
class Leak:
    """A place where what came later shows.

    Parameters
    ----------
    day
        Last day that should have been visible.
    place
        A column, or the name of an array.
    cells
        How many values differ.
    example
        One of them, in words.
    """

    question: Question
    day: pd.Timestamp
    place: str
    cells: int
    example: str

    def __str__(self) -> str:
        return (
            f"{self.question}: {self.place} as of {self.day:%Y-%m-%d} depends on what came later "
            f"({self.cells} cells, such as {self.example})"
        )


def other_futures(
    lake: Lake, moments: Sequence[pd.Timestamp], folder: Path, seed: int = 0
) -> dict[pd.Timestamp, Lake]:
    """Make a lake with another future for each moment, in an empty folder; for `leaks_into_panel`.

    Parameters
    ----------
    moments
        With a zone.
    """
    random = np.random.default_rng(seed)
    return {
        moment: with_other_future(lake, moment, folder / f"{number}", random)
        for number, moment in enumerate(moments)
    }


def leaks_into_panel(
    build: Builder, lake: Lake, others: Mapping[pd.Timestamp, Lake], later: pd.Timestamp
) -> list[Leak]:
    """Ask what is read and what is said of a period, at some moments.

    Parameters
    ----------
    others
        By moment, what `other_futures` made.
    later
        Moment of the later panel that the earlier ones are compared with.
    """
    latest, found = _told(build(lake, later)), []
    for moment, other in others.items():
        panel, again = build(lake, moment), build(other, moment)
        told = _told(panel)
        found += _differences(Question.READ, panel.made_on, "history", told, _told(again))
        found += _differences(
            Question.READ, panel.made_on, "plans", _planned(panel), _planned(again)
        )
        vectors = [_vector_columns(*each) for each in panel.tables.items()]
        past = [*panel.past, *chain.from_iterable(vectors)]
        both = told.index.intersection(latest.index)
        early, late = (each.reindex(columns=past).loc[both] for each in (told, latest))
        found += _differences(Question.SAID, panel.made_on, "history", early, late)
    return found


def leaks_into_forecasts(
    answer: Answer, panel: Panel, origins: Sequence[int], seed: int = 0
) -> list[Leak]:
    """Ask what is learnt at some origins of a panel.

    Each origin is given two other futures, a much higher one and a much lower one: a choice among a
    few, made where it is judged, can come out as before under one of them, hardly under both.
    """
    random = np.random.default_rng(seed)
    days = grid_of(panel).days
    found: list[Leak] = []
    for origin in origins:
        asked = answer(panel, origin)
        differ: dict[str, Leak] = {}
        for shift in (_SHIFT, -_SHIFT):
            again = answer(_otherwise(panel, days[origin], random, shift), origin)
            for name in sorted({*asked, *again}):
                pair = (
                    pd.DataFrame({name: np.ravel(each.get(name, []))}) for each in (asked, again)
                )
                for leak in _differences(Question.LEARNT, days[origin], "answer", *pair):
                    differ.setdefault(name, leak)
        found += differ.values()
    return found


def _told(panel: Panel) -> pd.DataFrame:
    """History by series and day; pooled vectors in place of the keys that name their rows."""
    rows = panel.history.set_index(_KEY)
    for key, table in panel.tables.items():
        names = _vector_columns(key, table)
        vectors = table[rows.pop(key).to_numpy(dtype=np.int64)]
        rows = rows.join(pd.DataFrame(vectors, index=rows.index, columns=names))
    return rows


def _vector_columns(key: str, table: npt.NDArray[np.float32]) -> list[str]:
    return [f"{key} {number}" for number in range(table.shape[1])]


def _planned(panel: Panel) -> pd.DataFrame:
    return panel.future.set_index(_KEY)


def _differences(
    question: Question, day: pd.Timestamp, place: str, told: pd.DataFrame, other: pd.DataFrame
) -> list[Leak]:
    """List the columns that differ in any cell; other rows or columns count as well."""
    columns = sorted({*told.columns} ^ {*other.columns})
    if columns:
        return [Leak(question, day, place, len(columns), f"the columns {columns}")]
    if not told.index.equals(other.index):
        rows = told.index.symmetric_difference(other.index)
        return [Leak(question, day, place, len(rows), f"the rows of {rows[0]}")]
    found = []
    for name in told.columns:
        before, after = told[name], other[name]
        same = (before == after) | (before.isna() & after.isna())
        if before.dtype == np.float32:
            same |= (before - after).abs() < _ROUNDING
        differs = ~same.to_numpy()
        if differs.any():
            first = int(differs.argmax())
            example = f"{before.iloc[first]} against {after.iloc[first]} at {told.index[first]}"
            found.append(Leak(question, day, f"{place}, {name}", int(differs.sum()), example))
    return found


def _otherwise(panel: Panel, day: pd.Timestamp, random: np.random.Generator, shift: float) -> Panel:
    """Return a panel in which everything after a day but its known-ahead columns is noise.

    Parameters
    ----------
    shift
        Mean of the logarithm by which units are multiplied.
    """
    history = panel.history.copy()
    late = (history[Col.DAY] > day).to_numpy()
    count = int(late.sum())
    factor = np.exp(random.normal(shift, _SPREAD, count))
    history.loc[late, Col.UNITS] = (history.loc[late, Col.UNITS].to_numpy() + 1.0) * factor
    fixed = {*_KEY, Col.SCOPE, Col.CATEGORY, Col.UNITS, *panel.known}
    for name in [name for name in history.columns if name not in fixed]:
        values = history.loc[late, name].to_numpy()[random.permutation(count)]
        if name in panel.past:
            values = values + random.normal(0.0, 1.0, count)
        history.loc[late, name] = values
    return replace(panel, history=history)
