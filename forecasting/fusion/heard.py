"""The signals of many forecasts, one block of columns a modality."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

Rows = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Vectors:
    """What one modality says of each forecast: a row of a table, so that nothing is held twice.

    Parameters
    ----------
    table
        Shape (vectors, columns), float32; zeros say nothing.
    rows
        Row of the table for each of R forecasts, -1 for none; shape (R,).
    """

    table: npt.NDArray[np.float32]
    rows: Rows

    @classmethod
    def of(cls, block: npt.NDArray[Any]) -> Vectors:
        """Give every forecast a vector of its own, shape (R, columns)."""
        return cls(np.asarray(block, dtype=np.float32), np.arange(len(block)))

    @property
    def speaks(self) -> npt.NDArray[np.bool_]:
        """Whether it says anything, shape (R,)."""
        spoken = np.append(self.table.any(axis=1), False)
        return np.asarray(spoken[self.rows])

    def dense(self) -> npt.NDArray[np.float32]:
        """Write the vectors out, shape (R, columns)."""
        if not len(self.table):
            return np.zeros((len(self.rows), self.table.shape[1]), dtype=np.float32)
        block = self.table[self.rows]
        block[self.rows < 0] = 0.0
        return block

    def take(self, rows: npt.NDArray[Any]) -> Vectors:
        """Keep some forecasts, in the order given; of -1 nothing is said."""
        return Vectors(self.table, np.append(self.rows, -1)[rows])


@dataclass(frozen=True, slots=True)
class Heard:
    """What was known of each of R forecasts beside the numbers.

    Parameters
    ----------
    context
        Shape (R, columns), float32: what a forecast is of, such as its step and size.
    kinds
        Scope and category of the series of each forecast, shape (R,): those of one kind are
        believed to answer alike.
    blocks
        By modality.
    beside
        Modalities that tell the others apart and say nothing by themselves.
    """

    context: npt.NDArray[np.float32]
    kinds: npt.NDArray[np.str_]
    blocks: Mapping[str, Vectors]
    beside: Mapping[str, Vectors] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.context)

    @property
    def speaks(self) -> npt.NDArray[np.bool_]:
        """Whether any modality speaks, those beside left out; shape (R,)."""
        silent = np.zeros(len(self), dtype=bool)
        return np.asarray(np.any([silent, *(each.speaks for each in self.blocks.values())], axis=0))

    def take(self, rows: npt.NDArray[Any]) -> Heard:
        """Keep some forecasts, in the order given."""
        return Heard(
            self.context[rows],
            self.kinds[rows],
            _taken(self.blocks, rows),
            _taken(self.beside, rows),
        )

    def with_signals_of(self, rows: Rows) -> Heard:
        """Give each forecast the signals of another, -1 for none; all else stays its own."""
        return Heard(self.context, self.kinds, _taken(self.blocks, rows), self.beside)


@dataclass(frozen=True, slots=True)
class Place:
    """Which forecast each row is of: number of its series, last visible period, and step."""

    series: Rows
    origin: Rows
    step: Rows

    def take(self, rows: npt.NDArray[Any]) -> Place:
        """Keep some rows, in the order given."""
        return Place(self.series[rows], self.origin[rows], self.step[rows])


def shifted_in_time(place: Place, random: np.random.Generator) -> Rows:
    """Pair every row with one of the same series and step, at an origin some periods away.

    The signals keep their own run of ups and downs and lose what they have to do with sales: a
    placebo. Each series is turned round the circle of its origins by its own random stretch.

    Returns
    -------
    ndarray
        Row numbers, shape (R,); -1 where the other origin has no such row.
    """
    first = int(place.origin.min(initial=0))
    span = int(place.origin.max(initial=0)) - first + 1
    series, steps = int(place.series.max(initial=0)) + 1, int(place.step.max(initial=0)) + 1
    where = np.full((series, span, steps), -1, dtype=np.int64)
    where[place.series, place.origin - first, place.step] = np.arange(len(place.series))
    least = max(1, span // 4)
    turns = random.integers(least, max(span - least, least) + 1, series)
    other = (place.origin - first + turns[place.series]) % span
    return np.asarray(where[place.series, other, place.step])


def swapped_between_series(place: Place, random: np.random.Generator) -> Rows:
    """Pair every row with one of the same origin and step, of another series.

    The placebo for what a series always is, which no shift in time could change.

    Returns
    -------
    ndarray
        Row numbers, shape (R,); -1 where the other series has no such row.
    """
    series, row = np.unique(place.series, return_inverse=True)
    first = int(place.origin.min(initial=0))
    span, steps = int(place.origin.max(initial=0)) - first + 1, int(place.step.max(initial=0)) + 1
    where = np.full((len(series), span, steps), -1, dtype=np.int64)
    where[row, place.origin - first, place.step] = np.arange(len(row))
    ring = random.permutation(len(series))  # each series gets what the next one of a ring has
    other = np.empty_like(ring)
    other[ring] = np.roll(ring, 1)
    return np.asarray(where[other[row], place.origin - first, place.step])


def _taken(part: Mapping[str, Vectors], rows: npt.NDArray[Any]) -> dict[str, Vectors]:
    return {name: vectors.take(rows) for name, vectors in part.items()}
