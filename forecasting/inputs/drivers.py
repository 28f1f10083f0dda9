"""Turn a panel into the columns of the trees: sales, calendar, price and promotion, sentiment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecasting.grid import grid_of, horizon_of
from forecasting.inputs.design import Block, Design, join
from forecasting.inputs.sales import sales_of
from signals import LEADING_COLUMNS, MOOD_COLUMNS, Col, DriverGroup

if TYPE_CHECKING:
    from forecasting.grid import FloatArray, Grid
    from forecasting.inputs.window_coder import WindowCoder
    from signals import Panel

_MOOD_WINDOW: Final = 26  # periods that make the usual mood of a series
_CYCLES_TO_TELL: Final = 3
_DRIFTING: Final = 0.9  # correlation of neighbouring periods from which a column drifts


def known_columns(panel: Panel) -> tuple[str, ...]:
    """Choose the known-ahead columns a history can teach.

    A calendar column that drifts through the year, such as a sine of the season, looks like a trend
    until three years (of hours: weeks) have been seen, and trees then take it for one; it is left
    out before. The units of a season ago tell of the season instead.
    """
    grid = grid_of(panel)
    if len(grid.days) >= _CYCLES_TO_TELL * grid.frequency.cycle:
        return tuple(panel.known)
    calendar = set(panel.groups.get(DriverGroup.CALENDAR, ()))
    by_day = panel.history.groupby(Col.DAY)[sorted(calendar & set(panel.known))].first()
    drifting = {name for name in by_day.columns if _drifts(by_day[name].to_numpy(dtype=np.float64))}
    return tuple(name for name in panel.known if name not in drifting)


def design_of(
    panel: Panel,
    known_names: tuple[str, ...],
    *,
    use_text: bool,
    coder: WindowCoder | None = None,
) -> Design:
    """Build every column once for a panel.

    Parameters
    ----------
    known_names
        Known-ahead columns to use, as `known_columns` chose them for the training panel.
    use_text
        False leaves the sentiment columns out altogether.
    coder
        Adds its codes of recent sales; None adds none.
    """
    sales, horizon = sales_of(panel), horizon_of(panel)
    grid, known = sales.grid, known_block(panel, known_names)
    return Design(
        grid=grid,
        horizon=horizon,
        at_origin=join(
            [
                sales.at_origin,
                _before(known),
                _around_us(panel, grid, horizon),
                *([_shape(grid, horizon, coder)] if coder is not None else []),
            ]
        ),
        at_target=known,
        seasons=sales.seasons,
        moods=_moods(panel, grid, use_text=use_text),
        scale=sales.scale,
        long_run=sales.long_run,
    )


def known_block(panel: Panel, names: tuple[str, ...]) -> Block:
    """Lay known-ahead columns out over history and future; NaN before a series begins.

    Prices are shares of the regular price of the series.
    """
    grid, horizon = grid_of(panel), horizon_of(panel)
    ahead = grid.ahead(horizon)
    groups = tuple(_group_of(panel, name) for name in names)
    past = [grid.column(panel.history, name, grid.days) for name in names]
    future = [grid.column(panel.future, name, ahead) for name in names]
    if Col.PRICE in names:
        place = names.index(Col.PRICE)
        past[place], future[place] = _to_regular(past[place], future[place])
    empty = np.empty((len(grid.series_ids), len(grid.days) + horizon, 0))
    wide = [np.concatenate(pair, axis=1)[..., None] for pair in zip(past, future, strict=True)]
    neutral = [
        _typical(name, group, history)
        for name, group, history in zip(names, groups, past, strict=True)
    ]
    return Block(
        names=names,
        groups=groups,
        data=np.concatenate([empty, *wide], axis=2),
        neutral=np.column_stack([np.empty((len(grid.series_ids), 0)), *neutral]),
    )


def _drifts(values: FloatArray) -> bool:
    centred = values - values.mean()
    spread = float((centred**2).sum())
    return spread > 0 and float((centred[1:] * centred[:-1]).sum()) / spread > _DRIFTING


def _to_regular(past: FloatArray, future: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Divide prices by the regular price of the series, so that cheap and dear ones compare."""
    regular = np.nanmedian(past, axis=1)[:, None]
    regular = np.where(regular > 0, regular, 1.0)
    return past / regular, future / regular


def _typical(name: str, group: DriverGroup, history: FloatArray) -> FloatArray:
    """One value a series: no promotion, the regular price, the median week of the calendar."""
    if name == Col.PROMO:
        return np.zeros(len(history))
    if group is DriverGroup.CALENDAR:
        return np.full(len(history), np.nanmedian(history))
    return np.asarray(np.nanmedian(history, axis=1))


def _before(known: Block) -> Block:
    """Mean of the price columns over the last four periods: what lifted the recent sales."""
    priced = [i for i, group in enumerate(known.groups) if group is DriverGroup.PRICE]
    values = known.data[:, :, priced]
    sums = np.cumsum(np.nan_to_num(values), axis=1)
    counts = np.cumsum(~np.isnan(values), axis=1)
    sums[:, 4:] = sums[:, 4:] - sums[:, :-4].copy()
    counts[:, 4:] = counts[:, 4:] - counts[:, :-4].copy()
    return Block(
        names=tuple(f"{known.names[i]} lately" for i in priced),
        groups=(DriverGroup.PRICE,) * len(priced),
        data=np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0),
        neutral=known.neutral[:, priced],
    )


def _around_us(panel: Panel, grid: Grid, horizon: int) -> Block:
    """Economy and behaviour at the origin, as differences from usual; neutral: no difference."""
    groups = (DriverGroup.MACRO, DriverGroup.BEHAVIOUR)
    columns = [(group, name) for group in groups for name in panel.groups.get(group, ())]
    series, periods = grid.units.shape
    data = np.full((series, periods + horizon, len(columns)), np.nan)
    for place, (_, name) in enumerate(columns):
        data[:, :periods, place] = grid.column(panel.history, name, grid.days)
    return Block(
        names=tuple(name for _, name in columns),
        groups=tuple(group for group, _ in columns),
        data=data,
        neutral=np.zeros((len(grid.series_ids), len(columns))),
    )


def _shape(grid: Grid, horizon: int, coder: WindowCoder) -> Block:
    """Codes of the sales up to the origin; neutral: nothing happened."""
    codes = coder.codes(grid)
    return Block(
        names=tuple(f"shape {number}" for number in range(1, codes.shape[2] + 1)),
        groups=(DriverGroup.HISTORY,) * codes.shape[2],
        data=np.pad(codes, ((0, 0), (0, horizon), (0, 0)), constant_values=np.nan),
        neutral=np.tile(coder.flat, (len(codes), 1)),
    )


def _moods(panel: Panel, grid: Grid, *, use_text: bool) -> Block:
    """Sentiment columns minus their mean over the half-year before; neutral: no difference."""
    told = panel.groups.get(DriverGroup.SENTIMENT, ()) if use_text else ()
    names = tuple(name for name in told if name not in {*MOOD_COLUMNS} - {*LEADING_COLUMNS})
    differences = [
        _from_usual(grid.column(panel.history, name, grid.days))[..., None] for name in names
    ]
    empty = np.empty((*grid.units.shape, 0))
    return Block(
        names=names,
        groups=tuple(_group_of(panel, name) for name in names),
        data=np.concatenate([empty, *differences], axis=2),
        neutral=np.zeros((len(grid.series_ids), len(names))),
    )


def _from_usual(values: FloatArray) -> FloatArray:
    usual = pd.DataFrame(values.T).rolling(_MOOD_WINDOW, min_periods=1).mean().shift(1)
    return np.asarray(values - usual.to_numpy().T)


def _group_of(panel: Panel, column: str) -> DriverGroup:
    return next(group for group, columns in panel.groups.items() if column in columns)
