"""The pages of logging in and out: plain HTML forms that need no scripts."""

from __future__ import annotations

import math
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from ui.people.words import LANGUAGES, login_words

if TYPE_CHECKING:
    from ui.people.person import Person

LOGIN: Final = "/login"
LOGOUT: Final = "/logout"
STYLE: Final = "/login.css"

_NAMES: Final = {"en": "English", "zh": "中文", "pt": "Português"}
# a form whose page sends no referrer would say that it comes from nowhere, and be refused
_PAGE: Final = Markup(
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="referrer" content="same-origin"><title>{title} · Groundswell</title>'
    '<link rel="stylesheet" href="{style}"></head><body><main>'
    "<h1>Ground<span>swell</span></h1>{body}</main></body></html>"
)
_LOGIN: Final = Markup(
    '{told}<form method="post" action="{login}?language={language}">'
    '<input type="hidden" name="form" value="{form}">'
    '<label>{name}<input name="name" autocomplete="username" autocapitalize="none" '
    'maxlength="64" required autofocus></label>'
    '<label>{password}<input name="password" type="password" autocomplete="current-password" '
    'maxlength="1024" required></label><button>{enter}</button></form>'
    '<nav aria-label="{languages}">{choices}</nav>'
)
_LOGOUT: Final = Markup(
    '<p>{you_are}</p><form method="post" action="{logout}">'
    '<input type="hidden" name="form" value="{form}"><button>{leave}</button></form>'
    '<nav><a href="/">{back}</a></nav>'
)


def login_page(language: str, form: str, told: str = "") -> str:
    """Write the page that asks for a name and a password.

    Parameters
    ----------
    form
        The secret that proves that this form was sent from here.
    told
        What went wrong before.
    """
    words = login_words(language)
    choices = Markup(" ").join(
        Markup('<a href="{}?language={}" lang="{}">{}</a>').format(LOGIN, code, code, _NAMES[code])
        for code in LANGUAGES
        if code != language
    )
    body = _LOGIN.format(
        told=Markup('<p class="told" role="alert">{}</p>').format(told) if told else "",
        login=LOGIN,
        language=language,
        form=form,
        name=words["name"],
        password=words["password"],
        enter=words["enter"],
        languages=words["language"],
        choices=choices,
    )
    return _page(language, words["title"], body)


def logout_page(language: str, form: str, person: Person) -> str:
    """Write the page that asks whether to leave."""
    words = login_words(language)
    body = _LOGOUT.format(
        you_are=words["you_are"].format(name=person.name),
        logout=LOGOUT,
        form=form,
        leave=words["leave"],
        back=words["back"],
    )
    return _page(language, words["leave_title"], body)


def told_locked(language: str, wait_s: float) -> str:
    """Say how long to wait."""
    return login_words(language)["locked"].format(minutes=math.ceil(wait_s / 60))


def style_sheet() -> str:
    """Return the style of these pages."""
    return files("ui.people").joinpath("login.css").read_text(encoding="utf-8")


def _page(language: str, title: str, body: Markup) -> str:
    return _PAGE.format(language=language, title=title, style=STYLE, body=body)
