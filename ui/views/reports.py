"""One page about a series and a week, to read here and to take away as a file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from forecasting import forecast_frame
from signals import Col, GroundswellError, MissingExtra, Scope
from ui.audit import Deed
from ui.exports.files import Format, report_bytes
from ui.exports.order import report_of
from ui.exports.page import report_body
from ui.markup import banner, join
from ui.views.figures import carried
from ui.views.frame import no_run

if TYPE_CHECKING:
    from datetime import date

    from ui.exports.report import Report
    from ui.live import Live
    from ui.views.words import Words

_MEDIA: Final = {
    Format.HTML: "text/html",
    Format.PDF: "application/pdf",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv",
}


def week_choices(live: Live, words: Words) -> list[tuple[str, str]]:
    """List the weeks that the newest run forecasts, the next one first."""
    run = live.run()
    if run is None:
        return []
    days = forecast_frame(live.lake, run.run_id, [str(Scope.TOTAL)])[Col.DAY].dt.date.unique()
    mondays = sorted({day - timedelta(days=day.weekday()) for day in days})
    return [(_said(monday, words), monday.isoformat()) for monday in mondays]


def report(live: Live, series_id: str | None, day: date | None, words: Words) -> Markup:
    """Show the report of a series and week, with the files it can be taken away as."""
    if live.run() is None:
        return no_run(words)
    try:
        made = report_of(live, series_id, day, words.code)
    except GroundswellError as error:
        return Markup('<div class="gs">{}</div>').format(banner(str(error), refusal=True))
    files = join(_file(made, each) for each in Format)
    live.audit().note(Deed.EXPORT, series_id or str(Scope.TOTAL), f"{made.first_day:%Y-%m-%d}")
    return Markup('<div class="gs gs-files">{}</div><div class="gs gs-panel">{}</div>').format(
        files, report_body(made)
    )


def _file(made: Report, wanted: Format) -> Markup:
    try:
        content = report_bytes(made, wanted)
    except MissingExtra:
        return Markup("")  # the others say the same
    name = f"report-{made.first_day:%Y-%m-%d}.{wanted}"
    return carried(content, _MEDIA[wanted], name, wanted.upper())


def _said(monday: date, words: Words) -> str:
    return words.days(monday, monday + timedelta(days=6))
