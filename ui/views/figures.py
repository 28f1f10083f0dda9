"""Plotly figures inside the page's own HTML: drawn by ``page.js``, in the words of the reader."""

from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING, Final

import pandas as pd
from markupsafe import Markup

from ui.exports.inert import inert
from ui.markup import fold, join, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import plotly.graph_objects as go

    from ui.views.words import Words

_NAMES: Final = ("expected", "actual", "documents", "polarity", "what happened")
_COUNTED: Final = ("documents", "polarity")
_SHARES: Final = ("interval", "level")


def figure(drawn: go.Figure, words: Words, label: str) -> Markup:
    """Place a figure; the browser draws it when it comes into view.

    Parameters
    ----------
    drawn
        Its texts must not come from data, as Plotly reads markup in them.
    label
        What a screen reader says in its place; may come from data.
    """
    _say_in(drawn, words)
    height = drawn.layout.height
    return Markup(
        '<div class="gs-figure" role="img" aria-label="{}" data-figure="{}" '
        'style="min-height:{}px"></div>'
    ).format(label, json.dumps(json.loads(drawn.to_json()), separators=(",", ":")), height)


def with_table(
    drawn: Markup,
    words: Words,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    opened: bool = False,
    total: bool = False,
) -> Markup:
    """Put a table that says the same in numbers beside a figure, or below it to be opened."""
    numbers = table(head, rows, numbers=range(1, len(head)), total=total)
    if opened:
        return Markup('<div class="gs-beside"><div>{}</div><div>{}</div></div>').format(
            drawn, numbers
        )
    return join([drawn, fold(words["chart.as_table"], numbers)])


def download(frame: pd.DataFrame, name: str, label: str) -> Markup:
    """Offer a frame as a CSV file that the page carries with it.

    Cells that a spreadsheet would run as a formula are kept from it by a quotation mark.
    """
    texts = frame.select_dtypes(exclude="number").columns
    safe = frame.assign(**{column: frame[column].astype(str).map(inert) for column in texts})
    buffer = io.StringIO()
    safe.to_csv(buffer, index=False)
    return carried(buffer.getvalue().encode("utf-8-sig"), "text/csv", name, label)


def carried(content: bytes, kind: str, name: str, label: str) -> Markup:
    """Offer a file that the page carries with it.

    Parameters
    ----------
    kind
        Media type.
    """
    return Markup('<a class="gs-button" download="{}" href="data:{};base64,{}">{}</a>').format(
        name, kind, base64.b64encode(content).decode(), label
    )


def _say_in(drawn: go.Figure, words: Words) -> None:
    """Put the names of traces, numbers and days of a figure into a language."""
    for trace in drawn.data:
        name = trace.name or ""
        for ending in _SHARES:
            if name.endswith(f" {ending}"):
                share = name.removesuffix(f" {ending}")
                trace.update(
                    name=words.say(f"chart.{ending}", share=share), hovertemplate="%{y:,.1f}"
                )
        if name in _NAMES:
            trace.name = words.called("chart", name)
        if trace.type == "waterfall":
            trace.text = _said_steps(trace, words)
        if name in _COUNTED:
            trace.hovertemplate = "%{y}"
    drawn.update_layout(separators=words.language.decimal + words.language.group, template=None)
    if words["chart.day_ticks"] and any(_holds_days(trace) for trace in drawn.data):
        drawn.update_xaxes(tickformat=words["chart.day_ticks"])


def _holds_days(trace: go.Scatter) -> bool:
    return pd.api.types.is_datetime64_any_dtype(pd.Series(trace.x))


def _said_steps(trace: go.Waterfall, words: Words) -> list[str]:
    """Write the labels of a waterfall; parts have a sign, sums have none."""
    return [
        words.number(value, signed=measure == "relative")
        for value, measure in zip(trace.x, trace.measure, strict=True)
    ]
