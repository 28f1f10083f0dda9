"""Widgets whose own words follow the language of the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import gradio as gr

from ui.views.words import words_in

if TYPE_CHECKING:
    from ui.views.words import Words

Widget = TypeVar("Widget")


class Labels:
    """The widgets of a page, and which of their properties hold words of ours."""

    def __init__(self) -> None:
        self._widgets: list[Any] = []
        self._keys: list[dict[str, str]] = []
        self._first = words_in("en")

    def put(self, make: type[Widget], keys: dict[str, str], **properties: Any) -> Widget:  # noqa: ANN401
        """Make a widget.

        Parameters
        ----------
        keys
            Property to the key of its words: ``{"label": "ask.question"}``.
        """
        said = {name: self._first[key] for name, key in keys.items()}
        widget = make(**said, **properties)
        self._widgets.append(widget)
        self._keys.append(keys)
        return widget

    @property
    def widgets(self) -> list[Any]:
        """All of them, in the order of ``updates``."""
        return list(self._widgets)

    def updates(self, words: Words) -> list[Any]:
        """Give each widget its words."""
        said: list[dict[str, Any]] = [
            {name: words[key] for name, key in keys.items()} for keys in self._keys
        ]
        return [gr.update(**each) for each in said]
