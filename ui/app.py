"""The page: Gradio widgets over the functions of ``ui.page``, in FastAPI behind the guard."""

from __future__ import annotations

import os
from collections.abc import Iterator  # noqa: TC003 - Gradio reads the annotations of callbacks
from datetime import date  # noqa: TC003 - FastAPI reads it too
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before the import: nothing leaves this machine

import gradio as gr
from fastapi import Body, FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse

from signals import DataError, GroundswellError
from ui import chart_view, page
from ui.guard import LOOPBACK, PAGE, Guard, is_loopback
from ui.live import Live

if TYPE_CHECKING:
    from ui.settings import Settings

LONGEST_QUESTION = 2_000
_LONGEST_ID = 64
_VISITORS_AT_ONCE = 4
_ON_CLICK = """
element.addEventListener('click', (event) => {
  const chip = event.target.closest('[data-ask]');
  if (chip) trigger('click', {question: chip.dataset.ask});
  const show = event.target.closest('[data-show]');
  if (show) trigger('select', {turn: Number(show.dataset.show), series: ''});
  const tab = event.target.closest('[data-series]');
  if (tab) trigger('select', {turn: Number(tab.dataset.turn), series: tab.dataset.series});
  const cite = event.target.closest('[data-cite]');
  if (!cite) return;
  const quote = document.getElementById(cite.dataset.cite);
  if (!quote) return;
  quote.scrollIntoView({block: 'center', behavior: 'smooth'});
  quote.classList.add('gs-lit');
  setTimeout(() => quote.classList.remove('gs-lit'), 1600);
});
watch('value', () => {
  const last = element.querySelector('.gs-turn:last-child');
  const log = element.closest('#gs-log');
  if (last && log) log.scrollTop = last.offsetTop;
});
"""
"""A chip asks, ``[n]`` goes to its review, a new answer scrolls into view."""
_SYSTEM_FONTS = [
    gr.themes.Font(name)
    for name in (
        "system-ui",
        "-apple-system",
        "Segoe UI",
        "Noto Sans",
        "Noto Sans CJK SC",
        "sans-serif",
    )
]
_MONO_FONTS = [
    gr.themes.Font(name) for name in ("ui-monospace", "SFMono-Regular", "Consolas", "monospace")
]


def create_app(settings: Settings) -> FastAPI:
    """Build the application of one workspace.

    Models are loaded when the first question is asked, not here.
    """
    live = Live(settings)
    app = FastAPI(title="Groundswell", docs_url=None, redoc_url=None)
    app.state.live = live
    _add_api(app, live)
    blocks = build_page(live).queue(default_concurrency_limit=_VISITORS_AT_ONCE)
    theme = gr.themes.Default(
        primary_hue="blue", neutral_hue="slate", font=_SYSTEM_FONTS, font_mono=_MONO_FONTS
    ).set(body_text_color_subdued="*neutral_500")
    gr.mount_gradio_app(
        app,
        blocks,
        path=PAGE,
        theme=theme,
        css=files("ui").joinpath("page.css").read_text(encoding="utf-8"),
        footer_links=[],
        ssr_mode=False,
        show_error=False,
    )
    hosts = [*LOOPBACK] if is_loopback(settings.host) else ["*"]
    app.add_middleware(Guard)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    return app


def build_page(live: Live) -> gr.Blocks:
    """Lay out the page; what it shows is fetched anew for every visitor."""
    with gr.Blocks(title="Groundswell", analytics_enabled=False, fill_width=True) as blocks:
        header = gr.HTML(elem_id="gs-header")
        with gr.Tabs():
            with gr.Tab("Ask"):
                log, panel = _ask_tab(live)
            with gr.Tab("Forecasts"):
                series = _forecast_tab(live)
            with gr.Tab("Alerts") as tab:
                category, alerts = _alert_tab(live)
        footer = gr.HTML()
        blocks.load(
            lambda: (page.header(live), page.conversation(live, []), page.footer(live)),
            outputs=[header, log, footer],
            **_PRIVATE,
        )
        blocks.load(lambda: _shown(chart_view.evidence(live, [])), outputs=panel, **_PRIVATE)
        blocks.load(lambda: _choices(chart_view.series_choices(live)), outputs=series, **_PRIVATE)
        blocks.load(
            lambda: (
                gr.Tab(label=page.alert_title(live)),
                _choices(page.alert_choices(live)),
                page.alerts(live, page.ALL),
            ),
            outputs=[tab, category, alerts],
            **_PRIVATE,
        )
    return blocks


_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def _ask_tab(live: Live) -> tuple[gr.HTML, list[Any]]:
    turns = gr.State([])
    with gr.Row():
        with gr.Column(scale=6, min_width=400):
            log = gr.HTML(elem_id="gs-log", js_on_load=_ON_CLICK)
            with gr.Row():
                box = gr.Textbox(
                    placeholder="Ask about demand, reviews or alerts", label="Your question",
                    show_label=False, container=False, scale=6, max_length=LONGEST_QUESTION,
                    elem_id="gs-box", lines=1, max_lines=1,
                )  # fmt: skip
                button = gr.Button("Ask", variant="primary", scale=1, min_width=90)
        with gr.Column(scale=5, min_width=350):
            panel = _charts()

    def answer(question: str, earlier: list[page.Turn]) -> Iterator[tuple[Any, ...]]:
        if not question.strip():
            yield gr.skip(), gr.skip(), gr.skip(), *[gr.skip()] * len(panel)
            return
        waiting = page.conversation(live, earlier, waiting=question)
        yield waiting, "", gr.skip(), *[gr.skip()] * len(panel)
        now = [*earlier, page.ask(live, question, earlier)]
        yield page.conversation(live, now), gr.skip(), now, *_shown(chart_view.evidence(live, now))

    def clicked(earlier: list[page.Turn], event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        yield from answer(str(event.question)[:LONGEST_QUESTION], earlier)

    def shown(earlier: list[page.Turn], event: gr.EventData) -> list[Any]:
        return _shown(chart_view.evidence(live, earlier, int(event.turn), str(event.series)))

    after = [log, box, turns, *panel]
    gr.on([box.submit, button.click], answer, [box, turns], after, **_PRIVATE)
    log.click(clicked, turns, after, **_PRIVATE)
    gr.on([log.select, panel[0].select], shown, turns, panel, **_PRIVATE)
    return log, panel


def _forecast_tab(live: Live) -> gr.Dropdown:
    series = gr.Dropdown(
        label="Product, category or everything",
        filterable=True,
        elem_id="gs-series",
        interactive=True,
    )
    panel = _charts(side_by_side=True)
    series.change(
        lambda series_id: _shown(chart_view.forecast(live, series_id)), series, panel, **_PRIVATE
    )
    return series


def _alert_tab(live: Live) -> tuple[gr.Dropdown, gr.HTML]:
    category = gr.Dropdown(label="Category", elem_id="gs-category", interactive=True)
    alerts = gr.HTML()
    category.change(lambda name: page.alerts(live, name), category, alerts, **_PRIVATE)
    return category, alerts


def _charts(*, side_by_side: bool = False) -> list[Any]:
    """Place a heading, a fan chart, a waterfall and the tables that say the same in numbers."""
    heading = gr.HTML(js_on_load=_ON_CLICK)
    shape: dict[str, Any] = {"container": False, "elem_classes": "gs-chart", "visible": False}
    around: Any = gr.Row if side_by_side else gr.Column
    with around():
        fan = gr.Plot(show_label=False, scale=6, min_width=380, **shape)
        bars = gr.Plot(show_label=False, scale=5, min_width=380, **shape)
    tables = gr.HTML()
    return [heading, fan, bars, tables, gr.Plot(show_label=False, **shape)]


def _shown(view: chart_view.ChartView) -> list[Any]:
    return [
        view.heading,
        gr.Plot(view.fan, visible=view.fan is not None),
        gr.Plot(view.waterfall, visible=view.waterfall is not None),
        view.tables,
        gr.Plot(view.tone, visible=view.tone is not None),
    ]


def _choices(choices: list[tuple[str, str]]) -> Any:  # noqa: ANN401 - Gradio's update
    return gr.Dropdown(choices=choices, value=choices[0][1] if choices else None)


def _add_api(app: FastAPI, live: Live) -> None:
    @app.get("/healthz")
    def health() -> dict[str, str | None]:
        run = live.run()
        return {"status": "ok", "run_id": run.run_id if run else None}

    @app.post("/api/ask")
    def ask(
        question: Annotated[str, Body(min_length=1, max_length=LONGEST_QUESTION)],
        conversation_id: Annotated[str | None, Body(max_length=_LONGEST_ID)] = None,
        as_of: Annotated[date | None, Body()] = None,
    ) -> JSONResponse:
        try:
            talk = live.talk(conversation_id)
            answer = talk.ask(question, as_of).to_dict()
        except GroundswellError as error:
            status = 422 if isinstance(error, DataError) else 503
            return JSONResponse({"error": type(error).__name__, "message": str(error)}, status)
        return JSONResponse(answer | {"conversation_id": talk.conversation_id})
