"""How many defects planted by mutmut the tests see, in what must not break unseen.

Run ``make mutants``, which plants them first; this reads what became of each.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Final

from reporting import ROOT, Figure, Report, options

PARTS: Final = {
    "the gate": ("signals/intake/gate.py", "signals/intake/checks.py"),
    "the ledger": ("signals/batch.py", "signals/snapshot.py"),
    "the verifier": ("agent/writing/verify.py",),
    "the registry": ("signals/artefacts.py",),
}
_SURVIVED: Final = (0, 5, 33)  # the tests pass, or none comes by
_NOT_TRIED: Final = (None, 2, 34, 35)  # left out, or broken off
_REACH: Final = 0.8


def main() -> None:
    """Count, for each part that was tried."""
    parser = options(__doc__.splitlines()[0] if __doc__ else "")
    chosen = parser.parse_args()
    report = Report("mutants", "this code, changed by mutmut", ("mutmut",))
    for part, files in PARTS.items():
        ended = Counter[bool]()
        for file in files:
            meta = ROOT / "mutants" / f"{file}.meta"
            codes = json.loads(meta.read_text(encoding="utf-8")) if meta.exists() else {}
            ended.update(
                code not in _SURVIVED
                for code in codes.get("exit_code_by_key", {}).values()
                if code not in _NOT_TRIED
            )
        if not ended.total():
            print(f"{part}: not tried")
            continue
        report.details[part] = {"planted": ended.total(), "seen": ended[True], "files": files}
        share = ended[True] / ended.total()
        report.add(Figure(f"defects seen in {part}", share, "share", "higher", _REACH))
    if not report.figures:
        sys.exit("nothing was planted; run: make mutants")
    report.finish(chosen)


if __name__ == "__main__":
    main()
