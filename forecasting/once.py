"""What was made of a table, kept while the table is in use."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import pandas as pd

T = TypeVar("T")


class OncePerTable(Generic[T]):
    """Makes something of a table once, however many ask one after the other.

    The tables of a panel are not changed in place, so the same table gives the same. Only what was
    made of the last table is kept, and no longer than somebody holds that table.
    """

    def __init__(self) -> None:
        self._kept: tuple[weakref.ref[pd.DataFrame], Hashable, T] | None = None

    def of(self, table: pd.DataFrame, how: Hashable, make: Callable[[], T]) -> T:
        """Give what ``make`` makes of a table, unless the last table was made so already.

        Parameters
        ----------
        how
            What else the result depends on.
        """
        kept = self._kept  # read once: another thread may ask about another table
        if kept is not None and kept[0]() is table and kept[1] == how:
            return kept[2]
        made = make()
        self._kept = (weakref.ref(table, self._forget), how, made)
        return made

    def _forget(self, table: weakref.ref[pd.DataFrame]) -> None:
        if self._kept is not None and self._kept[0] is table:
            self._kept = None
