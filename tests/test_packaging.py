"""Five folders with everyday names are one installable thing that starts quickly."""

from __future__ import annotations

import resource
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
BANNED = PROJECT["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-module-level-imports"]
HEAVY = [*BANNED, "scipy", "sklearn"]
HELP_S = 0.5


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_five_packages_are_what_is_built():
    assert sorted(PACKAGES) == ["agent", "forecasting", "retrieval", "signals", "ui"]


@pytest.mark.parametrize("name", PACKAGES)
def test_an_import_finds_this_repository(name):
    found = import_module(name).__file__

    assert found is not None
    assert Path(found).is_relative_to(ROOT)


@pytest.mark.parametrize("name", PACKAGES)
def test_no_other_distribution_brings_the_name(name):
    others = set(packages_distributions().get(name, [])) - {PROJECT["project"]["name"]}

    assert not others, f"{others} installs a package {name!r} too; one of them must go"


@pytest.mark.parametrize("name", PACKAGES)
def test_a_front_offers_what_it_imports_and_lists_it_in_order(name):
    front = import_module(name)
    bound = {
        key
        for key, value in vars(front).items()
        if not key.startswith("_") and not isinstance(value, ModuleType)
    }
    listed = list(getattr(front, "__all__", []))

    assert set(listed) == bound
    assert listed == sorted(listed, key=lambda key: (not key.isupper(), not key[0].isupper(), key))


def test_fronts_and_command_line_load_nothing_heavy():
    code = f"""
import sys, {", ".join(PACKAGES)}, ui.cli
loaded = sorted(set({HEAVY!r}) & set(sys.modules))
print(*loaded)
"""

    done = python(code)

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def processor_seconds() -> float:
    """What child processes have taken; how busy the machine is does not count."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_help_comes_at_once():
    code = "import sys; from ui.cli import main; sys.argv[0] = 'groundswell'; main()"
    seconds = []
    for _ in range(5):
        began = processor_seconds()
        done = python(code, "--help")
        seconds.append(processor_seconds() - began)
        assert done.returncode == 0, done.stderr

    assert "groundswell" in done.stdout
    assert min(seconds) < HELP_S, f"the quickest of {len(seconds)} took {min(seconds):.2f} s"


def test_every_package_carries_its_type_marker():
    assert all((ROOT / name / "py.typed").is_file() for name in PACKAGES)
