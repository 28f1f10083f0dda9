"""Whether HTML could make a browser send something."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

_INERT: Final = ("data-", "aria-", "title", "alt", "value", "placeholder", "lang", "id", "class")


def calls_out(html: str, url: str) -> list[str]:
    """List the tags that would load, run or open something, or that name an address.

    Parameters
    ----------
    url
        Of the listener that payloads call.
    """
    reader = _Reader(url)
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self.found: list[str] = []
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name.startswith("on") or (
                self._url in (value or "") and not name.startswith(_INERT)
            ):
                self.found.append(f"{tag} {name}")
        if tag in {"iframe", "object", "embed", "link", "base", "meta"}:
            self.found.append(tag)
        self._within = tag

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's shape
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within in {"script", "style"} and self._url in data:
            self.found.append(self._within)
