"""Forecast: series to pick, overlays, fan charts with their tables, accuracy, download."""

from __future__ import annotations

from typing import Any

import gradio as gr

from signals import Scope
from ui.page_tabs.site import PRIVATE, Renewed, Site
from ui.views.forecasts import MOST, forecasts, series_choices
from ui.views.overlays import Overlay
from ui.views.words import words_in


def forecast_tab(site: Site) -> Renewed:
    """Lay the tab out."""
    live, labels = site.live, site.labels
    with gr.Row():
        series = labels.put(
            gr.Dropdown, {"label": "forecast.pick"}, multiselect=True, max_choices=MOST,
            filterable=True, elem_id="gs-series", interactive=True, scale=3,
        )  # fmt: skip
        overlays = labels.put(
            gr.CheckboxGroup, {"label": "overlay.label"}, elem_id="gs-overlays", scale=2,
            interactive=True,
        )  # fmt: skip
    shown = gr.HTML()

    def choose(code: str, chosen: list[str], over: list[str]) -> str:
        return forecasts(live, chosen or [], [Overlay(name) for name in over or []],
                         words_in(code))  # fmt: skip

    def renew(code: str, chosen: list[str], over: list[str]) -> tuple[Any, ...]:
        words = words_in(code)
        choices = series_choices(live, words)
        known = {name for _, name in choices}
        kept = [name for name in chosen or [] if name in known]
        if not kept and Scope.TOTAL in known:
            kept = [str(Scope.TOTAL)]
        kinds = [(words[f"overlay.{kind}"], str(kind)) for kind in Overlay]
        picked = gr.update(choices=choices, value=kept)
        return picked, gr.update(choices=kinds, value=over or []), choose(code, kept, over)

    inputs = [site.language, series, overlays]
    gr.on([series.input, overlays.input], choose, inputs, shown, **PRIVATE)
    return Renewed(renew, inputs, [series, overlays, shown])
