"""Every product on one axis of periods, past and to come, those without any history included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.grid import grid_of, horizon_of
from forecasting.preparation.prepare import observed_units
from signals import Col, DriverGroup, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.grid import FloatArray, Grid
    from signals import Panel

Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
Places = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Stage:
    """What launches are forecast from; N series, T periods of history, H to come.

    Parameters
    ----------
    series_ids
        The products, then the young series that are none, then the cold products.
    products
        Which rows are products with sales: they can be compared with; shape (N,).
    begins
        Period in which each series begins, shape (N,); 0 where it was always there, T and more
        where it is yet to begin.
    first_share
        Share of its first period in which each was sold, shape (N,).
    units
        Shape (N, T); NaN where nothing was observed.
    prices
        Price (log, against the first one of the series) and promotion, shape (N, T + H, columns);
        0 where nothing is known.
    calendar
        What is known ahead of every period, shape (T + H, columns).
    season
        Periods in a year of weeks or a week of days.
    """

    series_ids: tuple[str, ...]
    categories: tuple[str, ...]
    products: Mask
    begins: Places
    first_share: FloatArray
    units: FloatArray
    prices: FloatArray
    calendar: FloatArray
    season: int

    @property
    def periods(self) -> int:
        """Periods of history."""
        return self.units.shape[1]

    @property
    def launched(self) -> Mask:
        """Products whose first sales were seen, shape (N,)."""
        return self.products & (self.begins > 0)

    @property
    def ages(self) -> Places:
        """Periods since each series began, shape (N, T + H); negative before."""
        return np.asarray(np.arange(len(self.calendar)) - self.begins[:, None], dtype=np.int64)


def stage_of(panel: Panel, young: Mapping[str, str]) -> Stage:
    """Set a panel up.

    Parameters
    ----------
    young
        series_id to category of what is to be forecast; those without history are added.
    """
    grid = grid_of(panel)
    scopes = np.asarray(grid.scopes)
    ids = np.asarray(grid.series_ids, dtype=object)
    chosen = [
        *np.flatnonzero(scopes == Scope.PRODUCT),
        *np.flatnonzero((scopes != Scope.PRODUCT) & np.isin(ids, list(young))),
    ]
    cold = sorted(set(young) - set(grid.series_ids))
    units = observed_units(panel)[chosen]
    names = (*(grid.series_ids[row] for row in chosen), *cold)
    first = np.isnan(grid.units[chosen]).sum(axis=1)
    begins, shares = _beginnings(panel, grid, names, first)
    return Stage(
        series_ids=names,
        categories=(
            *(grid.categories[row] for row in chosen), *(young[series] for series in cold)
        ),
        products=np.append(scopes[chosen] == Scope.PRODUCT, np.zeros(len(cold), dtype=bool)),
        begins=begins,
        first_share=shares,
        units=np.concatenate([units, np.full((len(cold), units.shape[1]), np.nan)]),
        prices=_prices(panel, grid, names),
        calendar=_calendar(panel, grid),
        season=grid.season,
    )  # fmt: skip


def _axis(panel: Panel, grid: Grid) -> pd.DatetimeIndex:
    return pd.DatetimeIndex([*grid.days, *grid.ahead(horizon_of(panel))])


def _beginnings(
    panel: Panel, grid: Grid, names: Sequence[str], first: Places,
) -> tuple[Places, FloatArray]:  # fmt: skip
    """Find the period in which each series begins, and the share of it that follows its launch.

    Parameters
    ----------
    first
        Period of the first sale of those that have some, which come first.
    """
    begins = np.full(len(names), len(grid.days), dtype=np.int64)
    begins[: len(first)] = first
    if panel.shelf is None:
        return begins, np.ones(len(names))
    axis = _axis(panel, grid)
    told = panel.shelf.products.set_index(Col.SERIES_ID)[Col.LAUNCH_DAY].reindex(list(names))
    launch = pd.DatetimeIndex(told.fillna(axis[0] - pd.Timedelta(days=1)))
    place = axis.searchsorted(launch, side="right") - 1
    begins[len(first) :] = np.maximum(begins, place)[len(first) :]
    ends = pd.DatetimeIndex([*axis, axis[-1] + (axis[-1] - axis[-2])])[place + 1]
    left = np.asarray((ends - launch) / (ends - axis[place]), dtype=np.float64)
    return begins, np.where(place == begins, np.clip(left, 0.0, 1.0), 1.0)


def _prices(panel: Panel, grid: Grid, names: Sequence[str]) -> FloatArray:
    columns = [name for name in panel.groups.get(DriverGroup.PRICE, ()) if name in panel.known]
    axis = _axis(panel, grid)
    frames = [panel.history, panel.future]
    if panel.shelf is not None and set(columns) <= set(panel.shelf.ahead.columns):
        frames.append(panel.shelf.ahead)
    wide = np.zeros((len(names), len(axis), len(columns)))
    rows = pd.concat([frame[[Col.SERIES_ID, Col.DAY, *columns]] for frame in frames])
    where = pd.Index(names).get_indexer(pd.Index(rows[Col.SERIES_ID].astype(str)))
    when = axis.get_indexer(pd.DatetimeIndex(rows[Col.DAY]))
    inside = (where >= 0) & (when >= 0)
    for place, column in enumerate(columns):
        values = np.full(wide.shape[:2], np.nan)
        values[where[inside], when[inside]] = rows[column].to_numpy(dtype=np.float64)[inside]
        wide[..., place] = _against_first(values) if column == Col.PRICE else values
    return np.nan_to_num(wide)


def _against_first(prices: FloatArray) -> FloatArray:
    """Log of each price over the first known one of its series."""
    logs = np.full(prices.shape, np.nan)
    np.log(prices, out=logs, where=prices > 0)
    known = ~np.isnan(logs)
    first = logs[np.arange(len(logs)), known.argmax(axis=1)]
    return np.asarray(logs - first[:, None])


def _calendar(panel: Panel, grid: Grid) -> FloatArray:
    columns = [name for name in panel.groups.get(DriverGroup.CALENDAR, ()) if name in panel.known]
    rows = pd.concat([frame[[Col.DAY, *columns]] for frame in (panel.history, panel.future)])
    by_day = rows.drop_duplicates(Col.DAY).set_index(Col.DAY).reindex(_axis(panel, grid))
    values = by_day.to_numpy(dtype=np.float64).reshape(len(by_day), len(columns))
    return np.asarray(np.nan_to_num(values))
