"""The ways in and out: ``/login`` and ``/logout``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ui.people import cookies
from ui.people.doorkeeper import person_of
from ui.people.login import Refused
from ui.people.login_page import (
    LOGIN,
    LOGOUT,
    STYLE,
    login_page,
    logout_page,
    style_sheet,
    told_locked,
)
from ui.people.sql_people import KeyKind
from ui.people.words import login_words, wanted_language

if TYPE_CHECKING:
    from ui.people.login import Login
    from ui.people.sql_people import SqlPeople

_SEE_OTHER: Final = 303
_KEEP_NOTHING: Final = {"Cache-Control": "no-store"}


def login_routes(people: SqlPeople, login: Login, hours: float) -> APIRouter:
    """Make the routes.

    Parameters
    ----------
    hours
        That a session lasts.
    """
    router = APIRouter(include_in_schema=False)

    @router.get(STYLE)
    def style() -> Response:
        return Response(style_sheet(), media_type="text/css")

    @router.get(LOGIN)
    def ask(request: Request) -> Response:
        return _asked(request)

    @router.post(LOGIN)
    async def enter(request: Request) -> Response:
        sent = await _form(request)
        return await run_in_threadpool(_entered, request, sent, login, (people, hours))

    @router.get(LOGOUT)
    def ask_to_leave(request: Request) -> Response:
        form = cookies.form_of(cookies.session_of(request) or "")
        page = logout_page(_language(request), form, person_of(request))
        return HTMLResponse(page, headers=_KEEP_NOTHING)

    @router.post(LOGOUT)
    async def leave(request: Request) -> Response:
        session = cookies.session_of(request) or ""
        sent = await _form(request)
        if not cookies.is_form_of(session, sent.get("form", "")):
            return RedirectResponse(LOGOUT, _SEE_OTHER)
        await run_in_threadpool(people.end_key, session)
        answer = RedirectResponse(LOGIN, _SEE_OTHER)
        cookies.forget_session(request, answer)
        return answer

    return router


def _entered(
    request: Request, sent: dict[str, str], login: Login, keys: tuple[SqlPeople, float]
) -> Response:
    """Give a session for a right password, else the form again with what went wrong."""
    words = login_words(_language(request))
    if not cookies.is_own_form(request, sent.get("form", "")):
        return _asked(request, words["stale"], 403)
    address = request.client.host if request.client else ""
    found = login.enter(sent.get("name", ""), sent.get("password", ""), address)
    if isinstance(found, Refused) and found.wait_s:
        refusal = _asked(request, told_locked(_language(request), found.wait_s), 429)
        refusal.headers["Retry-After"] = str(int(found.wait_s) + 1)
        return refusal
    if isinstance(found, Refused):
        return _asked(request, words["wrong"], 401)
    people, hours = keys
    session = people.give_key(found.name, KeyKind.SESSION, hours * 3600)
    answer = RedirectResponse("/", _SEE_OTHER)
    cookies.keep_session(request, answer, session, hours)
    return answer


def _asked(request: Request, told: str = "", status: int = 200) -> Response:
    form = cookies.new_form(request)
    page = login_page(_language(request), form, told)
    answer = HTMLResponse(page, status, headers=_KEEP_NOTHING)
    cookies.keep_form(request, answer, form)
    return answer


async def _form(request: Request) -> dict[str, str]:
    body = await request.body()
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _language(request: Request) -> str:
    accepted = request.headers.get("accept-language", "")
    return wanted_language(request.query_params.get("language"), accepted)
