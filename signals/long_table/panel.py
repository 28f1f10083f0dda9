"""A long table laid out as a panel: what a forecaster is given."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from signals.errors import DataError
from signals.frames import Col
from signals.long_table.calendar_columns import calendar_of
from signals.long_table.layout import Laid, in_whole_periods, lay_out
from signals.long_table.periods import (
    PERIOD,
    SERIES,
    TARGET,
    check_ahead,
    fill_known,
    one_row_a_period,
    one_value,
)
from signals.long_table.reading import POLARITY, TableCells, read_cells
from signals.long_table.spacing import find_axis
from signals.panel import DriverGroup, Panel
from signals.progress import Progress, silent
from signals.tables import Measure, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from signals.long_table.cells import Floats
    from signals.long_table.columns import TableColumns, TableRules
    from signals.long_table.periods import Mask
    from signals.sentiment.scoring import Scorer

logger = logging.getLogger(__name__)

_OWN_NAMES: Final = {Col.PRICE: Col.PRICE, Col.PROMO: Col.PROMO}
"""Known columns that forecasters read in a way of their own, when they are called so."""


@dataclass(frozen=True, slots=True)
class LongTable:
    """A table as series on one axis of periods.

    Parameters
    ----------
    panel
        Its series_id sort as the series appear in the file.
    names, ids
        Of the series: for people, and the identifying columns as the file has them.
    values
        The column to forecast, gaps filled; NaN before a series begins; shape (series, periods).
    floor
        Taken off the values of each series so that none is below 0, shape (series,).
    unit
        What 1 in the panel is in the unit of the values, shape (series,): a power of ten, so that
        shares and rates are not lost beside the 1 that is added before a logarithm is taken.
    gaps
        Periods that no row tells of and that were filled, shape (series, periods).
    time, ahead, labels
        Name of the column of times; the times of the horizon, and one of each period of the
        history, as the file writes them.
    counts
        What was found and done, for people and programs.
    about
        Encoding and delimiter of the file.
    """

    panel: Panel
    names: tuple[str, ...]
    ids: pa.Table
    values: Floats
    floor: Floats
    unit: Floats
    gaps: Mask
    time: str
    ahead: pa.Array
    labels: list[str]
    counts: Mapping[str, Any]
    about: Mapping[str, Any]


def read_long_table(
    file: Path,
    columns: TableColumns,
    rules: TableRules,
    scorer: Scorer | None = None,
    *,
    progress: Progress = silent,
) -> LongTable:
    """Read a table, find its periods and lay it out; no workspace is needed.

    Parameters
    ----------
    file
        Any format that ``ingest`` reads.
    scorer
        Reads the text column; needed when there is one.

    Raises
    ------
    DataError
        When the file cannot be read, lacks a column, holds what is no number or no time, or its
        series do not lie on one axis of periods; messages name series, rows and what to do.
    """
    if columns.text is not None and scorer is None:
        raise ValueError(f"the text column {columns.text!r} needs a scorer")
    cells = read_cells(file, columns, rules, scorer, progress)
    valued = cells.rows[TARGET].notna().to_numpy()
    if not valued.any():
        raise DataError(f"column {columns.target!r} is empty in all rows; numbers are expected")
    axis = find_axis(cells.times, cells.rows[SERIES].to_numpy(), cells.names, rules.frequency)
    whole = in_whole_periods(cells.times, axis, valued)
    rows = cells.rows.assign(**{PERIOD: axis.numbers(cells.times)})[whole]
    rows = one_row_a_period(rows, rules.duplicates, cells.names, cells.written)
    laid = lay_out(rows, cells, axis, whole & valued, rules)
    drivers = _drivers(laid, rows, cells, columns)
    counts = {
        "rows": len(cells.rows),
        "series": len(laid.names),
        "frequency": axis.frequency.name,
        "periods": laid.targets.shape[1],
        "last": laid.labels[-1],
        "values": int((~np.isnan(laid.targets)).sum()),
        "gaps_filled": int(laid.gaps.sum()),
        "rows_added_up": int(whole.sum()) - len(rows),
        "rows_in_incomplete_periods": int((~whole).sum()),
        "values_below_0": cells.below,
        "without_history": laid.left_out,
        "text_model": scorer.model_id if scorer is not None and columns.text else None,
    }
    logger.info("%s: %s", file.name, counts)
    floor = np.minimum(np.nanmin(laid.targets, axis=1), 0.0)
    unit = _units(laid.targets - floor[:, None])
    return LongTable(
        panel=_panel(laid, (laid.targets - floor[:, None]) / unit[:, None], drivers, rules),
        names=laid.names,
        ids=laid.ids,
        values=laid.targets,
        floor=floor,
        unit=unit,
        gaps=laid.gaps,
        time=columns.time,
        ahead=laid.ahead,
        labels=laid.labels,
        counts=counts,
        about=cells.about,
    )


@dataclass(frozen=True, slots=True)
class _Driver:
    """A column beside the target, shape (series, periods + horizon); of texts, their places."""

    name: str
    group: DriverGroup
    cells: Floats
    texts: Sequence[str] = ()


def _drivers(
    laid: Laid, rows: pd.DataFrame, cells: TableCells, columns: TableColumns
) -> list[_Driver]:
    """Lay out what stands beside the target, under the names it has in a panel."""
    horizon = len(laid.ahead)

    def wide(name: str) -> Floats:
        return laid.layout.wide(rows[name].to_numpy(dtype=np.float64)[laid.chosen])

    plans = {name: wide(name) for name in columns.known}
    check_ahead(plans, horizon, laid.names, [str(time) for time in laid.ahead.to_pylist()])
    found = []
    for place, (name, plan) in enumerate(plans.items()):
        category = name in cells.categories
        values = fill_known(plan, category=category)
        own = _OWN_NAMES.get(name.lower()) if not category and (values >= 0).all() else None
        found.append(_Driver(own or f"known {place}", DriverGroup.PRICE, values))
    for place, name in enumerate(columns.static):
        texts = cells.categories.get(name, ())
        values = one_value(wide(name), name, laid.names, category=bool(texts))
        found.append(_Driver(f"static {place}", DriverGroup.HISTORY, values, texts))
    said = (POLARITY,) if columns.text is not None else ()
    for place, name in enumerate((*columns.past, *said)):
        found.append(_Driver(f"past {place}", DriverGroup.SENTIMENT, wide(name)))
    return found


def _texts(driver: _Driver) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Text of each series, shape (series,); empty where it has none."""
    places = driver.cells[:, 0].astype(np.int64)
    found = np.asarray(driver.texts, dtype=object)[np.maximum(places, 0)]
    return np.where(places < 0, "", found)


def _units(values: Floats) -> Floats:
    """Find a unit in which values that are not whole are usually from 10 to 100; else 1.

    Parameters
    ----------
    values
        Shape (series, periods), none below 0; NaN before a series begins.
    """
    units = np.ones(len(values))
    for row, own in enumerate(values):
        some = own[own > 0]
        if some.size and (some != np.round(some)).any():
            usual = float(np.median(some))
            units[row] = 10.0 ** min(np.floor(np.log10(usual)) - 1, 0)
    return units


def _panel(laid: Laid, values: Floats, drivers: list[_Driver], rules: TableRules) -> Panel:
    frequency, periods = laid.axis.frequency, laid.targets.shape[1]
    days = frequency.axis(laid.axis.day(laid.first), laid.axis.day(laid.first + periods - 1))
    every = pd.DatetimeIndex(days.append(frequency.ahead(days[-1], rules.horizon)))
    calendar = calendar_of(every, frequency, rules.countries)
    width = len(str(len(laid.names)))
    ids = np.asarray([f"{place:0{width}d}" for place in range(len(laid.names))])
    static = next((_texts(d) for d in drivers if d.texts), np.full(len(ids), ""))
    series, period = np.nonzero(~np.isnan(laid.targets))
    known = [d for d in drivers if d.group is not DriverGroup.SENTIMENT]
    history = pd.DataFrame(
        {
            Col.SERIES_ID: ids[series],
            Col.SCOPE: str(Scope.PRODUCT),
            Col.CATEGORY: static[series],
            Col.DAY: days[period],
            Col.UNITS: values[series, period],
            **{d.name: d.cells[series, period] for d in drivers},
        }
    ).join(calendar, on=Col.DAY)
    row, step = np.divmod(np.arange(len(ids) * rules.horizon), rules.horizon)
    future = pd.DataFrame(
        {
            Col.SERIES_ID: ids[row],
            Col.DAY: every[periods + step],
            Col.STEP: step + 1,
            **{d.name: d.cells[row, periods + step] for d in known},
        }
    ).join(calendar, on=Col.DAY)
    groups = {group: tuple(d.name for d in drivers if d.group is group) for group in DriverGroup}
    return Panel(
        history=history,
        future=future,
        measure=Measure.UNITS_SOLD,
        made_on=frequency.last_day(days[-1]),
        groups=groups | {DriverGroup.CALENDAR: tuple(calendar.columns)},
        known=(*(d.name for d in known), *calendar.columns),
        past=groups[DriverGroup.SENTIMENT],
        frequency=frequency,
    )
