"""``groundswell forecast show``: the newest forecast with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ui.commands.trend_line import told_line, trend_line
from ui.options import HomeOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from agent import Catalogue
    from forecasting import RunInfo
    from ui.series import ChosenSeries
    from ui.settings import Settings

_LONG: Final = 1e7  # from where units are not written in full
_SIZES: Final = ((1e12, "tn"), (1e9, "bn"), (1e6, "M"))
_DRAWN = (8, 4)  # past periods and periods ahead in the overview, which has to fit 80 columns


def show(
    entity: Annotated[
        str | None,
        typer.Argument(help="Product or category, a name or an id; without it the largest."),
    ] = None,
    home: HomeOption = None,
    limit: Annotated[int, typer.Option(min=1, help="Series to list without ENTITY.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Show the newest forecast with its interval, for one series or for the largest."""
    from ui.api.forecast_json import run_as_json, series_as_json
    from ui.console import out, print_json, print_next
    from ui.launch_words import launch_line
    from ui.settings import load_settings

    settings = load_settings(home)
    if entity is None:
        if as_json:
            print_json(_read_all(settings, limit))
            return
        shown = show_forecasts(settings, limit=limit)
        print_next(
            f'groundswell forecast "{shown[0].name}"', f'groundswell explain "{shown[0].name}"'
        )
        return
    run, series, catalogue = _read_one(settings, entity)
    alike = run.config.get("alike", {}).get(series.series_id)
    if as_json:
        print_json({**run_as_json(run), **series_as_json(series), "alike": alike})
        return
    out.print(f"[bold]{_plain(series.name)}[/bold]  {_plain(series.summary)}")
    out.print(told_line(series))
    out.print(_periods_table(series))
    like = launch_line(alike, catalogue) if alike else ""
    for line in (like, series.accuracy, series.text_verdict):
        if line:
            out.print(line, markup=False)
    print_next(f'groundswell explain "{series.name}"')


def show_forecasts(settings: Settings, *, limit: int = 20) -> list[ChosenSeries]:
    """Print the whole shop, the categories and the largest products, and return them."""
    from ui.console import out
    from ui.run_notes import notes_of

    run, chosen, count = _largest(settings, limit)
    out.print(_overview_table(run, chosen))
    if count > len(chosen):
        out.print(f"{count - len(chosen)} more; see them with --limit {count}")
    for note in notes_of(run.config):
        out.print(note, markup=False)
    return chosen


def _read_all(settings: Settings, limit: int) -> dict[str, Any]:
    from ui.api.forecast_json import run_as_json, series_as_json

    run, chosen, count = _largest(settings, limit)
    listed = [series_as_json(series) for series in chosen]
    return {**run_as_json(run), "count": count, "series": listed}


def _read_one(settings: Settings, text: str) -> tuple[RunInfo, ChosenSeries, Catalogue]:
    from forecasting import latest_run
    from signals import Lake
    from ui.naming import catalogue_of, forecast_entity
    from ui.series import load_series

    lake = Lake(settings.workspace.lake)
    run = latest_run(lake)
    catalogue = catalogue_of(lake, run)
    return run, load_series(lake, run, forecast_entity(catalogue, text)), catalogue


def _largest(settings: Settings, limit: int) -> tuple[RunInfo, list[ChosenSeries], int]:
    """Load the total, the categories and the largest products, and count all series."""
    from forecasting import forecast_frame, latest_run
    from signals import Col, Lake, Scope
    from ui.naming import catalogue_of
    from ui.series import load_series

    lake = Lake(settings.workspace.lake)
    run = latest_run(lake)
    catalogue = catalogue_of(lake, run)
    rows = forecast_frame(lake, run.run_id)
    units = rows[rows[Col.LEVEL] == 0.5].groupby(Col.SERIES_ID)[Col.UNITS].sum()
    known = units[units.index.isin([entity.series_id for entity in catalogue])]
    scopes = {str(scope): place for place, scope in enumerate(reversed(Scope))}
    ranked = sorted(known.index, key=lambda s: (scopes[str(s).partition(":")[0]], -known[s], s))
    chosen = [load_series(lake, run, catalogue[str(series)]) for series in ranked[:limit]]
    return run, chosen, len(known)


def _overview_table(run: RunInfo, chosen: Sequence[ChosenSeries]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    periods, period = len(chosen[0].wide), chosen[0].period
    levels = chosen[0].wide.columns
    table = Table(
        title=f"{run.measure} a {period}, forecast on {run.made_on:%Y-%m-%d}, "
        f"levels {levels[0]:.0%} to {levels[-1]:.0%}",
        title_justify="left",
        box=box.SIMPLE,
        padding=(0, 1),
    )
    table.add_column("Series", min_width=18)
    table.add_column(f"{_DRAWN[0]} {period}s + {_DRAWN[1]}", no_wrap=True)
    for head in (f"Last {periods}", f"Next {periods}", "Change", f"Next {period}"):
        table.add_column(head, justify="right", no_wrap=True)
    for series in chosen:
        spark = trend_line(series, *_DRAWN)
        table.add_row(Text(series.name), spark, *_figures(series, periods))
    return table


def _figures(series: ChosenSeries, periods: int) -> tuple[str, ...]:
    from signals import Col

    before = float(series.history[Col.UNITS].tail(periods).sum())
    change = f"{series.total / before - 1:+.0%}" if before > 0 else "new"
    first = series.wide.iloc[0]
    low, high = first.iloc[0], first.iloc[-1]
    return (
        _short(before),
        _short(series.total),
        change,
        f"{_short(low)} to {_short(high)}",
    )


def _short(units: float) -> str:
    """Write units so that a row stays narrow; in full below ten millions.

    Examples
    --------
    >>> _short(1_000_142.2), _short(55_956_241_000_000.0)
    ('1,000,142', '56.0 tn')
    """
    if abs(units) < _LONG:
        return f"{units:,.0f}"
    size, name = next((size, name) for size, name in _SIZES if abs(units) >= size)
    return f"{units / size:,.1f} {name}"


def _periods_table(series: ChosenSeries) -> Table:
    from rich.table import Table

    table = Table()
    for column in series.columns:
        table.add_column(column, justify="right")
    for row in series.rows:
        table.add_row(*row)
    return table


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
