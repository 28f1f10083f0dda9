"""How sales answer what people say, beyond what a forecast without text expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.grid import FloatArray
    from forecasting.inputs.design import Periods

_RIDGE: Final = 1000.0  # rows that the belief "no answer" weighs, for the common direction
_PRIOR: Final = 400.0  # rows that the same belief weighs, for the answer of one series
_PIECE: Final = 65_536  # rows held in double precision at a time
_STRONGEST: Final = 2.0  # answer of a series, in units of the common one
_WIDEST: Final = 0.7  # log units that text may move a forecast


@dataclass(frozen=True, slots=True)
class TextResponse:
    """A common direction in what people say, and how strongly each series answers it.

    Parameters
    ----------
    spreads
        Standard deviation of each column in training, shape (columns,).
    direction
        Log units of sales for one standard deviation of each column, shape (columns,).
    answers
        By series_id, in [0, 2]; 0 for a series that does not listen or was never seen.
    """

    columns: tuple[str, ...]
    spreads: FloatArray
    direction: FloatArray
    answers: Mapping[str, float]

    def factor(self, said: FloatArray, series_ids: Sequence[str]) -> FloatArray:
        """Give what a forecast is multiplied by, shape (series, horizon).

        Parameters
        ----------
        said
            Differences from the usual mood, shape (series, horizon, columns); 0 is usual.
        """
        answers = np.asarray([self.answers.get(series, 0.0) for series in series_ids])
        moved = (said / self.spreads) @ self.direction * answers[:, None]
        return np.asarray(np.exp(np.clip(moved, -_WIDEST, _WIDEST)))

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON."""
        return {
            "columns": list(self.columns),
            "spreads": self.spreads.tolist(),
            "direction": self.direction.tolist(),
            "answers": dict(self.answers),
        }

    @classmethod
    def from_dict(cls, about: Mapping[str, Any]) -> TextResponse:
        """Read what `to_dict` gave."""
        spreads, direction = np.asarray(about["spreads"]), np.asarray(about["direction"])
        return cls(tuple(about["columns"]), spreads, direction, dict(about["answers"]))


def learn_response(
    said: FloatArray,
    misses: FloatArray,
    series: Periods,
    names: tuple[tuple[str, ...], tuple[str, ...]],
    taught: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> TextResponse:
    """Learn from what a forecast without text missed.

    Two ridge regressions: one direction common to all series, because a single series has too few
    documents to find its own; then one slope a series along it, because not every product's
    buyers listen.

    Parameters
    ----------
    said
        Shape (rows, columns); 0 where the mood was usual or nothing was said yet.
    misses
        Log units by which the outcome exceeded the median forecast, shape (rows,).
    series
        Number of the series of each row.
    names
        Columns, and series_ids by number.
    taught
        Whether a row teaches the common direction, shape (rows,).

    References
    ----------
    Text on the residual of a numeric forecast: Zhang et al. (2024), arXiv 2412.02525. Deviation: a
    linear model of sentiment features instead of a language model, shrunk to "no answer".
    """
    columns, series_ids = names
    if not len(said):
        nothing = np.zeros(len(columns))
        return TextResponse(columns, np.ones(len(columns)), nothing, {})
    spread = said.std(axis=0, dtype=np.float64)
    spreads = np.asarray(np.where(spread > 0, spread, 1.0), dtype=np.float64)
    centred = np.clip(misses, -2 * _WIDEST, 2 * _WIDEST)
    centred = centred - np.median(centred)
    gram, towards = _RIDGE * np.eye(len(columns)), np.zeros(len(columns))
    pieces = [slice(start, start + _PIECE) for start in range(0, len(said), _PIECE)]
    for piece in pieces:
        moods = said[piece][taught[piece]] / spreads
        gram += moods.T @ moods
        towards += moods.T @ centred[piece][taught[piece]]
    direction = np.asarray(np.linalg.solve(gram, towards), dtype=np.float64)
    index = np.concatenate([said[piece] @ (direction / spreads) for piece in pieces])
    together = np.bincount(series, index * centred, len(series_ids))
    alone = np.bincount(series, index * index, len(series_ids))
    slopes = together / np.maximum(alone + _PRIOR * index.var(), 1e-12)
    answers = np.clip(slopes, 0.0, _STRONGEST).round(6).tolist()
    return TextResponse(columns, spreads, direction, dict(zip(series_ids, answers, strict=True)))
