"""Proofs that fork run small in a process of their own, whose libraries have no threads yet."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

_BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
_SCRIPT = """
import json, sys
from dataclasses import asdict
from proofs import deaths, full_disk
from proofs.size import Size
told = {
    proof.__name__: [{**asdict(f), "short": f.falls_short} for f in proof.prove(Size.SMALL)]
    for proof in (deaths, full_disk)
}
print(json.dumps(told))
"""


@cache
def small_figures() -> dict[str, list[dict[str, object]]]:
    """Give the figures of both proofs, by the name of their module."""
    ended = subprocess.run(
        [sys.executable, "-c", _SCRIPT], cwd=_BENCHMARKS, capture_output=True, text=True,
        check=False, timeout=580,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    told: dict[str, list[dict[str, object]]] = json.loads(ended.stdout.splitlines()[-1])
    return told
