"""Write docs/shortfalls.md: every figure on file that misses what it should reach, and why.

The figures come from the results on file, the reasons from ``shortfalls.toml``: by benchmark, by
how the name of a figure begins. Tests hold that every shortfall has a reason, that no reason is
left over, and that the page says what is on file.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reporting import RESULTS, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

REASONS: Final = Path(__file__).with_suffix(".toml")
PAGE: Final = Path(__file__).parents[1] / "docs" / "shortfalls.md"
HEAD: Final = """\
# Where figures fall short

<!-- written by: python benchmarks/shortfalls.py -->

Of {judged} figures that have something to reach, these {count} miss it, as far as was measured;
what keeps them from it stands beside, and 95 % intervals in square brackets. All figures
are in [benchmarks/results](../benchmarks/results).

| measured by | what | here | reach | best peer | what limits it |
|---|---|---|---|---|---|
"""


def judged() -> Iterator[tuple[str, Figure]]:
    """Yield the figures on file that have something to reach, with their benchmark."""
    for file in sorted(RESULTS.glob("*.json")):
        for told in json.loads(file.read_text(encoding="utf-8"))["figures"]:
            figure = Figure(**told)
            if figure.reach is not None:
                yield file.stem, figure


def reasons() -> dict[tuple[str, str], str]:
    """Give what limits a figure, by benchmark and how its name begins."""
    told = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    return {
        (benchmark, begins): " ".join(reason.split())
        for benchmark, by_name in told.items()
        for begins, reason in by_name.items()
    }


def reason_of(benchmark: str, figure: Figure) -> tuple[str, str] | None:
    """Give the key of the reason that speaks of a figure most closely; None where none does."""
    fitting = [key for key in reasons() if key[0] == benchmark and figure.name.startswith(key[1])]
    return max(fitting, key=lambda key: len(key[1]), default=None)


def page() -> str:
    """Write the page."""
    known = list(judged())
    short = [(benchmark, figure) for benchmark, figure in known if figure.falls_short]
    told = reasons()
    rows = []
    for benchmark, figure in short:
        key = reason_of(benchmark, figure)
        peer = "" if figure.peer is None else f"{figure.peer_value:.3g} ({figure.peer})"
        span = "" if figure.low is None else f" [{figure.low:.3g}, {figure.high:.3g}]"
        here = f"{figure.value:.4g}{span} {figure.unit}"
        sign = "≥" if figure.better == "higher" else "≤"
        cells = (f"`{benchmark}.py`", figure.name, here, f"{sign} {figure.reach:g}", peer,
                 told[key] if key else "")  # fmt: skip
        rows.append(f"| {' | '.join(cells)} |\n")
    return HEAD.format(judged=len(known), count=len(short)) + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
