"""What people say, printed for a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ui.console import out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from signals import ProductTalk, Quote, Shares

_HALF: Final = 12  # characters of the chart on either side of zero
_WIDTH: Final = 78
_TONES: Final = {"negative": "red", "neutral": "dim", "positive": "green"}


def print_talk(talk: ProductTalk) -> None:
    """Print shares and movement, the weeks, aspects, topics, rising words and quotes."""
    now, before = talk.now, talk.before
    out.print(Text(talk.name, style="bold"))
    if not now.documents:
        out.print(
            f"Nobody wrote about it from {now.start} to {now.end}; "
            f"{before.documents} texts from {before.start} to {before.end}.",
            highlight=False,
        )
        return
    out.print(
        f"{now.documents} texts from {now.start} to {now.end}, "
        f"{before.documents} in the {len(talk.weeks)} weeks before.",
        highlight=False,
    )
    out.print(_shares(now, before))
    out.print(_movement(talk), highlight=False)
    out.print(_weeks(talk.weeks))
    if talk.aspects:
        out.print(_aspects(talk))
    _print_topics(talk)
    _print_rising(talk)
    _print_quotes("What the unhappy say", talk.negative_quotes)
    _print_quotes("What the happy say", talk.positive_quotes)


def _plain_table(title: str) -> Table:
    return Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1)
    )


def _shares(now: Shares, before: Shares) -> Table:
    table = _plain_table("")
    for head in ("Texts", "Now", "Before"):
        table.add_column(head, justify="right")
    table.add_column("Tone")
    table.add_column("")
    for tone, style in _TONES.items():
        share = getattr(now, f"{tone}_share")
        was = f"{getattr(before, f'{tone}_share'):.0%}" if before.documents else "-"
        bar = Text("█" * round(share * 2 * _HALF), style=style)
        table.add_row(str(getattr(now, tone)), f"{share:.0%}", was, tone, bar)
    return table


def _movement(talk: ProductTalk) -> str:
    mean = f"Mean polarity {talk.now.polarity:+.2f} (-1 to +1)"
    if talk.polarity_change is None or talk.negative_share_change is None:
        return f"{mean}; nobody wrote in the weeks before."
    points = f"{100 * talk.negative_share_change:+.0f} points"
    return f"{mean}, {talk.polarity_change:+.2f} against before; negative share {points}."


def _weeks(weeks: Iterable[Shares]) -> Table:
    table = _plain_table("Polarity by week")
    table.add_column("Week from", no_wrap=True)
    table.add_column("Texts", justify="right")
    table.add_column("Polarity", justify="right")
    table.add_column(f"{'-1':<{_HALF}}0{'+1':>{_HALF}}", no_wrap=True)
    for week in weeks:
        known = "" if week.polarity is None else f"{week.polarity:+.2f}"
        table.add_row(week.start, str(week.documents), known, _bar(week.polarity))
    return table


def _bar(polarity: float | None) -> Text:
    """Draw a polarity to the left or right of zero."""
    if polarity is None:
        return Text(" " * _HALF + "│", style="dim")
    size = round(abs(polarity) * _HALF)
    left = "█" * size if polarity < 0 else ""
    right = "█" * size if polarity > 0 else ""
    bar = Text(f"{left:>{_HALF}}", style="red")
    return bar.append("│", style="dim").append(right, style="green")


def _aspects(talk: ProductTalk) -> Table:
    by_words = " (by a table of words)" if talk.aspects_from == "words" else ""
    table = _plain_table(f"Aspects{by_words}")
    table.add_column("Aspect")
    table.add_column("Texts", justify="right")
    table.add_column("Polarity", justify="right")
    table.add_column(f"{'-1':<{_HALF}}0{'+1':>{_HALF}}", no_wrap=True)
    for row in talk.aspects:
        polarity = f"{row.polarity:+.2f}"
        table.add_row(row.aspect, str(row.documents), polarity, _bar(row.polarity))
    return table


def _print_topics(talk: ProductTalk) -> None:
    out.print("[bold]Topics[/bold]")
    for topic in talk.topics:
        words = ", ".join(topic.keywords) or "no word in common"
        figures = f"{topic.documents} texts, {topic.negative:.0%} negative"
        _print_indented(Text(f"{words}  ").append(figures, style="dim"), 2)
        _print_indented(Text(f"“{topic.quote}” ").append(topic.doc_id, style="dim"), 4)


def _print_rising(talk: ProductTalk) -> None:
    if talk.rising:
        out.print("\n[bold]Said more than before[/bold]")
        words = ", ".join(f"{word.term} ({word.now}, was {word.before})" for word in talk.rising)
        _print_indented(Text(words), 2)


def _print_quotes(title: str, quotes: Iterable[Quote]) -> None:
    if quotes:
        out.print(f"\n[bold]{title}[/bold]")
    for quote in quotes:
        source = ", ".join(filter(None, (quote.day, quote.lang, quote.doc_id)))
        _print_indented(Text(f"“{quote.text}” ").append(source, style="dim"), 2)


def _print_indented(text: Text, spaces: int) -> None:
    """Wrap a text at the width; texts of customers are never read as markup."""
    padded = Padding(text, (0, 0, 0, spaces))
    out.print(padded, soft_wrap=False, width=min(_WIDTH, out.width), highlight=False)
