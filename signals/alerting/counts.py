"""Counts to be watched: of every series and day, how many events out of how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd
    from scipy.sparse import csr_matrix

    from signals.alerting.statistic import Statistic
    from signals.alerting.tails import Numbers


@dataclass(frozen=True, slots=True)
class Counts:
    """Daily counts of the smallest series that are watched.

    Parameters
    ----------
    events, exposure
        Shape (series, days): negative texts of all texts, say. Where texts themselves are counted,
        ``exposure`` is 1 on days on which there could be any.
    promoted
        Shape (series, days): 0 on an ordinary day, 1 on promotion, 2 in the days after one.
    pool
        Series of one number are thought alike where one alone says little, shape (series,).
    days
        Days of the axis.
    """

    statistic: Statistic
    events: Numbers
    exposure: Numbers
    promoted: npt.NDArray[np.int8]
    pool: npt.NDArray[np.int64]
    days: pd.DatetimeIndex

    def __post_init__(self) -> None:
        shape = (len(self.pool), len(self.days))
        found = [self.events.shape, self.exposure.shape, self.promoted.shape]
        if any(each != shape for each in found):
            raise ValueError(f"counts have shapes {found}; expected {shape}")


@dataclass(frozen=True, slots=True)
class Layer:
    """A way to add series up.

    Parameters
    ----------
    names
        Of its groups.
    members
        Shape (groups, series): 1 where a series belongs to a group; None takes each series alone.
    """

    names: tuple[str, ...]
    members: csr_matrix | None = None

    @classmethod
    def of(cls, names: Sequence[str], group: Sequence[str]) -> Layer:
        """Make a layer of what group each series belongs to, "" for none."""
        from scipy.sparse import csr_matrix

        place = {name: row for row, name in enumerate(names)}
        rows = [place[name] for name in group if name]
        columns = [column for column, name in enumerate(group) if name]
        ones = np.ones(len(rows))
        return cls(tuple(names), csr_matrix((ones, (rows, columns)), (len(names), len(group))))

    def add_up(self, values: Numbers) -> Numbers:
        """Add values of series, shape (series, ...), to those of groups, shape (groups, ...)."""
        return values if self.members is None else np.asarray(self.members @ values)

    def belonging(self, groups: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Places of the series that belong to any of some groups."""
        return groups if self.members is None else np.unique(self.members[groups].indices)
