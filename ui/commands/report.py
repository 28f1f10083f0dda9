"""``groundswell report``: one page for a category and week, to read, print or calculate with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from ui.options import HomeOption, JsonOption


def report(
    series: Annotated[
        str | None, typer.Argument(help="Category, product or brand; without it the whole shop.")
    ] = None,
    home: HomeOption = None,
    week: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Any day of the week; without it the first week ahead."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File to write: .html, .pdf, .xlsx or .csv; else report.html here."),
    ] = None,
    language: Annotated[
        Literal["en", "zh", "pt"], typer.Option(help="Language of the report.")
    ] = "en",
    as_json: JsonOption = False,
) -> None:
    """Write a report: verdict, interval, contributions, changes, alerts, quotes, accuracy.

    Every figure is a fact of the answers it is made of, which are kept like those of groundswell
    ask. A week of the past is reported as it was known when it began.
    """
    from ui.audit import Deed
    from ui.console import out as console
    from ui.console import print_json, print_next
    from ui.exports.files import format_of, save_report
    from ui.exports.order import report_of
    from ui.live import Live
    from ui.settings import load_settings

    file = out or Path("report.html")
    wanted = format_of(file)
    day = None if week is None else week.date()
    live = Live(load_settings(home))
    made = report_of(live, series, day, language)
    save_report(made, file, wanted)
    live.audit().note(Deed.EXPORT, series or "total", f"{file.name}, {made.first_day:%Y-%m-%d}")
    answers = [answer.to_dict() for answer in made.answers]
    if as_json:
        print_json({"file": str(file), "format": str(wanted), "answers": answers})
        return
    console.print(f"Written: {file}", markup=False, highlight=False)
    print_next(*(f"groundswell replay {answer['answer_id']}" for answer in answers))
