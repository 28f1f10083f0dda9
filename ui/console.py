"""What commands print: tables and bars for people, one JSON object for programs."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from signals import Progress as ProgressCallback

_BARS: Final = "▁▂▃▄▅▆▇█"
_TINY: Final = 1e-9
_SILENCE_S: Final = 10.0  # longest time without a word where there are no bars

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)


def print_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print one JSON value to standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def sparkline(values: Iterable[float]) -> str:
    """Draw amounts as bars, the highest full.

    Examples
    --------
    >>> sparkline([0, 2, 4, 8])
    '▁▂▄█'
    """
    amounts = list(values)
    top = max([*amounts, _TINY])
    return "".join(_BARS[int(max(value, 0.0) / top * (len(_BARS) - 1))] for value in amounts)


def print_next(*commands: str) -> None:
    """Say which commands make sense now."""
    out.print("\n[bold]Next[/bold]")
    for command in commands:
        out.print(f"  {command}", highlight=False, markup=False)


@contextmanager
def bars(*, quiet: bool = False) -> Iterator[ProgressCallback]:
    """Draw one bar a step on standard error; with ``quiet``, draw nothing.

    Where standard error is no terminal, lines tell how far it is.
    """
    if quiet:
        yield lambda _step, _done, _total: None
    elif err.is_terminal:
        with _live_bars() as callback:
            yield callback
    else:
        yield _lines()


@contextmanager
def _live_bars() -> Iterator[ProgressCallback]:
    columns = (
        TextColumn("{task.description:<34}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=err) as progress:

        def advance(step: str, done: int, total: int) -> None:
            name = _name(step)
            if name not in tasks:
                tasks[name] = progress.add_task(step, total=total)
            progress.update(tasks[name], description=step, completed=done, total=total)

        yield advance


def _lines() -> ProgressCallback:
    """Tell of a step when it ends, and every ten seconds before."""
    started: dict[str, float] = {}
    told: dict[str, float] = {}

    def advance(step: str, done: int, total: int) -> None:
        now, name = time.perf_counter(), _name(step)
        began = started.setdefault(name, now)
        if done >= total:
            err.print(f"{step}: {total:,} in {now - began:.1f} s", highlight=False)
            started.pop(name)
            told.pop(name, None)
        elif now - told.setdefault(name, now) > _SILENCE_S:
            err.print(f"{step}: {done:,} of {total:,}", highlight=False)
            told[name] = now

    return advance


def _name(step: str) -> str:
    """Leave out what a step tells beside its name, after a colon."""
    return step.partition(":")[0]
