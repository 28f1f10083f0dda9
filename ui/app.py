"""The application: the page of ``ui.page_tabs`` and REST, behind login and guard."""

from __future__ import annotations

import gzip
import os
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before the import: nothing leaves this machine

import gradio as gr
import pandas as pd
from fastapi import Depends, FastAPI, Response
from plotly.offline import get_plotlyjs
from starlette.middleware.trustedhost import TrustedHostMiddleware

from ui.api.doors import Doors, allowed
from ui.api.rest import rest_app
from ui.guard import PAGE, Guard, known_hosts
from ui.live import Live
from ui.monitoring.metrics import MEDIA_TYPE, exposition
from ui.monitoring.monitor import Monitor
from ui.page_tabs.page import build_page
from ui.people import Action, local_person
from ui.people.doorkeeper import Doorkeeper
from ui.people.login_routes import login_routes
from ui.people.page_sessions import PageSessions
from ui.requests import BodyLimit, install
from ui.wiring import asks_for_login, make_jobs, make_login, make_once, make_people

if TYPE_CHECKING:
    from ui.settings import Settings

REST: Final = "/api/v1"
_MB = 1_000_000
_UPLOADS = (f"{REST}/ingest", "/gradio_api/upload")
_VISITORS_AT_ONCE = 4
_PLACE_IN_LINE_S = 10.0
"""Between two messages about it, which the page does not show; else all get one for each served."""
_LINE_LOOKS_S = 0.01
"""Between two looks for who may ask next: a thousand a second cost 5 % of a core, day and night."""
_OPEN_PAGES = 500
"""That Gradio remembers, at some 0.5 MB each; the one used longest ago is forgotten first."""
PAGE_SCRIPT: Final = "/assets/page.js"
_YEAR_S = 31_536_000
_STYLES: Final = ("page.css", "exports/report.css", "page_tabs/tabs.css")
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
    install(app)
    _add_routes(app, live)
    _add_assets(app)
    _guard(app, settings)
    blocks = build_page(live).queue(
        status_update_rate=_PLACE_IN_LINE_S, default_concurrency_limit=_VISITORS_AT_ONCE
    )
    blocks.state_session_capacity = _OPEN_PAGES
    blocks._queue.sleep_when_free = _LINE_LOOKS_S  # no option says it
    theme = gr.themes.Default(
        primary_hue="blue", neutral_hue="slate", font=_SYSTEM_FONTS, font_mono=_MONO_FONTS
    ).set(body_text_color_subdued="*neutral_500")
    gr.mount_gradio_app(
        app,
        blocks,
        path=PAGE,
        theme=theme,
        css="".join(files("ui").joinpath(name).read_text(encoding="utf-8") for name in _STYLES),
        head=f'<script src="{PAGE_SCRIPT}" defer></script>',
        max_file_size=f"{settings.max_upload_mb}mb",
        footer_links=[],
        run_history=False,  # else the browser keeps all that was asked, for whoever uses it next
        ssr_mode=False,
        show_error=False,
    )
    return app


def _add_assets(app: FastAPI) -> None:
    """Give the page's own script and Plotly out from here, small and kept by the browser."""

    @app.get(PAGE_SCRIPT, include_in_schema=False)
    def page_script() -> Response:
        text = files("ui.page_tabs").joinpath("page.js").read_text(encoding="utf-8")
        return Response(text, media_type="text/javascript")

    @app.get("/assets/plotly.min.js", include_in_schema=False)
    def plotly_script() -> Response:
        return Response(
            _packed_plotly(),
            media_type="text/javascript",
            headers={"Content-Encoding": "gzip", "Cache-Control": f"private, max-age={_YEAR_S}"},
        )


@cache
def _packed_plotly() -> bytes:
    return gzip.compress(get_plotlyjs().encode("utf-8"))


def _add_routes(app: FastAPI, live: Live) -> None:
    @app.get("/healthz")
    def health() -> dict[str, str | None]:
        run = live.run()
        return {"status": "ok", "run_id": run.run_id if run else None}

    settings = live.settings
    monitor = Monitor(settings)

    @app.get("/metrics", include_in_schema=False, dependencies=[Depends(allowed(Action.READ))])
    def metrics() -> Response:
        return Response(exposition(monitor.look(pd.Timestamp.now("UTC"))), media_type=MEDIA_TYPE)

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
