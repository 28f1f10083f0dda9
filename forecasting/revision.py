"""Why the forecast changed between two runs.

What a run says depends on four things: how far the history reaches, what the history says, what is
known of the drivers, and the model that was learnt. `forecasting.vintages.mixed` says to which of
them every cell of the two panels belongs, and makes the panel that takes some of them from the new
run and the others from the old one; the forecaster saved by one run or the other then forecasts it.
A source gets the mean of what it changes over the orders in which the four can become new: the 12
in which new actuals come before restated data. So the parts sum to the change for each series,
period and level, and a source that changes nothing gets exactly 0.

A new period is news against what the old run expected of it, which it did from the past as it was
known then. Only so does a week that came as forecast move nothing: against a past that was restated
to three times as much the same week would be a collapse, and would undo what the restatement did.
What a restated past makes of the new periods is due to the restatement; without one, the order of
the two does not matter.

Nowcasting splits a revision in the same two: news is a new figure less what was expected of it, and
revised figures are a part of their own (Banbura and Modugno 2014, section 3). Deviations: models
here are not linear, so that the order matters and is averaged out, but for that of news and
revisions, of which that paper takes revisions first; the parameters, which it holds fixed, are one
of the sources; a source is a whole set of cells, not one figure.

What a model learnt from new or restated data counts as model: actuals and restatements are what
these data change while the model stays as it is. Runs are stored with the versions of the tables
that they read, so both panels are built anew as they were. Where the code has changed since a run
was stored, its forecast made again may differ from the stored one; that difference counts as model
too, and `Revision.drift` tells how large it is.

References
----------
Shapley (1953), A value for n-person games. Frye, Rowat and Feige (2020), Asymmetric Shapley values,
for orders that are possible. Banbura and Modugno (2014), Maximum likelihood estimation of factor
models on datasets with arbitrary pattern of missing data, Journal of Applied Econometrics 29(1).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecasting.kept_forecaster import load_forecaster
from forecasting.runs import forecast_frame
from forecasting.vintages.changed_cells import arrived, of_series, replanned, restated
from forecasting.vintages.mixed import RevisionSource, make_mixer
from forecasting.vintages.shared_change import Learnt, attribute_change, covered_by
from signals import Col, DataError, NotReady, rebuild_panel, silent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from forecasting.grid import FloatArray
    from forecasting.runs import RunInfo
    from signals import Lake, Panel, Progress

_MIDDLE: Final = 0.5
_EXACT: Final = 1e-6  # units within which a forecast counts as made again

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Revision:
    """How one forecast became another: ``before`` plus all ``parts`` is ``after``.

    Parameters
    ----------
    series_ids, days, levels
        What both runs forecast; days are the first ones of periods.
    before, after
        Stored forecasts, shape (series, days, levels), units a period.
    parts
        Shape likewise, by source.
    restated, replanned, arrived
        Cells that changed, largest first: values of earlier periods; plans; and what was sold in
        the new periods (after) beside what had been forecast for them (before). Columns as
        `forecasting.vintages.changed_cells.restated` gives them.
    left_out
        Reason by series_id, for series both runs forecast but which cannot be taken apart.
    drift
        Largest difference in units between a stored forecast and the same forecast made again.
    """

    old: RunInfo
    new: RunInfo
    series_ids: tuple[str, ...]
    days: pd.DatetimeIndex
    levels: tuple[float, ...]
    before: FloatArray
    after: FloatArray
    parts: Mapping[RevisionSource, FloatArray]
    restated: pd.DataFrame
    replanned: pd.DataFrame
    arrived: pd.DataFrame
    left_out: Mapping[str, str]
    drift: float

    def of(self, series_id: str) -> SeriesRevision:
        """Take out one series.

        Raises
        ------
        DataError
            When the two runs do not both forecast it.
        """
        if series_id not in self.series_ids:
            reason = self.left_out.get(series_id, "one of the two runs has no forecast of it")
            raise DataError(
                f"the change of {series_id} cannot be taken apart: {reason}; name another series"
            )
        row = self.series_ids.index(series_id)
        return SeriesRevision(
            series_id,
            self.days,
            self.levels,
            self.before[row],
            self.after[row],
            {source: part[row] for source, part in self.parts.items()},
            *(of_series(rows, series_id) for rows in (self.restated, self.replanned, self.arrived)),
        )


@dataclass(frozen=True, slots=True)
class SeriesRevision:
    """The part of a `Revision` that is about one series; arrays have shape (days, levels).

    The changed cells are its own, or those of the products it adds up.
    """

    series_id: str
    days: pd.DatetimeIndex
    levels: tuple[float, ...]
    before: FloatArray
    after: FloatArray
    parts: Mapping[RevisionSource, FloatArray]
    restated: pd.DataFrame
    replanned: pd.DataFrame
    arrived: pd.DataFrame

    def total(self, of: FloatArray, level: float = _MIDDLE) -> float:
        """Add one level up over all days."""
        return float(of[:, self.levels.index(level)].sum())

    @property
    def change(self) -> float:
        """What the middle forecast gained over all days."""
        return self.total(self.after) - self.total(self.before)

    @property
    def ranked(self) -> list[tuple[RevisionSource, FloatArray]]:
        """The parts, the one that moved the middle forecast most first."""
        return sorted(self.parts.items(), key=lambda item: -abs(self.total(item[1])))


def revision_between(
    lake: Lake, models: Path, runs: tuple[RunInfo, RunInfo], *, progress: Progress = silent
) -> Revision:
    """Take the change between two stored runs apart.

    Parameters
    ----------
    models
        Folder of the saved forecasters.
    runs
        The older one first.

    Raises
    ------
    NotReady
        When a run does not say what it was made from, or its models are not kept any more.
    DataError
        When the runs cannot be compared, or the lake no longer holds the data of one of them.
    """
    mixer = make_mixer(*(_panel_of(lake, run) for run in runs))
    learnt = tuple(_learnt_by(models, run) for run in runs)
    stored = tuple(_stored(lake, run) for run in runs)
    covered = covered_by(mixer, stored)
    before, after = (covered.of(units) for units in stored)
    made, parts = attribute_change(mixer, (learnt[0], learnt[1]), covered, progress=progress)
    off = before - made, after - (made + sum(parts.values()))
    parts[RevisionSource.MODEL] = parts[RevisionSource.MODEL] + off[1] - off[0]
    sound = ~np.isnan(off).any(axis=(0, 2, 3))
    drift = float(np.abs(np.stack(off)[:, sound]).max(initial=0.0))
    if drift > _EXACT:
        logger.warning("stored forecasts made again differ by up to %g units: model", drift)
    names = np.asarray(covered.series_ids, dtype=object)
    expected = stored[0].xs(_MIDDLE, level=Col.LEVEL)
    return Revision(
        old=runs[0],
        new=runs[1],
        series_ids=tuple(names[sound]),
        days=covered.days,
        levels=covered.levels,
        before=before[sound],
        after=after[sound],
        parts={source: part[sound] for source, part in parts.items()},
        restated=restated(mixer),
        replanned=replanned(mixer),
        arrived=arrived(mixer, expected),
        left_out=dict.fromkeys(names[~sound], "no forecast without the data of the new run"),
        drift=drift,
    )


def _stored(lake: Lake, run: RunInfo) -> pd.Series:
    """Read the forecasts of a run, indexed by series_id, day and level."""
    rows = forecast_frame(lake, run.run_id)
    return rows.set_index([Col.SERIES_ID, Col.DAY, Col.LEVEL])[Col.UNITS]


def _panel_of(lake: Lake, run: RunInfo) -> Panel:
    if not run.config.get("panel"):
        raise NotReady(
            f"run {run.run_id} of {run.made_on:%Y-%m-%d} does not say what data it read; "
            "run: groundswell run, and compare the runs made from now on"
        )
    try:
        return rebuild_panel(lake, run.config["panel"])
    except DataError as error:
        raise DataError(
            f"the data of run {run.run_id} cannot be read as they were ({error}); "
            "compare newer runs"
        ) from error


def _learnt_by(models: Path, run: RunInfo) -> Learnt:
    try:
        forecaster = load_forecaster(models, run.run_id)
    except NotReady as error:
        raise NotReady(
            f"the models of run {run.run_id} of {run.made_on:%Y-%m-%d} are not kept any more "
            f"({error}); compare newer runs"
        ) from error
    return Learnt(forecaster, int(run.config["settings"]["min_periods"]))
