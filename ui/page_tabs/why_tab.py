"""Why: contributions, what people wrote, what changed since the run before, what-if sliders."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui.page_tabs.site import PRIVATE, Renewed, Site
from ui.views.forecasts import series_choices
from ui.views.reasons import being_worked_out, changed, contributions, evidence
from ui.views.supposed import Sliders, supposed
from ui.views.words import words_in

_SLIDERS = (
    ("price", -50, 50, 1, 0),
    ("promo", 0, 60, 5, 0),
    ("sentiment", -1, 1, 0.05, 0),
    ("stock", 0, 100, 5, 100),
)
"""Name, lowest, highest, step, and where nothing is otherwise; units as `Sliders` says."""


def why_tab(site: Site) -> Renewed:
    """Lay the tab out."""
    live, labels = site.live, site.labels
    series = labels.put(
        gr.Dropdown, {"label": "why.pick"}, filterable=True, elem_id="gs-why", interactive=True
    )
    parts = gr.HTML()
    said = gr.HTML()
    revised = gr.HTML()
    heading = gr.HTML()
    with gr.Row(elem_id="gs-sliders"):
        sliders = [
            labels.put(
                gr.Slider, {"label": f"if.{name}"}, minimum=low, maximum=high, step=step,
                value=still, elem_id=f"gs-if-{name}", interactive=True, min_width=180, buttons=[],
            )
            for name, low, high, step, still in _SLIDERS
        ]  # fmt: skip
    suppose = labels.put(
        gr.Button, {"value": "if.show"}, variant="primary", elem_classes="gs-small"
    )
    would = gr.HTML(elem_id="gs-would")

    def choose(code: str, series_id: str | None) -> tuple[str, ...]:
        words = words_in(code)
        found = contributions(live, series_id, words), evidence(live, series_id, words)
        later = being_worked_out(words["why.changed"], words)
        hint = supposed(live, series_id, Sliders(), words)
        return *found, later, _title(words["if.title"]), hint

    def renew(code: str, series_id: str | None) -> tuple[Any, ...]:
        choices = series_choices(live, words_in(code))
        known = [name for _, name in choices]
        chosen = series_id if series_id in known else next(iter(known), None)
        return gr.update(choices=choices, value=chosen), *choose(code, chosen)

    def compare_runs(code: str, series_id: str | None) -> str:
        words = words_in(code)
        first = next((name for _, name in series_choices(live, words)), None)
        return changed(live, series_id or first, words)

    def ask(code: str, series_id: str | None, *stand: float) -> str:
        return supposed(live, series_id, Sliders(*stand), words_in(code))

    shown = [parts, said, revised, heading, would]
    chosen = [site.language, series]
    series.input(choose, chosen, shown, **PRIVATE)
    parts.change(compare_runs, chosen, revised, **PRIVATE)  # takes seconds, so it comes last
    suppose.click(
        ask, [*chosen, *sliders], would, api_visibility="private", show_progress="minimal"
    )
    return Renewed(renew, chosen, [series, *shown])


def _title(text: str) -> str:
    return f'<div class="gs gs-panel gs-open"><h2>{text}</h2></div>'
