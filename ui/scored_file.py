"""What ``groundswell sentiment score`` prints when a file is scored."""

from __future__ import annotations

import shlex
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from ui.console import out as console
from ui.console import print_next

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

    from signals import FileScores

_MEANING: Final = {
    "empty": "nothing to read, no score",
    "no_words": "emoji, punctuation or digits only",
    "truncated": "longer than the model reads",
    "too_long": "only the start was looked at",
    "html": "tags or entities taken out",
    "invisible": "zero-width or control characters taken out",
    "undecodable": "damaged characters",
    "right_to_left": "right-to-left script",
    "mixed_script": "scripts mixed in a word, or rarely seen together",
    "unknown_language": "not English, Chinese or Portuguese",
    "personal_data": "masked before reading",
}


def print_file_scores(found: FileScores, file: Path, out: Path, *, guessed: bool) -> None:
    """Print shares, languages and flags of a scored file, and what to do next."""
    how = "guessed; another one: --text COLUMN" if guessed else "as asked"
    console.print()
    console.print(Text(f"Texts from column {found.column!r} ({how}), scored by {found.model_id}"))
    shares = "   ".join(f"{name} {share:.0%}" for name, share in found.shares.items())
    console.print(Text(f"  {found.scored:,} of {found.rows:,} rows scored:   {shares}"))
    if found.languages:
        console.print(Text(f"  languages:   {_counts(found.languages)}"))
    for flag, count in found.flags.most_common():
        console.print(Text(f"  {flag:<17} {count:>9,}   {_MEANING.get(flag, '')}"))
    if found.left_out:
        console.print(Text(f"  {found.left_out:,} lines held no row and were left out"))
    console.print(Text(f"They are in {out}"))
    print_next(
        f"groundswell ingest {shlex.quote(str(file))}   "
        "# if it has products and days: alerts and forecasts from it"
    )


def file_scores_record(found: FileScores, out: Path) -> dict[str, Any]:
    """Say the same for programs."""
    record = {field.name: getattr(found, field.name) for field in fields(found)}
    return {**record, "shares": found.shares, "out": str(out)}


def _counts(counter: Counter[str]) -> str:
    return "   ".join(f"{name} {count:,}" for name, count in counter.most_common())
