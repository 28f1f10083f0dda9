"""Plotly figures that read alike on a light and a dark page, and for colour-blind readers.

Figures carry no name or text that came with the data: Plotly reads markup in its labels, so titles
are the page's work. Backgrounds are transparent; the colours keep a contrast of at least 3 to 1 on
white and on the dark page (WCAG 2.2, 1.4.11), and never carry meaning alone.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import pandas as pd
import plotly.graph_objects as go

from signals import Col

if TYPE_CHECKING:
    from collections.abc import Sequence


class Ink(StrEnum):
    """Colours with a meaning, from the palette of Okabe and Ito (2008), two of them toned."""

    HISTORY = "#6f7d92"
    FORECAST = "#1f7fc4"
    UP = "#1f7fc4"
    DOWN = "#d55e00"
    TOTAL = "#6f7d92"
    TEXT = "#75808f"


BAND: Final = "rgba(31, 127, 196, 0.26)"
"""Fill of the interval."""
_GRID: Final = "rgba(128, 140, 155, 0.22)"
_FONT: Final = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', sans-serif"
_HEIGHT: Final = 290
_TONE_TITLE: Final = "what people write: polarity, −1 to 1, and documents a week"
_DASHES: Final = ("dash", "dot", "dashdot", "longdash")
_SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up")
_BAR_HEIGHT: Final = 30
_BARS_BELOW: Final = 3.0  # document counts take the lowest third
_ABOVE: Final = {
    "showarrow": False, "xref": "paper", "yref": "paper", "x": 0, "y": 1.02, "xanchor": "left",
    "yanchor": "bottom",
}  # fmt: skip
_NO_TOOLS: Final = [
    "zoom", "pan", "select", "lasso", "zoomIn", "zoomOut", "autoScale", "resetScale",
]  # fmt: skip


def fan_chart(history: pd.DataFrame, forecast: pd.DataFrame, unit: str) -> go.Figure:
    """Draw what was seen, what is expected, and how sure that is.

    Parameters
    ----------
    history
        One series: ``day``, ``units``, a row a period, in order.
    forecast
        The same series: ``day``, ``level``, ``units``, a row a period and quantile level.
    unit
        What the numbers count, e.g. "units sold a week".

    Returns
    -------
    Figure
        A grey line up to the last period seen, then the median with a band for each pair of levels.
    """
    figure = empty_figure(unit)
    quantiles = forecast.pivot(index=Col.DAY, columns=Col.LEVEL, values=Col.UNITS).sort_index()  # noqa: PD010
    levels = sorted(float(level) for level in quantiles.columns)
    joined = _joined(history, quantiles)
    for low, high in _pairs(levels):
        figure.add_traces(_band(joined, low, high))
    if levels:
        middle = joined[levels[len(levels) // 2]]
        figure.add_trace(curve(middle.index, middle, "expected", Ink.FORECAST, dash="dot"))
    if not history.empty:
        figure.add_trace(curve(history[Col.DAY], history[Col.UNITS], "actual", Ink.HISTORY))
    if not history.empty and levels:
        figure.add_vline(x=history[Col.DAY].max(), line={"color": _GRID, "width": 1.5})
    return figure


def add_earlier(figure: go.Figure, units: pd.Series, name: str, place: int) -> None:
    """Lay what was forecast before over a fan chart.

    Parameters
    ----------
    units
        Middle forecast by first day of the period.
    place
        Number of the line among its like: lines differ by dash and marker, not by colour alone.
    """
    line = curve(units.index, units, name, Ink.DOWN, _DASHES[place % len(_DASHES)])
    marker = {"size": 5, "symbol": _SYMBOLS[place % len(_SYMBOLS)]}
    line.update(mode="lines+markers", line_width=1.5, marker=marker)
    figure.add_trace(line)


def waterfall(
    steps: Sequence[tuple[str, float]], total: float, title: str, last: str = "forecast"
) -> go.Figure:
    """Draw how a baseline and signed contributions add up to a forecast.

    Parameters
    ----------
    steps
        Label and units, the baseline first; they sum to ``total``.
    total
        The forecast.
    title
        What is added up; must not come from data.
    last
        What the total is called.
    """
    figure = empty_figure(title)
    labels = [*(label for label, _ in steps), last]
    values = [*(value for _, value in steps), total]
    measures = ["absolute", *["relative"] * (len(steps) - 1), "total"]
    figure.add_trace(
        go.Waterfall(
            orientation="h",
            y=labels,
            x=values,
            measure=measures,
            text=[_signed(v, m) for v, m in zip(values, measures, strict=True)],
            textposition="outside",
            cliponaxis=False,
            increasing={"marker": {"color": Ink.UP.value}},
            decreasing={"marker": {"color": Ink.DOWN.value}},
            totals={"marker": {"color": Ink.TOTAL.value}},
            connector={"line": {"color": _GRID, "width": 1}},
            hovertemplate="%{y}: %{text}<extra></extra>",
        ),
    )
    figure.update_layout(
        showlegend=False,
        hovermode="closest",
        height=len(labels) * _BAR_HEIGHT + 66,
        margin={"l": 8, "r": 40, "t": 30, "b": 8},
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(
        showgrid=True,
        nticks=5,
        separatethousands=True,
        range=_room_for_labels([value for _, value in steps]),
    )
    return figure


def sentiment_line(days: pd.DataFrame, title: str = _TONE_TITLE) -> go.Figure:
    """Draw the mean polarity of what people wrote, and how much they wrote.

    Parameters
    ----------
    days
        ``day``, ``polarity`` in [-1, 1] and ``documents``, a row a period, in order.
    title
        What is drawn; must not come from data.
    """
    figure = empty_figure(title)
    figure.add_trace(
        go.Bar(
            x=days[Col.DAY],
            y=days[Col.DOCUMENTS],
            name="documents",
            yaxis="y2",
            marker={"color": _GRID, "line": {"width": 0}},
            hovertemplate="%{y:,.0f} documents<extra></extra>",
        ),
    )
    line = curve(days[Col.DAY], days[Col.POLARITY], "polarity", Ink.FORECAST)
    line.hovertemplate = "polarity %{y:+.2f}<extra></extra>"
    figure.add_trace(line)
    figure.update_layout(
        yaxis={"range": [-1.05, 1.05], "overlaying": "y2", "tickvals": [-1, -0.5, 0, 0.5, 1]},
        yaxis2={
            "side": "right",
            "automargin": True,
            "nticks": 4,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "range": [0, _BARS_BELOW * max(days[Col.DOCUMENTS].max(), 1)],
        },
    )
    return figure


def empty_figure(unit: str) -> go.Figure:
    """Lay out a figure; ``unit`` stands above it and must not come from data."""
    axis = {"gridcolor": _GRID, "zeroline": False, "fixedrange": True, "automargin": True}
    return go.Figure(
        layout={
            "height": _HEIGHT,
            "margin": {"l": 8, "r": 12, "t": 30, "b": 8},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": _FONT, "size": 13, "color": Ink.TEXT.value},
            "hovermode": "x unified",
            "dragmode": False,
            "legend": {"orientation": "h", "x": 0, "y": -0.12, "yanchor": "top"},
            "modebar": {"remove": _NO_TOOLS, "bgcolor": "rgba(0,0,0,0)"},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": {**axis, "separatethousands": True},
            "annotations": [{**_ABOVE, "text": unit}],
        },
    )


def curve(
    days: pd.Series | pd.Index, values: pd.Series, name: str, ink: Ink, dash: str = "solid"
) -> go.Scatter:
    """Draw values over days, or over another axis."""
    return go.Scatter(
        x=days,
        y=values,
        name=name,
        mode="lines",
        line={"color": ink.value, "width": 2.25, "dash": dash},
        hovertemplate="%{y:,.1f}",
    )


def _band(quantiles: pd.DataFrame, low: float, high: float) -> list[go.Scatter]:
    name = f"{high - low:.0%} interval"
    edge = {"mode": "lines", "line": {"width": 0}, "x": quantiles.index, "legendgroup": name}
    return [
        go.Scatter(
            y=quantiles[low],
            name=f"{low:.0%} level",
            showlegend=False,
            hovertemplate="%{y:,.1f}",
            **edge,
        ),
        go.Scatter(
            y=quantiles[high],
            name=name,
            fill="tonexty",
            fillcolor=BAND,
            hovertemplate="up to %{y:,.1f}",
            **edge,
        ),
    ]


def _pairs(levels: Sequence[float]) -> list[tuple[float, float]]:
    """Pair the levels from the outside in: the widest band first, the narrower on it."""
    return [(levels[i], levels[-1 - i]) for i in range(len(levels) // 2)]


def _signed(value: float, measure: str) -> str:
    if not round(value):
        return "0"
    text = f"{value:+,.0f}" if measure == "relative" else f"{value:,.0f}"
    return text.replace("-", "−")


def _room_for_labels(steps: Sequence[float]) -> list[float]:
    """Leave room for the labels, and cut the axis where the steps are small beside the baseline."""
    ends = [sum(steps[: i + 1]) for i in range(len(steps))]
    spread = max(max(ends) - min(ends), 0.02 * abs(max(ends)), 1.0)
    start = min(ends) - 0.6 * spread
    return [max(start, 0.0) if min(ends) >= 0 else start, max(ends) + 0.25 * spread]


def _joined(history: pd.DataFrame, quantiles: pd.DataFrame) -> pd.DataFrame:
    """Begin the fan at the last period seen, so that the eye follows one line."""
    if history.empty or quantiles.empty:
        return quantiles
    last = history.loc[history[Col.DAY].idxmax()]
    seen = pd.DataFrame(
        [[last[Col.UNITS]] * len(quantiles.columns)],
        index=[last[Col.DAY]],
        columns=quantiles.columns,
    )
    return pd.concat([seen, quantiles])
