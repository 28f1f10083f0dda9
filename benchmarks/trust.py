"""Every proof of trust, at full size, with one table at the end.

A proof is a file of ``benchmarks/proofs`` with a function ``prove(size)`` that yields figures, each
with what it must reach. Each proof runs in a process of its own, two at a time; what it prints is
shown when it falls short. What a proof found is on file as soon as it has ended.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from proofs.size import Size
from reporting import RESULTS, ROOT, Figure, Report, options
from rich.console import Console
from rich.table import Table

PROOFS: Final = {
    "no_future": "what comes later changes nothing told before",
    "deaths": "processes killed at random points",
    "broken_files": "mutated files and bombs against the reader",
    "dirty_files": "what a polluted sales file becomes",
    "full_disk": "full disk, read-only folder, eight writers",
    "damage": "flipped bits and cut files",
    "injection": "hostile texts against models that obey them",
    "people": "tenants and roles through every door",
    "endpoints": "twenty-four ways in which an endpoint fails",
    "api_fuzz": "the REST interface under generated requests",
    "leaks": "planted leaks are caught, none is seen on clean code",
    "personal_data": "identifiers are masked, kept out and erased",
    "audit": "the audit log shows every edit",
    "drift": "drift that is there is seen, none is cried",
}
"""What each proves, the longest first: else one core waits while the other runs the last."""


def main() -> None:
    """Run the named proofs, or all."""
    parser = options(__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("proofs", nargs="*", metavar="PROOF", help=", ".join(PROOFS))
    parser.add_argument("--jobs", type=int, default=2, help="proofs at a time, 2 unless told")
    parser.add_argument("--figures", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.proofs) - set(PROOFS))
    if unknown:
        parser.error(f"no proof is called {', '.join(unknown)}; there are {', '.join(PROOFS)}")
    if chosen.figures:
        _one(chosen.proofs[0], Size.SMALL if chosen.quick else Size.FULL, chosen.figures)
        return
    _all(chosen.proofs or list(PROOFS), chosen)


def _one(name: str, size: Size, kept: Path) -> None:
    figures: list[dict[str, object]] = []
    for figure in importlib.import_module(f"proofs.{name}").prove(size):
        figures.append(asdict(figure))
        kept.write_text(json.dumps(figures), encoding="utf-8")


def _all(names: list[str], chosen: argparse.Namespace) -> None:
    report = Report("trust", "made here, seeded; see each proof")
    console = Console()
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(chosen.jobs) as pool,
        console.status(f"{len(names)} proofs to run") as status,
    ):
        started = {
            pool.submit(_in_child, name, Path(folder), quick=chosen.quick): name for name in names
        }
        broken: list[str] = []
        rows: list[tuple[str, Figure]] = []
        for done in as_completed(started):
            name = started.pop(done)
            code, seconds, printed, figures = done.result()
            console.print(f"{name}: {PROOFS[name]} ({seconds:.0f} s)", highlight=False)
            if code:
                broken.append(name)
            if code or any(figure.falls_short for figure in figures):
                console.print(printed, markup=False, highlight=False)
            report.details[name] = {"seconds": round(seconds, 1), "ended": code}
            rows.extend((name, figure) for figure in figures)
            rows.sort(key=lambda row: names.index(row[0]))
            report.figures = [
                replace(figure, name=_full(name, figure.name)) for name, figure in rows
            ]
            if not chosen.quick:
                _keep_the_others(report, set(names) - set(started.values()))
                report.write()
            status.update(f"still to come: {', '.join(started.values())}")
    console.print(_table(rows))
    if broken:
        console.print(f"broke off: {', '.join(broken)}; run one alone to see why", style="red")
        sys.exit(1)
    report.finish(chosen)


def _full(proof: str, name: str) -> str:
    return name if name.startswith(f"{proof}: ") else f"{proof}: {name}"


def _keep_the_others(report: Report, ended: set[str]) -> None:
    """Keep on file what was found of the proofs that have not ended this time."""
    file = RESULTS / f"{report.benchmark}.json"
    if not file.exists():
        return
    known = json.loads(file.read_text(encoding="utf-8"))
    others = [each for each in known["figures"] if each["name"].partition(": ")[0] not in ended]
    report.figures.extend(Figure(**each) for each in others)
    report.figures.sort(key=lambda figure: [*PROOFS].index(figure.name.partition(": ")[0]))
    details = {name: told for name, told in known.get("details", {}).items() if name not in ended}
    report.details = {**details, **report.details}


def _in_child(name: str, folder: Path, *, quick: bool) -> tuple[int, float, str, list[Figure]]:
    kept = folder / f"{name}.json"
    command = [sys.executable, __file__, name, "--figures", str(kept)]
    began = time.perf_counter()
    ended = subprocess.run(
        [*command, "--quick"] if quick else command,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    figures = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
    seconds = time.perf_counter() - began
    return ended.returncode, seconds, ended.stdout, [Figure(**figure) for figure in figures]


def _table(rows: list[tuple[str, Figure]]) -> Table:
    table = Table("proof", "what", "found", "reach", "", title="Trust")
    for name, figure in rows:
        sign = "<=" if figure.better == "lower" else ">="
        reach = "" if figure.reach is None else f"{sign} {figure.reach:g}"
        verdict = "[red]missed[/]" if figure.falls_short else "[green]holds[/]"
        found = f"{figure.value:g} {figure.unit}"
        table.add_row(name, figure.name, found, reach, verdict if reach else "")
    return table


if __name__ == "__main__":
    main()
