"""Figures of a backtest, made as those of the page are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import plotly.graph_objects as go

from signals import Col
from ui.charts import Ink, curve, empty_figure, fan_chart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_INKS: Final = (Ink.FORECAST, Ink.DOWN, Ink.HISTORY)
_DASHES: Final = ("solid", "dash", "dot", "dashdot")
_ROW_HEIGHT: Final = 26


def fan_with_outcome(fan: Mapping[str, Any], unit: str) -> go.Figure:
    """Draw the forecast of one origin and what happened then.

    Parameters
    ----------
    fan
        ``history`` and ``ahead``: lists of day, units; those ahead with ``levels`` besides.
    unit
        What the numbers count; must not come from data.
    """
    history, ahead = pd.DataFrame(fan["history"]), pd.DataFrame(fan["ahead"])
    numbered = ahead[Col.DAY].str.isdigit().all()
    as_axis = pd.to_numeric if numbered else pd.to_datetime
    forecast = pd.DataFrame(
        [
            {Col.DAY: row["day"], Col.LEVEL: float(level), Col.UNITS: units}
            for row in fan["ahead"]
            for level, units in row["levels"].items()
        ]
    )
    for frame in (history, ahead, forecast):
        frame[Col.DAY] = as_axis(frame[Col.DAY])
    figure = fan_chart(history, forecast, unit)
    figure.add_trace(curve(ahead[Col.DAY], ahead[Col.UNITS], "what happened", Ink.DOWN))
    return figure


def error_by_step(errors: Mapping[str, Sequence[float]], period: str) -> go.Figure:
    """Draw the error of forecasters over the steps ahead.

    Parameters
    ----------
    errors
        By name of the forecaster, WAPE of each step.
    period
        Length of a step.
    """
    figure = empty_figure(f"WAPE by {period}s ahead")
    for place, (name, values) in enumerate(errors.items()):
        steps = pd.Index(range(1, len(values) + 1))
        ink = _INKS[min(place, len(_INKS) - 1)]
        drawn = curve(steps, pd.Series(values), name, ink, _DASHES[place % len(_DASHES)])
        drawn.update(mode="lines+markers", hovertemplate="%{y:.1%}")
        figure.add_trace(drawn)
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    figure.update_xaxes(dtick=1 if len(next(iter(errors.values()))) <= 26 else None)
    return figure


def share_by_level(reached: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Draw how many outcomes lay at or below each level; on the diagonal, as many as promised.

    Parameters
    ----------
    reached
        ``scope``, ``level`` and ``share``.
    """
    figure = empty_figure("share of outcomes at or below each level")
    ends = pd.Index([0.0, 1.0])
    figure.add_trace(curve(ends, pd.Series([0.0, 1.0]), "as promised", Ink.HISTORY, "dot"))
    scopes = dict.fromkeys(row["scope"] for row in reached)
    for place, scope in enumerate(scopes):
        rows = [row for row in reached if row["scope"] == scope]
        x, y = (pd.Series([row[name] for row in rows]) for name in ("level", "share"))
        drawn = curve(x, y, scope, _INKS[place % 2], _DASHES[place % len(_DASHES)])
        drawn.update(mode="lines+markers", hovertemplate="%{y:.1%}")
        figure.add_trace(drawn)
    figure.update_xaxes(tickformat=".0%", range=[0, 1])
    figure.update_yaxes(tickformat=".0%", range=[0, 1])
    return figure


def coverage_by_segment(rows: Sequence[tuple[str, float]], promised: float) -> go.Figure:
    """Draw the share of outcomes inside the interval, a row a segment.

    Parameters
    ----------
    rows
        Label, which must not come from data, and share.
    promised
        Share the interval should hold.
    """
    figure = empty_figure("share of outcomes inside the interval")
    labels, shares = zip(*rows, strict=True)
    figure.add_trace(
        go.Scatter(
            x=shares,
            y=labels,
            mode="markers",
            marker={"size": 9, "color": Ink.FORECAST.value},
            hovertemplate="%{y}: %{x:.1%}<extra></extra>",
        )
    )
    figure.add_vline(x=promised, line={"color": Ink.HISTORY.value, "width": 1.5, "dash": "dot"})
    figure.update_layout(hovermode="closest", showlegend=False, height=len(rows) * _ROW_HEIGHT + 80)
    figure.update_yaxes(autorange="reversed", showgrid=True)
    figure.update_xaxes(tickformat=".0%", showgrid=True, range=[min(0.0, *shares), 1.0])
    return figure
