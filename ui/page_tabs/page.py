"""The page: a head with the language, the tabs, a foot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from ui.page_tabs.alerts_tab import alerts_tab
from ui.page_tabs.ask_tab import ask_tab
from ui.page_tabs.data_tab import data_tab
from ui.page_tabs.forecast_tab import forecast_tab
from ui.page_tabs.labels import Labels
from ui.page_tabs.report_tab import report_tab
from ui.page_tabs.site import PRIVATE, Site
from ui.page_tabs.why_tab import why_tab
from ui.people.doorkeeper import person_of
from ui.views import frame
from ui.views.alerts import alert_title
from ui.views.words import language_wanted, words_in

if TYPE_CHECKING:
    from ui.live import Live

_LANGUAGES: Final = (("English", "en"), ("中文", "zh"), ("Português", "pt"))
_REMEMBER: Final = """(code) => {
  const address = new URL(window.location);
  address.searchParams.set('lang', code);
  history.replaceState(null, '', address);
  document.documentElement.lang = code;
  return code;
}"""
_TABS: Final = (
    ("tabs.ask", ask_tab),
    ("tabs.forecast", forecast_tab),
    ("tabs.why", why_tab),
    ("tabs.alerts", alerts_tab),
    ("tabs.data", data_tab),
    ("tabs.report", report_tab),
)


def build_page(live: Live) -> gr.Blocks:
    """Lay out the page; what it shows is fetched anew for every visitor."""
    labels = Labels()
    with gr.Blocks(title="Groundswell", analytics_enabled=False, fill_width=True) as blocks:
        with gr.Row(elem_id="gs-top"):
            header = gr.HTML(elem_id="gs-header", scale=6)
            language = labels.put(
                gr.Radio, {"label": "frame.language"}, choices=list(_LANGUAGES), value="en",
                elem_id="gs-language", container=False, scale=1, min_width=230, interactive=True,
            )  # fmt: skip
        site = Site(live, labels, language)
        built = []
        with gr.Tabs():
            for key, make in _TABS:
                with labels.put(gr.Tab, {"label": key}) as tab:
                    built.append((tab, make(site)))
        footer = gr.HTML()
        renewed = [*labels.widgets, header, footer, *(block for block, _ in site.reserved)]

        def said(code: str, request: gr.Request) -> list[Any]:
            words = words_in(code)
            person = person_of(request)
            head, foot = frame.header(live, words, person.name), frame.footer(live, words)
            return [*_labelled(live, labels, code), head, foot, *site.shown(person)]

        def begin(request: gr.Request) -> list[Any]:
            asked = request.query_params.get("lang")
            code = language_wanted(asked, request.headers.get("accept-language", ""))
            return [code, *said(code, request)]

        first = [language, *renewed]
        for place, (tab, tab_shows) in enumerate(built):
            arguments = (tab_shows.show, tab_shows.inputs, tab_shows.outputs)
            language.input(*arguments, **PRIVATE)
            if place:
                tab.select(*arguments, **PRIVATE)
        language.input(said, language, renewed, js=_REMEMBER, **PRIVATE)
        opened = built[0][1]
        blocks.load(begin, outputs=first, **PRIVATE).then(
            opened.show, opened.inputs, opened.outputs, **PRIVATE
        )
    return blocks


def _labelled(live: Live, labels: Labels, code: str) -> list[Any]:
    """Give every widget its words; the tab of alerts says how many there are besides."""
    words = words_in(code)
    updates = labels.updates(words)
    for update in updates:
        if update.get("label") == words["tabs.alerts"]:
            update["label"] = alert_title(live, words)
    return updates
