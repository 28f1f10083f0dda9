"""The page: Gradio widgets over the functions of ``ui.page``, in FastAPI behind the guard."""

from __future__ import annotations

import os
from collections.abc import Iterator  # noqa: TC003 - Gradio reads the annotations of callbacks
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before the import: nothing leaves this machine

import gradio as gr
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from ui import chart_view, page
from ui.api.ask_routes import LONGEST_QUESTION
from ui.api.doors import Doors
from ui.api.rest import rest_app
from ui.guard import PAGE, Guard, known_hosts
from ui.live import Live
from ui.people import local_person
from ui.people.doorkeeper import Doorkeeper, person_of
from ui.people.login_routes import login_routes
from ui.people.page_sessions import PageSessions
from ui.requests import BodyLimit
from ui.wiring import asks_for_login, make_jobs, make_login, make_once, make_people

if TYPE_CHECKING:
    from ui.settings import Settings

REST: Final = "/api/v1"
_MB = 1_000_000
_UPLOADS = (f"{REST}/ingest", "/gradio_api/upload")
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
    _add_routes(app, live)
    _guard(app, settings)
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

        def opened(request: gr.Request) -> tuple[str, str, str]:
            head = page.header(live, person_of(request).name)
            return head, page.conversation(live, []), page.footer(live)

        blocks.load(opened, outputs=[header, log, footer], **_PRIVATE)
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

    def answer(
        question: str, earlier: list[page.Turn], request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        if not question.strip():
            yield gr.skip(), gr.skip(), gr.skip(), *[gr.skip()] * len(panel)
            return
        waiting = page.conversation(live, earlier, waiting=question)
        yield waiting, "", gr.skip(), *[gr.skip()] * len(panel)
        now = [*earlier, page.ask(live, question, earlier, person_of(request).user_id)]
        yield page.conversation(live, now), gr.skip(), now, *_shown(chart_view.evidence(live, now))

    def clicked(
        earlier: list[page.Turn], event: gr.EventData, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        yield from answer(str(event.question)[:LONGEST_QUESTION], earlier, request)

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


def _add_routes(app: FastAPI, live: Live) -> None:
    @app.get("/healthz")
    def health() -> dict[str, str | None]:
        run = live.run()
        return {"status": "ok", "run_id": run.run_id if run else None}

    settings = live.settings
    app.mount(REST, rest_app(Doors(live, make_jobs(settings), make_once(settings))))


def _guard(app: FastAPI, settings: Settings) -> None:
    """Put before everything who may ask from where, who they are, and how much they may send."""
    people = make_people(settings) if asks_for_login(settings) else None
    if people is not None:
        app.include_router(login_routes(people, make_login(settings), settings.session_hours))
        app.add_middleware(PageSessions)
    upload = settings.max_upload_mb * _MB
    app.add_middleware(BodyLimit, limit=lambda path: upload if path in _UPLOADS else _MB)
    app.add_middleware(Doorkeeper, people=people, everybody=local_person(settings.tenant))
    app.add_middleware(Guard)
    hosts = known_hosts(settings.host, settings.hosts)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
