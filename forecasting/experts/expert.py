"""The seam every forecaster stands behind."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecasting.grid import FloatArray
    from signals import DriverGroup, Panel, Progress

_BEYOND: Final = 4.0  # times the highest period of a series that a forecast may reach

logger = logging.getLogger(__name__)


class Expert(Protocol):
    """A way to forecast all series of a panel.

    Attributes
    ----------
    name
        Short and stable: it is stored with every forecast and shown to people.
    uses_text
        Whether the sentiment columns of the panel are read. Text may only correct: with sentiment
        absent, the forecast is the one the expert would make had it never seen text. So one fit
        serves the comparison with and without text.
    """

    @property
    def name(self) -> str: ...
    @property
    def uses_text(self) -> bool: ...

    def fit(self, panel: Panel, *, progress: Progress) -> Fitted:
        """Learn from the history of a panel, and from nothing else."""
        ...


class Fitted(Protocol):
    """An expert that has learnt."""

    def predict(self, panel: Panel, *, present: frozenset[DriverGroup]) -> FloatArray:
        """Forecast every series of ``panel`` over its future.

        Parameters
        ----------
        panel
            The series to forecast, sorted by series_id in the answer.
        present
            Groups of inputs that are read as they are. The others are replaced by neutral values:
            a series at its own long-run level, a typical week, the regular price without
            promotion, the usual mood.

        Returns
        -------
        ndarray
            Shape (series, horizon, levels), units a period, at least 0, rising with the level.
        """
        ...

    def save(self, folder: Path) -> None:
        """Write what was learnt as text files, for `load` of the same adapter."""
        ...


@runtime_checkable
class FallsBack(Protocol):
    """A fitted expert that forecasts some series by a simpler rule, and says which."""

    def fallbacks(self, panel: Panel) -> Mapping[str, str]:
        """Give series_id to the reason and the rule used instead."""
        ...


@runtime_checkable
class Updates(Protocol):
    """An expert that takes later data into what it learnt, for a fraction of the cost of a fit.

    The others are fitted anew by an update.
    """

    def update(self, before: Fitted, panel: Panel, *, progress: Progress) -> Fitted:
        """Go on from an earlier fit of the same expert with the same settings.

        Raises
        ------
        ModelError
            When the panel lacks columns that were learnt from.
        """
        ...


def tidy(quantiles: FloatArray) -> FloatArray:
    """Raise what is below 0 and sort along the levels, the last axis.

    Examples
    --------
    >>> tidy(np.array([3.0, -1.0, 2.0])).tolist()
    [0.0, 2.0, 3.0]
    """
    return np.sort(np.maximum(quantiles, 0.0), axis=-1)


def ceiling(units: FloatArray) -> FloatArray:
    """Most that is believed of each series: four times its highest period.

    Trends fitted in logs grow without end otherwise.

    Parameters
    ----------
    units
        Shape (series, periods); NaN before a series begins.

    Returns
    -------
    ndarray
        Shape (series,), log(1 + units).

    Examples
    --------
    >>> np.expm1(ceiling(np.array([[np.nan, 2.0, 4.0]]))).round(6).tolist()
    [19.0]
    """
    return np.asarray(np.log1p(np.nanmax(units, axis=1)) + np.log(_BEYOND))


def finite_or(quantiles: FloatArray, fallback: FloatArray, name: str) -> FloatArray:
    """Take the fallback for series whose forecast is not finite, and log how many there are.

    Parameters
    ----------
    quantiles, fallback
        Shape (series, horizon, levels).
    """
    finite = np.isfinite(quantiles).all(axis=(1, 2), keepdims=True)
    if not finite.all():
        logger.warning(
            "%s gave no finite forecast of %d series: mean of the last four periods",
            name, (~finite).sum(),
        )  # fmt: skip
    return np.where(finite, quantiles, fallback)
