"""What every tab is built with, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from ui.people import may

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.live import Live
    from ui.page_tabs.labels import Labels
    from ui.people import Action, Person

PRIVATE: Final[dict[str, Any]] = {"api_visibility": "private", "show_progress": "hidden"}
"""What every event has: no way in of its own, no veil over what is being renewed."""


@dataclass(frozen=True, slots=True)
class Site:
    """A page being built.

    Parameters
    ----------
    language
        Holds the code of the visitor's language.
    reserved
        Blocks that are shown to those alone who may do what they are for.
    """

    live: Live
    labels: Labels
    language: gr.Radio
    reserved: list[tuple[Any, Action]] = field(default_factory=list)

    def shown(self, person: Person) -> list[Any]:
        """Give an update for each reserved block."""
        return [gr.update(visible=may(person, action)) for _, action in self.reserved]


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a tab shows anew when it is opened or the language changes.

    Parameters
    ----------
    show
        From the values of ``inputs``, the language first, to those of ``outputs``.
    """

    show: Callable[..., Any]
    inputs: list[Any]
    outputs: list[Any]


def clicks(name: str, **kept: str) -> str:
    """Write what a piece of our own HTML does when a button in it is clicked.

    Parameters
    ----------
    name
        Event of the widget that is triggered.
    kept
        Attribute of the button, as ``data-`` has it, to the name its value has in the event.
    """
    parts = [
        f"const {attribute} = event.target.closest('[data-{attribute}]'); "
        f"if ({attribute}) trigger('{name}', {{kind: '{attribute}', value: "
        f"{attribute}.dataset.{attribute}, about: {attribute}.dataset.{about} ?? ''}});"
        for attribute, about in kept.items()
    ]
    return f"element.addEventListener('click', (event) => {{ {' '.join(parts)} }});"
