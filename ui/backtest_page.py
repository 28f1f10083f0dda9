"""The report of a backtest as one HTML file that loads nothing from elsewhere."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup
from plotly.offline import get_plotlyjs

from forecasting import Kind, Metric, Role
from ui.backtest_charts import (
    coverage_by_segment,
    error_by_step,
    fan_with_outcome,
    share_by_level,
)
from ui.markup import banner, fold, join, pairs, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import plotly.graph_objects as go

Told = dict[str, Any]
"""What `ui.backtest_told.told_of_trial` says."""
_HEADS: Final = {
    Metric.MAE: "MAE", Metric.RMSE: "RMSE", Metric.R2: "R²", Metric.MAPE: "MAPE",
    Metric.WAPE: "WAPE", Metric.MASE: "MASE", Metric.WQL: "WQL", Metric.COVERAGE: "coverage",
}  # fmt: skip
_SHARES: Final = {Metric.MAPE, Metric.WAPE, Metric.COVERAGE}
_UNDRAWN: Final = {Kind.ALL, Kind.CATEGORY, Kind.STEP}  # names from data; steps are drawn apart
_SHOWN: Final = 40  # segments of a kind that a table holds; all are in the JSON
_QUIET: Final = {"displayModeBar": False, "responsive": True}
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
)


def write_report(told: Told, folder: Path) -> tuple[Path, Path]:
    """Write ``report.html`` and ``report.json``, which hold the same numbers, and return both."""
    folder.mkdir(parents=True, exist_ok=True)
    page, numbers = folder / "report.html", folder / "report.json"
    text = json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)
    numbers.write_text(text, encoding="utf-8")
    page.write_text(backtest_html(told), encoding="utf-8")
    return page, numbers


def backtest_html(told: Told) -> str:
    """Lay a report out: what it says, all forecasters, figures beside their tables, segments."""
    styles = [
        files("ui").joinpath(name).read_text("utf-8") for name in ("page.css", "backtest.css")
    ]
    ours = [Markup(text) for text in ("\n".join(styles), get_plotlyjs())]  # noqa: S704 - no data
    return Markup(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="{}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Backtest</title><style>{}</style><script>{}</script></head>"
        '<body><main class="gs">{}</main></body></html>'
    ).format(_POLICY, *ours, join(_sections(told)))


def _sections(told: Told) -> Iterable[Markup]:
    yield _head(told)
    caveats = Markup('<div class="gs-quiet">{}</div>').format(_points(told["caveats"]))
    yield _section("What it shows", _points(told["said"]), caveats)
    scores = [score for score in told["scores"] if score["kind"] == _whole(told)[0]]
    for segment in dict.fromkeys(score["segment"] for score in scores):
        rows = [score for score in scores if score["segment"] == segment]
        yield _section(f"Every forecaster, {segment}", _forecasters(rows))
    yield _section("Error by horizon", _beside(*_by_step(told)))
    yield _section("Do the levels hold what they promise?", _beside(*_levels(told)))
    yield _section("Coverage by segment", _beside(*_coverage(told)))
    yield _section("Segments of the published forecast", *_segments(told))
    yield _section(
        "The newest origin", *(_fan(told, number) for number in range(len(told["fans"])))
    )


def _head(told: Told) -> Markup:
    period = told["period"]
    facts = [
        ("series", f"{told['series']:,}"),
        ("origins", f"{len(told['origins'])}, {told['origins'][0]} to {told['origins'][-1]}"),
        ("horizon", f"{told['horizon']} {period}s"),
        ("levels", ", ".join(f"{level:g}" for level in told["levels"])),
    ]
    return Markup("<h1>Backtest of the forecast</h1><p>{}</p>{}").format(
        f"{told['measure'].capitalize()} a {period}, forecast as if nothing after each origin were "
        "known, and held against what happened.",
        pairs(facts, "gs-facts"),
    )


def _section(title: str, *parts: Markup) -> Markup:
    return Markup("<section><h2>{}</h2>{}</section>").format(title, join(parts))


def _points(lines: Sequence[str]) -> Markup:
    return Markup("<ul>{}</ul>").format(join(Markup("<li>{}</li>").format(one) for one in lines))


def _beside(figure: go.Figure, name: str, numbers: Markup) -> Markup:
    """Put a figure and the table of its numbers side by side."""
    drawn = figure.to_html(
        full_html=False, include_plotlyjs=False, config=_QUIET, div_id=name, default_width="100%"
    )
    return Markup('<div class="gs-two"><div class="gs-chart">{}</div>{}</div>').format(
        Markup(drawn),  # noqa: S704 - figures carry no text that came with the data
        numbers,
    )


def _forecasters(rows: Sequence[Told]) -> Markup:
    head = ["forecaster", "what it is", *_HEADS.values()]
    ranked = sorted(rows, key=lambda row: (row["role"] != Role.FORECAST, row[Metric.WAPE] or 0.0))
    cells = [[_name(row), row["role"], *_figures(row)] for row in ranked]
    return table(head, cells, numbers=range(2, len(head)))


def _by_step(told: Told) -> tuple[go.Figure, str, Markup]:
    rivals = {(rivalry["expert"], rivalry["variant"]) for rivalry in told["rivals"]}
    steps: list[str] = []
    errors: dict[str, list[float]] = {}
    for row in (score for score in told["scores"] if score["kind"] == Kind.STEP):
        published = row["role"] == Role.FORECAST
        if published:
            steps.append(row["segment"])
        if published or (row["expert"], row["variant"]) in rivals:
            name = "published forecast" if published else _name(row)
            errors.setdefault(name, []).append(row[Metric.WAPE])
    cells = [
        [step, *(_figure(Metric.WAPE, value) for value in values)]
        for step, *values in zip(steps, *errors.values(), strict=True)
    ]
    numbers = table([told["period"], *errors], cells, numbers=range(1, len(errors) + 1))
    return error_by_step(errors, told["period"]), "error-by-step", numbers


def _levels(told: Told) -> tuple[go.Figure, str, Markup]:
    cells = [
        [row["scope"], f"{row['level']:g}", f"{row['share']:.1%}", f"{row['points']:,}"]
        for row in told["reached"]
    ]
    numbers = table(
        ("scope", "level", "outcomes at or below", "outcomes"), cells, numbers=(1, 2, 3)
    )
    return share_by_level(told["reached"]), "share-by-level", numbers


def _coverage(told: Told) -> tuple[go.Figure, str, Markup]:
    rows = [row for row in _published(told) if row["kind"] not in _UNDRAWN]
    labels = [f"{row['kind']}: {row['segment']}" for row in rows]
    shares = [row[Metric.COVERAGE] for row in rows]
    cells = [
        [label, f"{share:.1%}", f"{row['points']:,}"]
        for label, share, row in zip(labels, shares, rows, strict=True)
    ]
    promised = told["levels"][-1] - told["levels"][0]
    figure = coverage_by_segment(list(zip(labels, shares, strict=True)), promised)
    numbers = table(("segment", "inside", "outcomes"), cells, numbers=(1, 2))
    return figure, "coverage-by-segment", numbers


def _segments(told: Told) -> Iterable[Markup]:
    """Lay out a table a kind: the published forecast, and the error of its rivals."""
    rivals = list(dict.fromkeys((r["expert"], r["variant"]) for r in told["rivals"]))
    errors = {
        (s["kind"], s["segment"], s["expert"], s["variant"]): s[Metric.WAPE] for s in told["scores"]
    }
    names = [f"WAPE of {expert}" for expert, _ in rivals]
    head = ["segment", "series", "outcomes", *_HEADS.values(), *names]
    by_kind: dict[str, list[Told]] = {}
    for row in _published(told):
        by_kind.setdefault(row["kind"], []).append(row)
    for kind, rows in by_kind.items():
        shown = (
            sorted(rows, key=lambda row: -row["points"])[:_SHOWN] if len(rows) > _SHOWN else rows
        )
        cells = [
            [
                row["segment"], f"{row['series']:,}", f"{row['points']:,}", *_figures(row),
                *(_figure(Metric.WAPE, errors[kind, row["segment"], *rival]) for rival in rivals),
            ]
            for row in shown
        ]  # fmt: skip
        yield fold(f"By {kind}", table(head, cells, numbers=range(1, len(head))))
        if len(rows) > len(shown):
            yield banner(f"{len(rows) - len(shown)} more are in report.json.")


def _fan(told: Told, number: int) -> Markup:
    fan = told["fans"][number]
    levels = list(fan["ahead"][0]["levels"])
    cells = [
        [
            row["day"], _figure(Metric.MAE, row["units"]),
            *(_figure(Metric.MAE, row["levels"][level]) for level in levels),
        ]
        for row in fan["ahead"]
    ]  # fmt: skip
    head = [
        f"{told['period']} from",
        "happened",
        *(f"{float(level):.0%} level" for level in levels),
    ]
    numbers = table(head, cells, numbers=range(1, len(head)))
    figure = fan_with_outcome(fan, f"units a {told['period']}")
    return join(
        [Markup("<h3>{}</h3>").format(fan["name"]), _beside(figure, f"fan-{number}", numbers)]
    )


def _published(told: Told) -> list[Told]:
    return [score for score in told["scores"] if score["role"] == Role.FORECAST]


def _whole(told: Told) -> tuple[str, str]:
    """Name the kind of segment that stands for all: scopes where there are several."""
    kinds = {score["kind"] for score in told["scores"]}
    kind = Kind.SCOPE if Kind.SCOPE in kinds else Kind.ALL
    return str(kind), str(Kind.ALL)


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['expert']} {row['variant']}".strip().replace("_", " ")


def _figures(row: Told) -> list[str]:
    return [_figure(metric, row[metric]) for metric in _HEADS]


def _figure(metric: Metric, value: float | None) -> str:
    if value is None:
        return "–"
    if metric in _SHARES:
        return f"{value:.1%}"
    return f"{value:,.1f}" if metric in {Metric.MAE, Metric.RMSE} else f"{value:.3f}"
