"""How many defects planted by mutmut the tests see, in what must not break unseen.

Run ``make mutants``, which plants them first; this reads what became of each. A part of which not
every defect was tried says so in its details.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reporting import ROOT, Figure, Report, options

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PARTS: Final = {
    "the gate": ("signals/intake/gate.py", "signals/intake/checks.py"),
    "the ledger": ("signals/batch.py", "signals/snapshot.py"),
    "the verifier": ("agent/writing/verify.py",),
    "the registry": ("signals/artefacts.py",),
}
_SURVIVED: Final = (0, 5, 33)  # the tests pass, or none comes by
_NOT_TRIED: Final = (None, 2, 34, 35)  # left out, or broken off
_TIMED_OUT: Final = (36, 24, -24, 152, 255)
_REACH: Final = 0.8


@dataclass(frozen=True, slots=True)
class Defects:
    """How many were planted in a part, and what became of them.

    Parameters
    ----------
    seen
        Those with which a test failed or did not end.
    timed_out
        Those of them with which the tests did not end.
    """

    planted: int
    tried: int
    seen: int
    timed_out: int


def count(folder: Path, files: Iterable[str]) -> Defects:
    """Count the defects in some files from what mutmut left in its folder."""
    ends: list[int | None] = []
    for file in files:
        meta = folder / f"{file}.meta"
        if meta.exists():
            ends += json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"].values()
    tried = [end for end in ends if end not in _NOT_TRIED]
    return Defects(
        planted=len(ends),
        tried=len(tried),
        seen=sum(end not in _SURVIVED for end in tried),
        timed_out=sum(end in _TIMED_OUT for end in tried),
    )


def main() -> None:
    """Count, for each part that was tried."""
    parser = options(__doc__.splitlines()[0] if __doc__ else "")
    chosen = parser.parse_args()
    report = Report("mutants", "this code, changed by mutmut", ("mutmut",))
    for part, files in PARTS.items():
        found = count(ROOT / "mutants", files)
        if not found.tried:
            print(f"{part}: not tried")
            continue
        report.details[part] = {
            "planted": found.planted,
            "tried": found.tried,
            "seen": found.seen,
            "timed out": found.timed_out,
            "files": files,
        }
        share = found.seen / found.tried
        report.add(Figure(f"defects seen in {part}", share, "share", "higher", _REACH))
    if not report.figures:
        sys.exit("nothing was planted; run: make mutants")
    report.finish(chosen)


if __name__ == "__main__":
    main()
