"""Report: a series and a week, to read and to take away."""

from __future__ import annotations

from datetime import date
from typing import Any

import gradio as gr

from ui.audit import Door, acting
from ui.page_tabs.site import Renewed, Site
from ui.people.doorkeeper import person_of
from ui.views.forecasts import series_choices
from ui.views.reports import report, week_choices
from ui.views.words import words_in


def report_tab(site: Site) -> Renewed:
    """Lay the tab out; a report is made when somebody asks for it."""
    live, labels = site.live, site.labels
    with gr.Row():
        series = labels.put(gr.Dropdown, {"label": "report.category"}, filterable=True,
                            elem_id="gs-report-series", interactive=True, scale=2)  # fmt: skip
        week = labels.put(gr.Dropdown, {"label": "report.week"}, interactive=True, scale=2,
                          elem_id="gs-report-week")  # fmt: skip
        make = labels.put(gr.Button, {"value": "report.show"}, variant="primary", scale=1)
    shown = gr.HTML(elem_id="gs-made")

    def tell(request: gr.Request, code: str, series_id: str | None, day: str | None) -> str:
        chosen = date.fromisoformat(day) if day else None
        with acting(person_of(request).name, Door.PAGE):
            return report(live, series_id, chosen, words_in(code))

    def renew(code: str, series_id: str | None, day: str | None) -> tuple[Any, ...]:
        words = words_in(code)
        names, weeks = series_choices(live, words), week_choices(live, words)
        return (
            gr.update(choices=names, value=_kept(series_id, names)),
            gr.update(choices=weeks, value=_kept(day, weeks)),
            "",
        )

    inputs = [site.language, series, week]
    make.click(tell, inputs, shown, api_visibility="private", show_progress="minimal")
    return Renewed(renew, inputs, [series, week, shown])


def _kept(value: str | None, choices: list[tuple[str, str]]) -> str | None:
    """Keep a choice that is still there; else take the first."""
    known = [name for _, name in choices]
    return value if value in known else next(iter(known), None)
