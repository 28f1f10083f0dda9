"""Judge the default forecast of a public panel beside peers, at the same origins.

At an origin the product chooses weights and calibration from earlier origins alone, those whose
outcomes were known by then: what a user would have got on that day. Some origins before the first
judged one are therefore forecast and not judged.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from reporting import Figure

from forecasting import Metric, Unfinished, score
from forecasting.choose import choose
from forecasting.forecast import experts_of
from forecasting.grid import grid_of, horizon_of
from forecasting.judging.backtest import Backtest, ExpertKey, backtest
from ui.console import bars

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping, Sequence

    from public_panels import PublicPanel
    from reporting import Report

    from forecasting import Expert, ForecastSettings
    from forecasting.grid import FloatArray

PROMISED: Final = 0.8
ALLOWED: Final = 0.02
"""By how much the coverage of all points may differ from what the interval promises."""
ALLOWED_IN_SEGMENT: Final = 0.06
AGAINST_BEST: Final = 0.90
"""Share of the WAPE of the best single peer."""
OWN: Final = ("lightgbm", "fusion", "price response", "last season")
"""What the product teaches over all series; its simple experts, each alone, are peers."""
FEWEST: Final = 100
"""Points below which a segment says nothing."""
_SLOW: Final = 0.2  # share of series, the smallest, that are slow movers
_SHORT: Final = 52  # weeks of history

Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Judged:
    """Outcomes, what the product said of them, and what each peer said.

    Parameters
    ----------
    actual
        Units, shape (series, origins, horizon); NaN where nothing is judged.
    final
        Shape (series, origins, horizon, levels), as are ``uncalibrated``, ``alone`` and ``peers``.
    uncalibrated
        The same mix as ``final`` before its quantiles are calibrated.
    alone
        Each of the product's own experts.
    origins
        Last visible week of each judged origin.
    """

    public: PublicPanel
    levels: tuple[float, ...]
    origins: tuple[int, ...]
    actual: FloatArray
    final: FloatArray
    uncalibrated: FloatArray
    alone: Mapping[str, FloatArray]
    peers: Mapping[str, FloatArray]

    @property
    def targets(self) -> np.ndarray:
        """Week of each outcome, shape (origins, horizon)."""
        return np.asarray(self.origins)[:, None] + np.arange(1, self.actual.shape[2] + 1)

    def at_target(self, weekly: np.ndarray) -> np.ndarray:
        """Read (series, weeks) at the week of each outcome, shape (series, origins, horizon)."""
        return np.asarray(weekly[:, self.targets])

    def segments(self, promoted: Mask | None) -> dict[str, Mask]:
        """Points of each segment, shape of ``actual``.

        Parameters
        ----------
        promoted
            Shape (series, weeks); None where the table knows no promotions.
        """
        units = grid_of(self.public.panel).units
        first = self.origins[0] + 1
        sold = np.array(
            [np.nanmean(row) if (~np.isnan(row)).any() else 0.0 for row in units[:, :first]]
        )
        slow = sold <= np.quantile(sold[sold > 0], _SLOW)
        ages = np.cumsum(~np.isnan(units), axis=1)[:, list(self.origins)]
        shape = self.actual.shape
        found = {
            "slow mover": np.broadcast_to(slow[:, None, None], shape),
            "short history": np.broadcast_to((ages < _SHORT)[..., None], shape),
        }
        return found if promoted is None else {"promo week": self.at_target(promoted), **found}


@dataclass(frozen=True, slots=True)
class Origins:
    """Where forecasts are made.

    Parameters
    ----------
    weeks
        Last visible week of each, oldest first.
    warm_up
        How many of the first only teach.
    first_step
        Steps before it are neither learnt from nor judged.
    """

    weeks: Sequence[int]
    warm_up: int
    first_step: int = 1


def add_resume(parser: ArgumentParser) -> None:
    """Let a long run be stopped, and be asked about another choice or calibration."""
    parser.add_argument(
        "--resume", type=Path, metavar="FOLDER",
        help="keep the experts' forecasts there and go on with those that are there; empty it when "
        "an expert changes",
    )  # fmt: skip


def resumed(chosen: Namespace, every: int) -> Unfinished | None:
    """Say where forecasts outlive a kill; None where nobody asked for it.

    Parameters
    ----------
    every
        Which share of the table is forecast: another share is other work.
    """
    return Unfinished(chosen.resume, f"every {every}") if chosen.resume else None


def judge(
    public: PublicPanel,
    settings: ForecastSettings,
    peers: Sequence[Expert],
    origins: Origins,
    *,
    remembered: Unfinished | None = None,
) -> Judged:
    """Forecast at every origin with what was visible then.

    Parameters
    ----------
    remembered
        Where forecasts outlive a kill; None keeps nothing.
    """
    own: Sequence[Expert] = experts_of(public.panel, settings)
    if remembered is not None:
        own, peers = remembered.remember(own), remembered.remember(peers)
    weeks, warm_up = origins.weeks, origins.warm_up
    with bars() as progress:
        tried = backtest(public.panel, own, settings.levels, weeks, progress=progress)
        beside = backtest(public.panel, peers, settings.levels, weeks[warm_up:], progress=progress)
    tried = replace(tried, actual=_observed(public, tried, origins))
    uncalibrated, final = _as_it_went(tried, weeks, warm_up, settings.seed)
    return Judged(
        public=public,
        levels=settings.levels,
        origins=tuple(weeks[warm_up:]),
        actual=tried.actual[:, warm_up:],
        final=final,
        uncalibrated=uncalibrated,
        alone={_name(key): values[:, warm_up:] for key, values in tried.quantiles.items()},
        peers={_name(key): values for key, values in beside.quantiles.items()},
    )


def _observed(public: PublicPanel, tried: Backtest, origins: Origins) -> FloatArray:
    horizon = horizon_of(public.panel)
    targets = np.asarray(origins.weeks)[:, None] + np.arange(1, horizon + 1)
    judged = public.observed[:, targets] & (np.arange(1, horizon + 1) >= origins.first_step)
    return np.where(judged, tried.actual, np.nan)


def _as_it_went(
    tried: Backtest, origins: Sequence[int], warm_up: int, seed: int,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """Forecast each judged origin by what the origins completed before it would have chosen.

    Returns
    -------
    tuple
        The mix as it is, and calibrated.
    """
    horizon = tried.actual.shape[2]
    found = []
    for place in range(warm_up, len(origins)):
        complete = [i for i in range(place) if origins[i] + horizon <= origins[place]]
        choice = choose(tried.at(complete), seed)
        found.append(choice.forecast(tried, place))
    raw, calibrated = (np.stack(each, axis=1) for each in zip(*found, strict=True))
    return raw, calibrated


def _name(key: ExpertKey) -> str:
    return " ".join(key).replace("_", " ").strip()


def add_accuracy(report: Report, judged: Judged, *, quick: bool) -> None:
    """Report WAPE and WQL beside every peer, and WAPE as a share of the best single peer's.

    The simple experts of the product, each alone, count as peers too.
    """
    own = {name: values for name, values in judged.alone.items() if name not in OWN}
    singles = {**judged.peers, **own}
    for metric in (Metric.WAPE, Metric.WQL):
        peers = {name: _value(judged, values, metric) for name, values in singles.items()}
        value = _value(judged, judged.final, metric)
        peer, peer_value = best(peers)
        title = metric.upper()
        report.add(Figure(title, value, "share", peer=peer, peer_value=peer_value, peers=peers))
        for name in [name for name in OWN if name in judged.alone]:
            alone = _value(judged, judged.alone[name], metric)
            report.add(Figure(f"{title}, {name} of the product alone", alone, "share"))
        reach = AGAINST_BEST if metric is Metric.WAPE and not quick else None
        ratio = Figure(
            f"{title} against the best single peer", value / peer_value, "ratio", reach=reach
        )
        report.add(ratio)


def best(peers: Mapping[str, float]) -> tuple[str, float]:
    """Name the peer with the least error."""
    name = min(peers, key=lambda peer: peers[peer])
    return name, peers[name]


def _value(judged: Judged, quantiles: FloatArray, metric: Metric) -> float:
    return score(judged.actual, quantiles, judged.levels)[metric]


def add_calibration(report: Report, judged: Judged, promoted: Mask | None) -> None:
    """Report what the 80 % interval covers, over all points and in each segment."""
    inside = _covered(judged, judged.final)
    everywhere = ~np.isnan(judged.actual)
    peers = {
        name: float(_covered(judged, values)[everywhere].mean())
        for name, values in judged.peers.items()
    }
    _add_coverage(report, "all points", float(inside[everywhere].mean()), ALLOWED, peers)
    for name, segment in judged.segments(promoted).items():
        points = segment & everywhere
        count = int(points.sum())
        if count < FEWEST:
            print(f"coverage of 80 %, {name}: not judged, {count} points")
            continue
        share = float(inside[points].mean())
        _add_coverage(report, f"{name} ({count} points)", share, ALLOWED_IN_SEGMENT, {})


def _covered(judged: Judged, quantiles: FloatArray) -> np.ndarray:
    low, high = judged.levels.index(0.1), judged.levels.index(0.9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return (judged.actual >= quantiles[..., low]) & (judged.actual <= quantiles[..., high])


def _add_coverage(
    report: Report, name: str, share: float, allowed: float, peers: Mapping[str, float],
) -> None:  # fmt: skip
    """Add two figures: what is covered, and how far that is from the promise, which has a reach."""
    report.add(Figure(f"coverage of 80 %, {name}", share, "share", "higher", peers=peers))
    report.add(Figure(f"coverage off 80 %, {name}", abs(share - PROMISED), "share", reach=allowed))
