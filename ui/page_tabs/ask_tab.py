"""Ask: the conversation, the proof beside it, conversations of earlier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from ui.api.ask_routes import LONGEST_QUESTION
from ui.page_tabs.asking import Asking
from ui.page_tabs.site import PRIVATE, Renewed, Site, clicks

if TYPE_CHECKING:
    from ui.page_tabs.labels import Labels

_STORE: Final = "groundswell-talks"
_OPEN: Final = "groundswell"  # what is kept in the browser are ids of its own conversations


@dataclass(frozen=True, slots=True)
class _Widgets:
    fresh: gr.Button
    past: gr.HTML
    log: gr.HTML
    doing: gr.HTML
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    proof: gr.HTML


def ask_tab(site: Site) -> Renewed:
    """Lay the tab out."""
    asking = Asking(site.live)
    turns = gr.State([])
    talks = gr.BrowserState([], storage_key=_STORE, secret=_OPEN)
    made = _widgets(site.labels)
    after = [made.doing, turns, talks]
    told = [turns, talks, site.language]
    shown = [made.log, made.proof, made.past]
    gr.on([made.box.submit, made.send.click], asking.answer, [made.box, *told], after, **PRIVATE)
    made.log.click(asking.clicked, told, after, **PRIVATE)
    made.stop.click(asking.halt, queue=False, **PRIVATE)
    made.past.click(asking.recall, [talks, site.language], [*shown, turns], **PRIVATE)
    made.fresh.click(asking.begin, [site.language, talks], [*shown, turns], **PRIVATE)
    return Renewed(asking.renew, [site.language, turns, talks], shown)


def _widgets(labels: Labels) -> _Widgets:
    short: dict[str, Any] = {"scale": 1, "min_width": 80}
    with gr.Row():
        with gr.Column(scale=2, min_width=190, elem_id="gs-side"):
            fresh = labels.put(gr.Button, {"value": "ask.new"}, size="sm")
            past = gr.HTML(js_on_load=clicks("click", talk="talk"))
        with gr.Column(scale=7, min_width=380):
            with gr.Column(elem_id="gs-log"):
                log = gr.HTML(js_on_load=clicks("click", ask="ask", rate="answer"))
                doing = gr.HTML()
            with gr.Row(elem_id="gs-asking"):
                box = labels.put(
                    gr.Textbox, {"placeholder": "ask.placeholder", "label": "ask.question"},
                    show_label=False, container=False, scale=6, max_length=LONGEST_QUESTION,
                    elem_id="gs-box", lines=1, max_lines=1,
                )  # fmt: skip
                send = labels.put(
                    gr.Button, {"value": "ask.send"}, variant="primary", elem_id="gs-send", **short
                )
                stop = labels.put(
                    gr.Button, {"value": "ask.stop"}, variant="stop", elem_id="gs-stop", **short
                )
        with gr.Column(scale=4, min_width=280, elem_id="gs-proof"):
            proof = gr.HTML()
    return _Widgets(fresh, past, log, doing, box, send, stop, proof)
