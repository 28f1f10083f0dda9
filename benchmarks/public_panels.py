"""Public tables of weekly sales as panels: one axis of weeks, gaps carried forward and remembered.

A table is a long frame with a row a series and week. Rows without units are the future: what is
known ahead of them is kept, and they give the panel its horizon. A week that is missing between
two rows of a series takes the values of the week before it, never of the week after, and is not
judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecasting.grid import grid_of
from signals import Col, DriverGroup, Measure, Panel, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

WEEK: Final = pd.Timedelta(days=7)
_NAMES: Final = (Col.SERIES_ID, Col.CATEGORY)


@dataclass(frozen=True, slots=True)
class PublicPanel:
    """A panel, and which of its weeks the table holds.

    Parameters
    ----------
    observed
        Shape (series, weeks), in the order of `forecasting.grid.grid_of`; False where a week was
        carried forward or lies outside the life of its series.
    """

    panel: Panel
    observed: np.ndarray

    def known(self, column: str) -> np.ndarray:
        """Spread a known-ahead column over series and weeks, shape (series, weeks)."""
        grid = grid_of(self.panel)
        return grid.column(self.panel.history, column, grid.days)


def panel_of(table: pd.DataFrame, groups: Mapping[DriverGroup, tuple[str, ...]]) -> PublicPanel:
    """Lay a table on one axis of weeks.

    Parameters
    ----------
    table
        series_id, category, day (first day of a week), units (NaN in the future), and the columns
        of ``groups``, which are all known ahead.

    Raises
    ------
    ValueError
        When a series has two rows for one week, or days are no weeks apart.
    """
    known = tuple(column for columns in groups.values() for column in columns)
    doubled = table.duplicated([Col.SERIES_ID, Col.DAY])
    if doubled.any():
        raise ValueError(f"{int(doubled.sum())} rows repeat a week of their series; expected none")
    if ((table[Col.DAY] - table[Col.DAY].min()) % WEEK).any():
        raise ValueError("days of the table are no whole weeks apart; expected the first of a week")
    last = table.loc[table[Col.UNITS].notna(), Col.DAY].max()
    table = table.assign(seen=table[Col.UNITS].notna())
    lived = table[table["seen"]].groupby(Col.SERIES_ID)[Col.DAY].agg(["min", "max"])
    rows = _complete(table, lived, known)
    history, future = rows[rows[Col.DAY] <= last], rows[rows[Col.DAY] > last]
    panel = Panel(
        history=history.drop(columns="seen").assign(**{Col.SCOPE: str(Scope.PRODUCT)}),
        future=future[[Col.SERIES_ID, Col.DAY, *known]].assign(
            **{Col.STEP: (future[Col.DAY] - last) // WEEK}
        ),
        measure=Measure.UNITS_SOLD,
        made_on=last + WEEK - pd.Timedelta(days=1),
        groups=groups,
        known=known,
    )
    grid = grid_of(panel)
    seen = grid.column(history.assign(seen=history["seen"].astype(float)), "seen", grid.days)
    return PublicPanel(panel, np.nan_to_num(seen) > 0)


def _complete(
    table: pd.DataFrame, lived: pd.DataFrame, known: tuple[str, ...],
) -> pd.DataFrame:  # fmt: skip
    """Give a series every week from its first to its last, and the future if it still sells."""
    ahead = table.loc[table[Col.DAY] > lived["max"].max(), Col.DAY].drop_duplicates().sort_values()
    frames = []
    for series, life in lived.iterrows():
        weeks = pd.date_range(life["min"], life["max"], freq=WEEK)
        if life["max"] == lived["max"].max():
            weeks = weeks.append(pd.DatetimeIndex(ahead))
        frames.append(pd.DataFrame({Col.SERIES_ID: series, Col.DAY: weeks}))
    rows = pd.concat(frames, ignore_index=True).merge(
        table, on=[Col.SERIES_ID, Col.DAY], how="left"
    )
    filled = [Col.CATEGORY, Col.UNITS, *known]
    rows[filled] = rows.groupby(Col.SERIES_ID)[filled].ffill()
    rows["seen"] = rows["seen"].eq(True)
    return rows[[*_NAMES, Col.DAY, Col.UNITS, *known, "seen"]]
