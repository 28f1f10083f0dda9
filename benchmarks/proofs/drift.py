"""Drift that is there is seen, none is cried: a year of residuals for each of many series.

Daily sales with a week, a year and chance beyond Poisson's; forecasts and their levels are learnt
from two years and never again. Half the work has no drift at all; in the other half demand rises by
30 % on some day and stays there. The peers look at the same residuals, with their own defaults.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from reporting import Figure
from river.drift import ADWIN, PageHinkley

from forecasting import shifts, standardised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray
    from proofs.size import Size

    Floats = NDArray[np.float64]
    Detector = Callable[[Floats], list[int]]

_YEAR: Final = 365
_LEARNT: Final = 2 * _YEAR
_LEVELS: Final = (0.1, 0.5, 0.9)
_RISE: Final = 1.3
_SPREAD: Final = 0.08  # of the mean from day to day, beside Poisson's
_EARLIEST, _LATEST = 90, 270  # days of the watched year on which demand may rise


@dataclass(frozen=True, slots=True)
class Watch:
    """One watched year of a series.

    Parameters
    ----------
    residuals, units
        Shape (days,).
    rises_on
        Day from which demand is higher; None: never.
    """

    residuals: Floats
    units: Floats
    rises_on: int | None


def prove(size: Size) -> Iterator[Figure]:
    """Watch series that drift and series that do not."""
    rng = np.random.default_rng(20261122)
    count = size.pick(600, 60)
    steady = [watched(rng, rises=False) for _ in range(count)]
    rising = [watched(rng, rises=True) for _ in range(size.pick(300, 40))]
    peers = {
        "ADWIN": lambda row: _river(ADWIN(), row),
        "Page-Hinkley": lambda row: _river(PageHinkley(), row),
    }
    ours, false = cry_wolf(cusum, steady), "series-years without drift that are called drifted"
    others = {name: cry_wolf(peer, steady) for name, peer in peers.items()}
    yield _beside(false, ours, "share", others, reach=0.03)
    raw = np.mean([bool(_river(PageHinkley(), each.units)) for each in steady])
    yield Figure("the same for Page-Hinkley on sales as they are", float(raw), "share")
    seen = "days until a rise of 30 % is seen, median"
    others = {name: float(np.median(delays(peer, rising))) for name, peer in peers.items()}
    yield _beside(seen, float(np.median(delays(cusum, rising))), "days", others, reach=11)
    late = float(np.mean(delays(cusum, rising) <= 60))
    yield Figure("rises seen within 60 days", late, "share", "higher", 0.99)


def watched(rng: Generator, *, rises: bool) -> Watch:
    """Make a series, learn its forecasts from two years, and watch the third."""
    days = np.arange(_LEARNT + _YEAR)
    week = np.exp(rng.normal(0, 0.15, 7))[days % 7]
    year = 1 + rng.uniform(0, 0.3) * np.sin(2 * np.pi * (days / _YEAR + rng.uniform()))
    rises_on = int(rng.integers(_EARLIEST, _LATEST)) if rises else None
    mean = rng.uniform(30, 120) * week * year
    if rises_on is not None:
        mean[_LEARNT + rises_on :] *= _RISE
    units = rng.poisson(mean * rng.gamma(_SPREAD**-2, _SPREAD**2, len(days))).astype(np.float64)
    told = foretold(units[:_LEARNT], days)
    residuals = standardised(units, told, _LEVELS)[_LEARNT:]
    return Watch(residuals, units[_LEARNT:], rises_on)


def foretold(learnt: Floats, days: NDArray[np.int64]) -> Floats:
    """Forecast all days from the first ones: week and year by least squares, levels by quantiles.

    Returns
    -------
    ndarray
        Shape (days, levels).
    """
    angle = 2 * np.pi * days / _YEAR
    columns = np.column_stack([np.eye(7)[days % 7], np.sin(angle), np.cos(angle)])
    known = columns[: len(learnt)]
    weights, *_ = np.linalg.lstsq(known, np.log(np.maximum(learnt, 0.5)), rcond=None)
    fitted = np.exp(columns @ weights)
    ratios = np.quantile(learnt / fitted[: len(learnt)], _LEVELS)
    levels: Floats = fitted[:, None] * ratios
    return levels


def cusum(residuals: Floats) -> list[int]:
    """List the days on which a shift is told."""
    return [shift.seen for shift in shifts(residuals)]


def cry_wolf(detector: Detector, steady: list[Watch]) -> float:
    """Return the share of series without drift for which there is any alarm."""
    return float(np.mean([bool(detector(each.residuals)) for each in steady]))


def delays(detector: Detector, rising: list[Watch]) -> Floats:
    """Count the days from a rise to the first alarm after it; infinite where there is none."""
    found = []
    for each in rising:
        start = each.rises_on or 0
        after = [day - start + 1 for day in detector(each.residuals) if day >= start]
        found.append(float(after[0]) if after else np.inf)
    return np.array(found)


def _river(detector: ADWIN | PageHinkley, values: Floats) -> list[int]:
    alarms = []
    for day, value in enumerate(values):
        detector.update(float(value))
        if detector.drift_detected:
            alarms.append(day)
    return alarms


def _beside(
    name: str, value: float, unit: str, others: dict[str, float], *, reach: float
) -> Figure:
    best = min(others, key=lambda peer: others[peer])
    return Figure(
        name, value, unit, "lower", reach, peer=best, peer_value=others[best], peers=others
    )
