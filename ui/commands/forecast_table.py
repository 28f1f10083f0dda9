"""``groundswell forecast table``: forecast a long table of any origin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ui.options import HomeOption, JsonOption

_DEFAULT_ORIGINS = 4  # they weigh the experts and set the intervals, told or not


def table(  # noqa: PLR0913 - one parameter an option
    file: Annotated[Path, typer.Argument(help="CSV, TSV, Parquet, JSON lines or Excel file.")],
    time: Annotated[str, typer.Option(help="Column of times.")],
    target: Annotated[str, typer.Option(help="Column to forecast.")],
    horizon: Annotated[int, typer.Option(min=1, help="Periods to forecast.")],
    out: Annotated[Path, typer.Option(help="File to write: .csv, .tsv, .parquet or .jsonl.")],
    ids: Annotated[
        str, typer.Option("--id", help="Columns that name a series; none: one series.")
    ] = "",
    known: Annotated[str, typer.Option(help="Columns known ahead: prices, promotions.")] = "",
    past: Annotated[str, typer.Option(help="Columns known once a period has ended.")] = "",
    static: Annotated[str, typer.Option(help="Columns with one value a series.")] = "",
    text: Annotated[str | None, typer.Option(help="Column of what people said.")] = None,
    freq: Annotated[
        str | None, typer.Option(help="h, D, B, W, M, Q or Y; without it, it is found.")
    ] = None,
    levels: Annotated[str, typer.Option(help="Quantile levels.")] = "0.1,0.5,0.9",
    backtest: Annotated[
        int | None, typer.Option(min=1, help="Rolling origins of the accuracy that is told.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Folder for report.html and report.json of the backtest.")
    ] = None,
    experts: Annotated[str | None, typer.Option(help="Experts by name.")] = None,
    gaps: Annotated[
        Literal["zero", "interpolate", "error"], typer.Option(help="Periods without a value.")
    ] = "zero",
    duplicates: Annotated[
        Literal["error", "sum"], typer.Option(help="Several rows of a series in a period.")
    ] = "error",
    negatives: Annotated[
        Literal["error", "zero", "keep"], typer.Option(help="Values below 0.")
    ] = "error",
    country: Annotated[str, typer.Option(help="Whose holidays count: BR, CN, US.")] = "",
    date_order: Annotated[
        Literal["day-first", "month-first"] | None, typer.Option(help="How to read 3/4/2024.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forecast every series of a long table; write times, points and quantiles.

    A row is a series and a period; lists of columns have commas between them. The length of a
    period is found. Rows without a target tell what is known ahead. No workspace is needed.
    """
    from signals import DateOrder, Duplicates, Gaps, Negatives, TableColumns, TableRules
    from signals import frequency_named as named
    from ui.backtest_page import write_report
    from ui.backtest_told import told_of_trial
    from ui.console import bars, print_json
    from ui.settings import load_settings
    from ui.table_forecast import Asked, forecast_file, print_told, told_of, trial_of

    settings = load_settings(home, experts=experts)
    columns = TableColumns(
        _names(ids), time, target, _names(known), _names(past), _names(static), text
    )
    rules = TableRules(
        horizon=horizon,
        frequency=named(freq) if freq else None,
        gaps=Gaps(gaps),
        duplicates=Duplicates(duplicates),
        negatives=Negatives(negatives),
        countries=tuple(code.upper() for code in _names(country)),
        date_order=DateOrder(date_order) if date_order else None,
    )
    asked = Asked(file, out, columns, rules, _levels(levels), backtest or _DEFAULT_ORIGINS, force)
    with bars(quiet=as_json) as progress:
        read, found = forecast_file(asked, settings, progress)
    told = told_of(asked, read, found)
    if report is not None:
        page, _ = write_report(told_of_trial(trial_of(asked, read, found)), report)
        told["report"] = str(page)
    if as_json:
        print_json(told)
        return
    print_told(told, accuracy=backtest is not None or report is not None)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _levels(text: str) -> tuple[float, ...]:
    from signals import ConfigError

    try:
        return tuple(sorted({float(level) for level in _names(text)}))
    except ValueError as error:
        raise ConfigError(
            f"levels are {text!r}; numbers with commas between them are expected: 0.1,0.5,0.9"
        ) from error
