"""The signals of many forecasts, one block of columns a modality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

Rows = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was known of each of R forecasts beside the numbers.

    Parameters
    ----------
    context
        Shape (R, columns), float32: what a forecast is of, such as its step and size.
    blocks
        By modality, shape (R, columns), float32; a row of zeros where the modality is silent.
    """

    context: npt.NDArray[np.float32]
    blocks: Mapping[str, npt.NDArray[np.float32]]

    def __len__(self) -> int:
        return len(self.context)

    def take(self, rows: npt.NDArray[Any]) -> Heard:
        """Keep some rows, in the order given."""
        return Heard(self.context[rows], {name: block[rows] for name, block in self.blocks.items()})

    def with_signals_of(self, rows: Rows) -> Heard:
        """Give each row the signals of another, -1 for none; the context stays its own."""
        silent = rows < 0
        blocks = {}
        for name, block in self.blocks.items():
            moved = block[np.maximum(rows, 0)]
            moved[silent] = 0.0
            blocks[name] = moved
        return Heard(self.context, blocks)


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
