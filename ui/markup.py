"""Pieces of the page in HTML. Data goes through ``Markup.format``, which escapes it.

Never build HTML from data by an f-string or ``+``: the page shows reviews that strangers wrote.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Quote:
    """A review as it is shown.

    Parameters
    ----------
    number
        What ``[n]`` in the answer refers to; None where nothing does.
    text
        Word for word.
    where
        Day, stars, language, product: what tells the reader who says it.
    anchor
        Unique on the page, so that ``[n]`` finds it; empty where ``number`` is None.
    whole
        The whole review where ``text`` is a part of it.
    """

    text: str
    where: Sequence[str]
    stars: float | None = None
    number: int | None = None
    anchor: str = ""
    whole: str = ""


def join(pieces: Iterable[Markup]) -> Markup:
    """Put pieces one after another."""
    return Markup("").join(pieces)


def anew(piece: Markup) -> Markup:
    """Have the browser lay a piece out anew, even where it was sent the same before.

    What the page's script has moved into it since then goes.
    """
    return Markup('<div data-anew="{}">{}</div>').format(secrets.token_hex(4), piece)


def moved(piece: Markup, target: str, *, instead: bool = False) -> Markup:
    """Have the page's script move a piece to the end of what has this id, or to its place."""
    return Markup('<template data-{}="{}">{}</template>').format(
        "instead" if instead else "into", target, piece
    )


def banner(text: str, *, refusal: bool = False) -> Markup:
    """Say calmly what the reader should know before reading on."""
    return Markup('<p class="gs-banner{}" role="note">{}</p>').format(
        " gs-refusal" if refusal else "", text
    )


def chips(questions: Iterable[str], label: str) -> Markup:
    """Offer questions to click; the page's script asks what ``data-ask`` says."""
    chip = Markup('<button type="button" class="gs-chip" data-ask="{}">{}</button>')
    buttons = [chip.format(question, question) for question in questions]
    if not buttons:
        return Markup("")
    return Markup('<div class="gs-chips" role="group" aria-label="{}">{}</div>').format(
        label, join(buttons)
    )


def tabs(names: Mapping[str, str], chosen: str, place: int) -> Markup:
    """Offer the series of an answer to choose from; one alone needs no choice.

    Parameters
    ----------
    names
        Series id to name.
    place
        Of the answer in the conversation.
    """
    if len(names) == 1:
        return Markup("")
    tab = Markup(
        '<button type="button" class="gs-chip" data-series="{}" data-turn="{}" aria-pressed="{}">'
        "{}</button>"
    )
    pressed = {True: "true", False: "false"}
    buttons = [tab.format(one, place, pressed[one == chosen], name) for one, name in names.items()]
    return Markup(
        '<div class="gs"><div class="gs-chips gs-tabs" role="group">{}</div></div>'
    ).format(join(buttons))


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Iterable[int] = (),
    total: bool = False,
) -> Markup:
    """Write a table of texts.

    Parameters
    ----------
    numbers
        Columns, by place, that stand to the right.
    total
        Whether the last row sums the others.
    """
    right = [
        Markup(' class="gs-right"') if i in set(numbers) else Markup("") for i in range(len(head))
    ]
    th = join(Markup('<th scope="col"{}>{}</th>').format(right[i], h) for i, h in enumerate(head))
    lines = [
        join(Markup("<td{}>{}</td>").format(right[i], cell) for i, cell in enumerate(row))
        for row in rows
    ]
    last = len(lines) - 1 if total else -1
    body = join(
        Markup("<tr{}>{}</tr>").format(Markup(' class="gs-sum"') if i == last else Markup(""), line)
        for i, line in enumerate(lines)
    )
    return Markup(
        '<div class="gs-scroll" tabindex="0"><table><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(th, body)


def fold(summary: str, body: Markup) -> Markup:
    """Hide a part until it is asked for."""
    return Markup("<details><summary>{}</summary>{}</details>").format(summary, body)


def quotes(items: Iterable[Quote]) -> Markup:
    """List reviews word for word."""
    return Markup('<ul class="gs-quotes">{}</ul>').format(join(_quote(item) for item in items))


def empty(title: str, text: str, command: str = "") -> Markup:
    """Say why there is nothing here and what to do about it."""
    hint = Markup("<p><code>{}</code></p>").format(command) if command else Markup("")
    return Markup(
        '<div class="gs"><div class="gs-empty"><h2>{}</h2><p>{}</p>{}</div></div>'
    ).format(title, text, hint)


def no_run() -> Markup:
    """Say what to do before the first run."""
    return empty(
        "Nothing has been forecast here yet",
        "Bring in your data and run it, or look at the demo shop first:",
        "groundswell demo",
    )


def pairs(items: Iterable[tuple[str, str]], kind: str) -> Markup:
    """Write names and values side by side."""
    each = Markup("<div><dt>{}</dt><dd>{}</dd></div>")
    return Markup('<dl class="{}">{}</dl>').format(kind, join(each.format(n, v) for n, v in items))


def _quote(item: Quote) -> Markup:
    number = "" if item.number is None else f"[{item.number}]"
    stars = Markup("") if item.stars is None else _stars(item.stars)
    where = " · ".join(item.where)
    whole = Markup("<blockquote>{}</blockquote>").format(item.whole)
    return Markup(
        '<li id="{}"><span class="gs-n">{}</span><div><q>{}</q><div class="gs-quiet">{} {}</div>{}'
        "</div></li>"
    ).format(
        item.anchor,
        number,
        item.text,
        stars,
        where,
        fold("The whole text", whole) if item.whole else "",
    )


def _stars(stars: float) -> Markup:
    full = max(0, min(5, round(stars)))
    return Markup(
        '<span class="gs-stars" role="img" aria-label="{} of 5 stars">{}{}</span>'
    ).format(f"{stars:g}", "★" * full, "☆" * (5 - full))
