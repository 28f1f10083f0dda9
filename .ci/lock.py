"""Lock what ``.ci/run`` installs, with hashes: Python 3.11 on Linux x86_64, CPU build of torch.

    make lock      after every change of a dependency in pyproject.toml

pip resolves, from the indexes that it is set up with; nothing is installed. One hash a file: the
wheel that pip would take here. Three files, because what builds must be there before anything is
built, and because the CPU build of torch is not in every index: ``make setup LOCKED=1`` says so
where it has to take another one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any, Final

from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parents[1]
LOCKS: Final = ROOT / "locks"
_PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_OWN: Final = _PROJECT["project"]["name"]
_BUILDERS: Final = (*_PROJECT["build-system"]["requires"], "editables>=0.5,<1", "setuptools<90")
"""What builds this project, in place too, and those few dependencies that come as sources."""
_HEAD: Final = "# Made by make lock for Python 3.11 on Linux x86_64; do not edit.\n"


def main() -> None:
    """Write the three files."""
    if sys.version_info[:2] != (3, 11) or sys.platform != "linux":
        sys.exit(f"found Python {sys.version.split()[0]} on {sys.platform}; lock on 3.11 and Linux")
    torch = (ROOT / "constraints.txt").read_text(encoding="utf-8").strip() + "+cpu"
    whole = _resolved(torch, f"{ROOT}[dev]", *_BUILDERS)
    builders = _resolved(*_BUILDERS)
    LOCKS.mkdir(exist_ok=True)
    rest = set(whole) - {"torch", canonicalize_name(_OWN)}
    _write("torch-cpu.lock", whole, {"torch"})
    _write("build.lock", whole, set(builders))
    _write("all.lock", whole, rest)
    print(f"locked {len(rest)} distributions and torch")


def _resolved(*wanted: str) -> dict[str, dict[str, Any]]:
    """Ask pip what it would install; name to what it reports."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
        asked = [*pip, "--dry-run", "--ignore-installed", "--report", str(report), *wanted]
        subprocess.run(asked, check=True, cwd=ROOT)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {canonicalize_name(each["metadata"]["name"]): each for each in found}


def _write(file: str, resolved: dict[str, dict[str, Any]], names: set[str]) -> None:
    lines = []
    for name in sorted(names):
        version = resolved[name]["metadata"]["version"]
        digest = resolved[name]["download_info"]["archive_info"]["hashes"]["sha256"]
        lines.append(f"{name}=={version} --hash=sha256:{digest}\n")
    (LOCKS / file).write_text(_HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
