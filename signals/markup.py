"""Web pages left over in texts: tags out, entities as the characters they stand for.

Only what is surely markup goes: names of HTML with proper attributes, and entities with their
semicolon. ``I <3 it``, ``a < b`` and ``AT&T`` stay as they are.
"""

from __future__ import annotations

import html
import re
from html.entities import html5
from typing import Final

_DRESSING: Final = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|"
    "q|s|samp|small|span|strike|strong|sub|sup|tt|u|var|wbr"
)
"""Tags found inside words; every other one parts words."""
_PARTING: Final = (
    "address|article|aside|audio|base|blockquote|body|br|button|canvas|caption|"
    "center|col|colgroup|dd|details|dialog|div|dl|dt|embed|fieldset|figcaption|"
    "figure|footer|form|frame|h1|h2|h3|h4|h5|h6|head|header|hr|html|iframe|"
    "img|input|label|legend|li|link|main|map|menu|meta|nav|noscript|object|ol|"
    "optgroup|option|p|param|picture|pre|script|section|select|source|style|"
    "summary|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|"
    "track|ul|video"
)
_VALUE: Final = r"""(?:"[^"<>]{0,2000}"|'[^'<>]{0,2000}'|[^\s"'<>]{1,2000})"""
_ATTRIBUTE: Final = rf"\s{{1,20}}[A-Za-z_:@][\w:.-]{{0,60}}(?:\s{{0,5}}=\s{{0,5}}{_VALUE})"
_TAG: Final = re.compile(
    rf"</?(?:({_DRESSING})|{_PARTING})(?:{_ATTRIBUTE}){{0,40}}\s{{0,20}}/?>"
    r"|<!--(?:(?!<!--).){0,5000}?-->|<!doctype\b[^<>]{0,300}>",
    re.IGNORECASE | re.DOTALL,
)
_UNREAD: Final = re.compile(
    r"<(script|style)\b[^<>]{0,2000}>(?:(?!</?\1\b).){0,50000}</\1\s{0,20}>",
    re.IGNORECASE | re.DOTALL,
)
_NUMBERED: Final = r"#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}"
_ENTITY: Final = re.compile(rf"&({_NUMBERED}|[A-Za-z][A-Za-z0-9]{{1,31}});")
_WRITTEN_TWICE: Final = re.compile(r"&(?:(?:amp|AMP|#0{0,4}38|#[xX]0{0,4}26);)+")


def without_markup(text: str) -> str:
    """Take tags, comments, scripts and styles out and read entities.

    A tag between words becomes a space; one inside a word, such as ``<b>``, leaves nothing.
    Texts written as markup twice (``&amp;lt;br&amp;gt;``) are read once.

    Examples
    --------
    >>> without_markup("Great<br />value &amp; <b>fast</b>, I <3 it &lt;3 a < b > c")
    'Great value & fast, I <3 it <3 a < b > c'
    """
    if "&" in text:
        text = _ENTITY.sub(_character, _WRITTEN_TWICE.sub("&", text))
    if "<" in text:
        text = _TAG.sub(_gap, _UNREAD.sub(" ", text))
    return text


def has_markup(text: str) -> bool:
    """Tell whether ``without_markup`` would change a text."""
    return ("&" in text or "<" in text) and without_markup(text) != text


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    if name.startswith("#"):
        return html.unescape(entity[0])
    return html5.get(f"{name};", entity[0])


def _gap(tag: re.Match[str]) -> str:
    return "" if tag[1] else " "
