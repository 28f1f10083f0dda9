"""The REST application: what it is made of, and what every request goes through."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI, Security
from fastapi.security import HTTPBearer

from ui.api import ask_routes, ingest_routes, job_routes, read_routes
from ui.requests import MEDIA_TYPE, Problem, install

if TYPE_CHECKING:
    from ui.api.doors import Doors

_ABOUT: Final = (
    "Questions, forecasts and alerts of one shop. Every error is a problem document (RFC 9457). "
    "Lists come in pages: `next` of one is the `cursor` of the next. Writes take an "
    "`Idempotency-Key`: sent again with the same key within a day, they are done once."
)
_ERRORS: Final = (401, 403, 413, 422, 503)


def rest_app(doors: Doors) -> FastAPI:
    """Build the application; its ``openapi.json`` describes it."""
    refusals: dict[int | str, dict[str, Any]] = {
        status: {
            "description": "Refused",
            "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
        }
        for status in _ERRORS
    }
    bearer = HTTPBearer(auto_error=False, description="A token of groundswell users token.")
    app = FastAPI(
        title="Groundswell",
        version=version("groundswell"),
        description=_ABOUT,
        docs_url=None,  # these pages would load scripts from another host
        redoc_url=None,
        responses=refusals,
        dependencies=[Security(bearer)],
        redirect_slashes=False,
    )
    app.state.doors = doors
    install(app)
    for routes in (ask_routes, read_routes, ingest_routes, job_routes):
        app.include_router(routes.router)
    return app
