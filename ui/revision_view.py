"""Why a forecast changed between two runs, in words, tables and JSON."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.table import Table
from rich.text import Text

from signals import Col
from ui.console import out

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from agent import Catalogue
    from forecasting import Revision, RunInfo, SeriesRevision

_BAR: Final = 20  # characters of the longest bar
_CELLS: Final = 3  # changed cells told of each kind
_JSON_CELLS: Final = 50
_LARGE: Final = 100.0  # from here on one decimal is enough


def print_causes(revision: Revision, one: SeriesRevision, catalogue: Catalogue) -> None:
    """Print what one forecast became and why, the largest cause first, and the cells behind it."""
    old, new = revision.old, revision.new
    period = _period(new)
    count = f"{len(one.days)} {period}{'s' if len(one.days) > 1 else ''}"
    before, after = one.total(one.before), one.total(one.after)
    share = f", {_signed(100 * (after / before - 1))} %" if before > 0 else ""
    out.print(
        f"{name_of(one.series_id, catalogue)}: {after:,.1f} {new.measure} expected in the {count} "
        f"from {one.days[0]:%d %b %Y}; {before:,.1f} were before "
        f"({_signed(after - before)}{share}).",
        markup=False,
    )
    out.print(
        f"Run {old.run_id} of {old.made_on:%d %b %Y} beside run {new.run_id} of "
        f"{new.made_on:%d %b %Y}. {_verdict(one)}",
        markup=False,
    )
    out.print(_causes_table(one))
    for title, cells, words in (
        ("Restated", one.restated, "{before} before, {after} now"),
        ("Planned anew", one.replanned, "{before} before, {after} now"),
        ("Newly known", one.arrived, "{before} had been forecast, it was {after}"),
    ):
        for line in _cell_lines(cells, words, period, catalogue):
            out.print(f"{title}: {line}", markup=False)
        if len(cells) > _CELLS:
            out.print(f"{title}: {len(cells) - _CELLS:,} more; --json lists them.", markup=False)


def _verdict(one: SeriesRevision) -> str:
    change = one.change
    source, part = one.ranked[0]
    if not round(one.total(part), 1):
        return "The forecast did not change."
    if not round(change, 1):
        return "What changed it evens out."
    kind = "rise" if change > 0 else "fall"
    if one.total(part) * change < 0:
        return f"The largest part, {source}, goes against the {kind}."
    return f"Most of the {kind} comes from {source}."


def _causes_table(one: SeriesRevision) -> Table:
    table = Table(box=box.SIMPLE, padding=(0, 1))
    table.add_column("Cause")
    table.add_column("Change", justify="right", no_wrap=True)
    table.add_column("", min_width=_BAR, no_wrap=True)
    others = [level for level in one.levels if level != 0.5]
    for level in others:
        table.add_column(f"{level:.0%} level", justify="right", no_wrap=True)
    largest = max(abs(one.total(part)) for _, part in one.ranked) or 1.0
    for source, part in one.ranked:
        bar = "█" * round(_BAR * abs(one.total(part)) / largest)
        levels = (_signed(one.total(part, level)) for level in others)
        table.add_row(str(source), _signed(one.total(part)), bar, *levels)
    whole = one.after - one.before
    table.add_section()
    levels = (_signed(one.total(whole, level)) for level in others)
    table.add_row("together", _signed(one.total(whole)), "", *levels)
    return table


def changes_table(chosen: Sequence[SeriesRevision], catalogue: Catalogue) -> Table:
    """Lay out how far several forecasts moved, and what moved each most."""
    table = Table(title="What changed most", title_justify="left", box=box.SIMPLE, padding=(0, 1))
    table.add_column("Series", min_width=18)
    for head in ("Before", "Now", "Change"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("Main cause", no_wrap=True)
    for one in chosen:
        source, part = one.ranked[0]
        table.add_row(
            Text(name_of(one.series_id, catalogue)),
            f"{one.total(one.before):,.1f}",
            f"{one.total(one.after):,.1f}",
            _signed(one.change),
            f"{source} {_signed(one.total(part))}",
        )
    return table


def _cell_lines(cells: pd.DataFrame, words: str, period: str, catalogue: Catalogue) -> list[str]:
    return [
        f"{name_of(str(row[Col.SERIES_ID]), catalogue)}, {row[Col.COLUMN]}, {period} from "
        f"{row[Col.DAY]:%d %b %Y}: "
        + words.format(before=_number(row[Col.BEFORE]), after=_number(row[Col.AFTER]))
        for row in cells.head(_CELLS).to_dict("records")
    ]


def revision_json(
    revision: Revision, catalogue: Catalogue, chosen: Sequence[SeriesRevision]
) -> dict[str, Any]:
    """Give the change of some series as JSON values: sums over all periods, and every period."""
    runs = {"from": revision.old, "to": revision.new}
    return {
        **{
            name: {"run_id": run.run_id, "made_on": f"{run.made_on:%Y-%m-%d}"}
            for name, run in runs.items()
        },
        "measure": str(revision.new.measure),
        "count": len(revision.series_ids),
        "left_out": dict(revision.left_out),
        "drift": revision.drift,
        "series": [_series_json(one, catalogue) for one in chosen],
    }


def _series_json(one: SeriesRevision, catalogue: Catalogue) -> dict[str, Any]:
    def levels(place: int | None, units: Any) -> dict[str, float]:  # noqa: ANN401 - an array
        row = units.sum(axis=0) if place is None else units[place]
        return {f"{level:g}": float(value) for level, value in zip(one.levels, row, strict=True)}

    def told(place: int | None) -> dict[str, Any]:
        parts = {str(source): levels(place, part) for source, part in one.ranked}
        return {
            "before": levels(place, one.before),
            "after": levels(place, one.after),
            "parts": parts,
        }

    return {
        "series_id": one.series_id,
        "name": name_of(one.series_id, catalogue),
        **told(None),
        "periods": [
            {"day": f"{day:%Y-%m-%d}", **told(place)} for place, day in enumerate(one.days)
        ],
        "restated": _cells_json(one.restated),
        "replanned": _cells_json(one.replanned),
        "arrived": _cells_json(one.arrived),
    }


def _cells_json(cells: pd.DataFrame) -> list[dict[str, Any]]:
    return list(json.loads(cells.head(_JSON_CELLS).to_json(orient="records", date_format="iso")))


def _period(run: RunInfo) -> str:
    return str(run.config["panel"]["grain"])


def _signed(value: float) -> str:
    text = f"{value:+,.1f}"
    return "0.0" if text in {"+0.0", "-0.0"} else text.replace("-", "−")


def _number(value: float) -> str:
    if math.isnan(value):
        return "nothing"
    return f"{value:,.1f}" if abs(value) >= _LARGE else f"{value:.3g}"


def name_of(series_id: str, catalogue: Catalogue) -> str:
    """Name a series as people do; by its id where it has no name."""
    name = catalogue[series_id].name if series_id in catalogue else series_id
    return name[0].upper() + name[1:]
