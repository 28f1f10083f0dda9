"""Errors of the REST interface, all in one form.

References
----------
RFC 9457, *Problem Details for HTTP APIs*.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse

from signals import ConfigError, DataError, GroundswellError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

_CODES: Final = {
    400: "bad_request",
    401: "login_needed",
    403: "not_allowed",
    404: "not_found",
    405: "wrong_method",
    409: "conflict",
    413: "too_large",
    422: "invalid",
    500: "unforeseen",
    503: "not_ready",
}
MEDIA_TYPE: Final = "application/problem+json"

logger = logging.getLogger(__name__)


class Problem(BaseModel):
    """What every error answer holds."""

    title: str = Field(description="The status in words.")
    status: int
    code: str = Field(description="The status in one word, for programs.")
    detail: str = Field(description="What was found, what was expected, what to do.")
    instance: str | None = Field(None, description="Path that was asked for.")
    errors: list[dict[str, str]] | None = Field(
        None, description="Each field that is wrong: where, and why."
    )


class FieldError(HTTPException):
    """Something is wrong with one field.

    Parameters
    ----------
    field
        Where it was sent and what it is called: ``query.cursor``.
    """

    def __init__(self, field: str, detail: str, status: int = 422) -> None:
        super().__init__(status, detail)
        self.field = field


@contextmanager
def about(field: str, kind: type[GroundswellError] = DataError) -> Iterator[None]:
    """Tell errors of a kind as those of a field."""
    try:
        yield
    except kind as error:
        raise FieldError(field, str(error)) from error


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object
) -> Response:
    """Make an error answer."""
    phrase = HTTPStatus(status).phrase
    code = _CODES.get(status, phrase.lower().replace(" ", "_"))
    body = {"title": phrase, "status": status, "code": code, "detail": detail, **more}
    return JSONResponse(body, status, headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let an application tell all of its errors so: ours, the framework's and the unforeseen."""
    app.add_exception_handler(GroundswellError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_fields)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _unforeseen)


async def _of_ours(request: Request, error: Any) -> Response:  # noqa: ANN401 - Starlette's type
    status = 422 if isinstance(error, DataError | ConfigError) else 503
    return problem(status, str(error), instance=request.url.path)


async def _of_fields(request: Request, error: Any) -> Response:  # noqa: ANN401
    errors = [
        {"field": ".".join(map(str, each["loc"])), "message": str(each["msg"])}
        for each in error.errors()
    ]
    told = "; ".join(f"{each['field']}: {each['message']}" for each in errors)
    return problem(422, told, instance=request.url.path, errors=errors)


async def _of_http(request: Request, error: Any) -> Response:  # noqa: ANN401
    more: dict[str, object] = {"instance": request.url.path}
    if isinstance(error, FieldError):
        more["errors"] = [{"field": error.field, "message": str(error.detail)}]
    return problem(error.status_code, str(error.detail), error.headers, **more)


async def _gone(request: Request, _error: Any) -> Response:  # noqa: ANN401
    logger.info("a sender went away from %s", request.url.path)
    return problem(400, "the body ended early", instance=request.url.path)


async def _unforeseen(request: Request, error: Any) -> Response:  # noqa: ANN401
    logger.error("a request to %s failed", request.url.path, exc_info=error)
    told = "something went wrong on this machine; the log of groundswell serve says what"
    return problem(500, told, instance=request.url.path)
