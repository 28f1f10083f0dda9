"""The chart of a report: what was sold, what is expected, and how sure that is, as plain lines."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from markupsafe import Markup

from agent import read_language
from signals import Col

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ui.series import ChosenSeries

Point = tuple[float, float]
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)  # a scale goes up by one of these times a power of ten
_TICKS: Final = 4
_MIDDLE: Final = 0.5
_WIDTH, _HEIGHT, _LEFT, _BELOW = 760, 220, 64, 22  # of the drawing in HTML, in pixels


@dataclass(frozen=True, slots=True)
class Fan:
    """A chart in shares of its width and height, from the lower left corner.

    Parameters
    ----------
    history, expected
        Points of a line, in order of time; ``expected`` begins where ``history`` ends.
    band
        Corners of the area between the lowest and the highest level.
    scale, days
        Labels of the two axes, with their places.
    told
        The chart in a sentence.
    """

    history: tuple[Point, ...]
    expected: tuple[Point, ...]
    band: tuple[Point, ...]
    scale: tuple[tuple[float, str], ...]
    days: tuple[tuple[float, str], ...]
    told: str


def fan_of(series: ChosenSeries, code: str, told: str) -> Fan:
    """Lay a series out for a report in a language.

    Parameters
    ----------
    told
        The chart in a sentence, with fields for name, low and high.
    """
    language = read_language(code)
    history, ahead = series.history, series.wide
    low, high = (float(level) for level in (min(ahead.columns), max(ahead.columns)))
    step = _step(max(*history[Col.UNITS], *ahead[high], 1.0))
    top = step * _TICKS
    begin = pd.Timestamp(history[Col.DAY].iloc[0] if len(history) else ahead.index[0])
    length = (ahead.index[-1] - begin) / pd.Timedelta(days=1) or 1.0

    def points(days: Iterable[pd.Timestamp], units: Iterable[float]) -> list[Point]:
        places = (pd.DatetimeIndex(list(days)) - begin) / pd.Timedelta(days=1) / length
        return [(float(x), float(y) / top) for x, y in zip(places, units, strict=True)]

    seen = points(history[Col.DAY], history[Col.UNITS])
    lower, middle, upper = (points(ahead.index, ahead[q]) for q in (low, _MIDDLE, high))
    last = seen[-1:]
    edges = [begin, ahead.index[0], ahead.index[-1]]
    labels = [language.dates.say_day(day.date()) for day in edges]
    return Fan(
        history=tuple(seen),
        expected=(*last, *middle),
        band=(*last, *upper, *reversed(lower)),
        scale=tuple(
            (place / _TICKS, f"{step * place:,.0f}".replace(",", language.group))
            for place in range(_TICKS + 1)
        ),
        days=tuple(zip([x for x, _ in points(edges, [0.0] * 3)], labels,
                       strict=True)),
        told=told.format(name=series.name, low=f"{low:.0%}", high=f"{high:.0%}"),
    )  # fmt: skip


def fan_svg(fan: Fan) -> Markup:
    """Draw the chart for HTML; its colours follow the page."""

    def place(point: Point) -> str:
        across, up = point
        x = _LEFT + across * (_WIDTH - _LEFT)
        return f"{x:.1f},{(1 - up) * (_HEIGHT - _BELOW):.1f}"

    def drawn(points: Iterable[Point]) -> str:
        return " ".join(map(place, points))

    grid = Markup("").join(
        Markup('<polyline class="gs-grid" points="{}"/><text x="{}" y="{:.1f}">{}</text>').format(
            drawn([(0.0, up), (1.0, up)]), _LEFT - 6, (1 - up) * (_HEIGHT - _BELOW) + 4, label
        )
        for up, label in fan.scale
    )
    anchors = ("start", "end", "end")
    days = Markup("").join(
        Markup('<text x="{:.1f}" y="{}" style="text-anchor:{}">{}</text>').format(
            _LEFT + across * (_WIDTH - _LEFT), _HEIGHT - 4, anchor, label
        )
        for (across, label), anchor in zip(fan.days, anchors, strict=True)
    )
    return Markup(
        '<figure><svg class="gs-fan" viewBox="0 -8 {} {}" role="img" aria-label="{}">{}{}'
        '<polygon points="{}"/><polyline class="gs-seen" points="{}"/>'
        '<polyline class="gs-expected" points="{}"/></svg>'
        '<figcaption class="gs-quiet">{}</figcaption></figure>'
    ).format(
        _WIDTH + 8, _HEIGHT + 10, fan.told, grid, days, drawn(fan.band), drawn(fan.history),
        drawn(fan.expected), fan.told,
    )  # fmt: skip


def _step(largest: float) -> float:
    """Choose how far two labels lie apart, so that all values fit below the last one."""
    size = 10.0 ** math.floor(math.log10(largest / _TICKS))
    return float(next(size * step for step in np.array(_STEPS) if size * step * _TICKS >= largest))
