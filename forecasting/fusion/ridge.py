"""What signals say by themselves: a linear map that all kinds of series share, and each bends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from forecasting.fusion.heard import Heard
    from forecasting.grid import FloatArray

_AT_ONCE: Final = 8_192  # rows written out at a time


@dataclass(frozen=True, slots=True)
class Ridge:
    """Weights of all columns of all modalities, in their order.

    Parameters
    ----------
    common
        Shape (columns,).
    own
        By kind of series, what is added to ``common``; a kind that is not there adds nothing.
    """

    common: FloatArray
    own: Mapping[str, FloatArray]

    def say(self, heard: Heard) -> FloatArray:
        """Say how far outcomes will exceed forecasts, in log units, shape (rows,)."""
        said = np.zeros(len(heard))
        for kind, rows in _by_kind(heard.kinds):
            weights = self.common + self.own.get(kind, 0.0)
            for part in _parts(rows):
                said[part] = _columns(heard, part) @ weights
        return said


@dataclass(frozen=True, slots=True)
class Sums:
    """What a ridge is solved from, so that many strengths cost one pass over the rows.

    Parameters
    ----------
    squares, products
        By kind, the sums of x x' and of x y over its rows.
    widths
        Columns of the modality of each column, shape (columns,).
    """

    squares: Mapping[str, FloatArray]
    products: Mapping[str, FloatArray]
    widths: FloatArray

    def ridge(self, strength: float) -> Ridge:
        """Solve for weights that are held back by so much, first those of all, then each kind's.

        Parameters
        ----------
        strength
            Rows that the belief "no effect" weighs, for each column of a modality; so that a wide
            modality is held back as much as a narrow one.

        References
        ----------
        Hoerl and Kennard (1970), Ridge regression; partial pooling after Gelman and Hill (2007),
        chapter 12, in two steps instead of one.
        """
        held_back = np.diag(strength * self.widths)
        zeros = np.zeros_like(held_back)
        common = np.linalg.solve(
            sum(self.squares.values(), start=zeros) + held_back,
            sum(self.products.values(), start=zeros[0]),
        )
        own = {
            kind: np.asarray(
                np.linalg.solve(square + held_back, self.products[kind] - square @ common)
            )
            for kind, square in self.squares.items()
        }
        return Ridge(common, own)


def sums_of(heard: Heard, misses: FloatArray) -> Sums:
    """Add up what a ridge needs.

    Parameters
    ----------
    misses
        Log units by which outcomes exceeded forecasts, shape (rows,).
    """
    widths = [vectors.table.shape[1] for vectors in heard.blocks.values()]
    total = sum(widths)
    squares, products = {}, {}
    for kind, rows in _by_kind(heard.kinds):
        square, product = np.zeros((total, total)), np.zeros(total)
        for part in _parts(rows):
            columns = _columns(heard, part)
            square += columns.T @ columns
            product += columns.T @ misses[part]
        squares[kind], products[kind] = square, product
    return Sums(squares, products, np.repeat(widths, widths).astype(np.float64))


def _by_kind(kinds: npt.NDArray[np.str_]) -> list[tuple[str, npt.NDArray[np.int64]]]:
    names, which = np.unique(kinds, return_inverse=True)
    return [(str(name), np.flatnonzero(which == place)) for place, name in enumerate(names)]


def _parts(rows: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    return [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]


def _columns(heard: Heard, rows: npt.NDArray[Any]) -> FloatArray:
    blocks = [vectors.take(rows).dense() for vectors in heard.blocks.values()]
    return np.concatenate(blocks, axis=1).astype(np.float64)
