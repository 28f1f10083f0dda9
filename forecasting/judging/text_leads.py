"""By how many periods the mood of what people say runs ahead of what they buy."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecasting.grid import grid_of
from signals import DriverGroup, Scope

if TYPE_CHECKING:
    from forecasting.grid import FloatArray
    from signals import Panel

LEADS: Final = range(5)
"""Periods by which mood may lead; 0 is the period itself."""
_AROUND: Final = 4  # periods on either side that make the usual sales of a period
_FEWEST: Final = 200  # pairs of a mood and sales that a category needs
_SURE: Final = 3.0  # standard errors of a correlation of what has nothing to do with each other


@dataclass(frozen=True, slots=True)
class TextLead:
    """How mood and later sales of the series of one category go together.

    Parameters
    ----------
    periods
        The lead at which they go together most.
    correlation
        There.
    pairs
        Number of moods and sales compared.
    """

    periods: int
    correlation: float
    pairs: int

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON."""
        return asdict(self)


def text_leads(panel: Panel) -> dict[str, TextLead]:
    """Find the lead of mood over sales in each category.

    Sales are compared with their own usual level around each period and cleared of what price,
    promotion and the period of the year (the mean of all series) did; mood with its usual.

    Returns
    -------
    dict
        By category; one whose best correlation may be chance is left out.
    """
    if not panel.polarity:
        return {}
    grid = grid_of(panel)
    products = np.asarray(grid.scopes) == Scope.PRODUCT
    mood = _about_usual(grid.column(panel.history, panel.polarity[0], grid.days))
    sales = _about_usual(np.log1p(grid.units))
    sales = sales - np.nanmean(sales[products], axis=0) if products.any() else sales
    for name in panel.groups.get(DriverGroup.PRICE, ()):
        sales = _without(sales, _about_usual(grid.column(panel.history, name, grid.days)))
    found = {}
    for category in sorted(set(grid.categories) - {""}):
        rows = products & (np.asarray(grid.categories) == category)
        lead = _lead(mood[rows], sales[rows])
        if lead is not None:
            found[category] = lead
    return found


def _about_usual(values: FloatArray) -> FloatArray:
    """Take off the mean of the periods around each, shape as given; NaN stays NaN."""
    known = ~np.isnan(values)
    window = np.ones(2 * _AROUND + 1)
    sums, counts = (
        np.apply_along_axis(np.convolve, 1, part, window, "same")
        for part in (np.where(known, values, 0.0), known.astype(float))
    )
    return np.where(known, values - sums / np.maximum(counts, 1.0), np.nan)


def _without(values: FloatArray, driver: FloatArray) -> FloatArray:
    """Clear each series of its own linear answer to a driver."""
    both = ~np.isnan(values) & ~np.isnan(driver)
    x, y = np.where(both, driver, 0.0), np.where(both, values, 0.0)
    power = (x * x).sum(axis=1, keepdims=True)
    slope = np.divide((x * y).sum(axis=1, keepdims=True), power, out=np.zeros_like(power),
                      where=power > 0)  # fmt: skip
    return np.asarray(values - slope * np.where(np.isnan(driver), 0.0, driver))


def _lead(mood: FloatArray, sales: FloatArray) -> TextLead | None:
    found = []
    for lead in LEADS:
        x, y = mood[:, : mood.shape[1] - lead], sales[:, lead:]
        both = ~np.isnan(x) & ~np.isnan(y) & (x != 0)
        if both.sum() < _FEWEST or not x[both].std() or not y[both].std():
            continue
        found.append(TextLead(lead, float(np.corrcoef(x[both], y[both])[0, 1]), int(both.sum())))
    best = max(found, key=lambda each: each.correlation, default=None)
    if best is None or best.correlation * np.sqrt(best.pairs) < _SURE:
        return None
    return best
