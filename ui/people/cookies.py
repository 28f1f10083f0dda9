"""The two cookies: who is logged in, and which form was sent from here.

References
----------
RFC 6265bis, *Cookies*: ``__Host-`` keeps a cookie to one host, ``SameSite`` to requests from there;
OWASP *Cross-Site Request Forgery Prevention*: signed double submit.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

_SESSION: Final = "gs_session"
_FORM: Final = "gs_form"


def session_of(connection: HTTPConnection) -> str | None:
    """Return the secret of a session, as the browser sent it."""
    return connection.cookies.get(_named(connection, _SESSION))


def keep_session(connection: HTTPConnection, answer: Response, secret: str, hours: float) -> None:
    """Give a browser its session; the secret of the form has done its work."""
    _set(connection, answer, _SESSION, secret, int(hours * 3600))
    answer.delete_cookie(_named(connection, _FORM), path="/")


def forget_session(connection: HTTPConnection, answer: Response) -> None:
    """Take the session from a browser."""
    answer.delete_cookie(_named(connection, _SESSION), path="/")


def new_form(connection: HTTPConnection) -> str:
    """Return the secret of the login form of a browser, a new one if it has none."""
    return connection.cookies.get(_named(connection, _FORM)) or secrets.token_urlsafe(16)


def keep_form(connection: HTTPConnection, answer: Response, secret: str) -> None:
    """Give a browser the secret that its login form has to send back."""
    _set(connection, answer, _FORM, secret, None)


def is_own_form(connection: HTTPConnection, sent: str) -> bool:
    """Tell whether a login form was sent from the page that this browser was given."""
    kept = connection.cookies.get(_named(connection, _FORM), "")
    return bool(kept) and hmac.compare_digest(kept.encode(), sent.encode())


def form_of(session: str) -> str:
    """Make the secret of the forms of a session."""
    return hmac.new(session.encode(), b"form", hashlib.sha256).hexdigest()


def is_form_of(session: str, sent: str) -> bool:
    """Tell whether a form was sent from a page of this session."""
    return hmac.compare_digest(form_of(session).encode(), sent.encode())


def _set(
    connection: HTTPConnection, answer: Response, name: str, value: str, seconds: int | None
) -> None:
    answer.set_cookie(
        _named(connection, name),
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        secure=_is_secure(connection),
        samesite="strict" if name == _FORM else "lax",
    )


def _named(connection: HTTPConnection, name: str) -> str:
    return f"__Host-{name}" if _is_secure(connection) else name


def _is_secure(connection: HTTPConnection) -> bool:
    return connection.url.scheme == "https"
