"""What was seen, as Prometheus reads it.

References
----------
Prometheus documentation, *Metric and label naming* and *Writing exporters*: base units, and a
collector that looks when it is asked.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

    from forecasting import Watched
    from ui.monitoring.monitor import Seen

MEDIA_TYPE: Final = CONTENT_TYPE_LATEST
_DAY_S: Final = 86_400.0


def exposition(seen: Seen) -> bytes:
    """Write the metrics."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Seen(seen))
    return generate_latest(registry)


class _Seen(Collector):
    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily(
            "groundswell_build", "Version that runs.", {"version": version("groundswell")}
        )
        age = GaugeMetricFamily(
            "groundswell_feed_age_seconds", "Since the last day of a feed ended.", labels=["feed"]
        )
        late = GaugeMetricFamily(
            "groundswell_feed_late", "1: far longer than usual without data.", labels=["feed"]
        )
        for feed in self._seen.fresh:
            age.add_metric([feed.table], feed.age_days * _DAY_S)
            late.add_metric([feed.table], float(feed.is_late))
        yield age
        yield late
        if self._seen.watched is not None:
            yield from _of_forecasts(self._seen.watched)


def _of_forecasts(watched: Watched) -> Iterator[Metric]:
    yield _gauge("periods_since_learning", "Periods with data that came since.", watched.since)
    yield _gauge("learning_advised", "1: the models should learn anew.", bool(watched.reasons))
    yield _gauge("series_watched", "Series with outcomes of forecasts.", watched.series)
    new = sum(each.is_new for each in watched.moved)
    yield _gauge("series_drifted", "Series that left their forecasts since learning.", new)
    if watched.covered is not None:
        told = "Share of outcomes within the intervals that were told."
        yield _gauge("interval_coverage_ratio", told, watched.covered.inside)
        told = "Share that should lie within them."
        yield _gauge("interval_coverage_nominal_ratio", told, watched.covered.nominal)
    inputs = GaugeMetricFamily(
        "groundswell_input_stability_index",
        "How far an input has moved from what the models learnt; a change from about 0.25.",
        labels=["input"],
    )
    for each in watched.inputs:
        inputs.add_metric([each.name], each.index)
    yield inputs


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"groundswell_{name}", told, value=float(value))
