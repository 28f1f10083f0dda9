"""README names every command and every setting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from forecasting import EXPERTS
from ui.cli import app
from ui.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(get_command(app).commands)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name):
    assert re.search(rf"groundswell {name}\b", README)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readme_with_its_environment_name(name):
    assert f"`{name}`" in README
    assert PREFIX in README


@pytest.mark.parametrize("name", EXPERTS)
def test_every_expert_is_in_the_readme(name):
    assert f"| `{name.replace(' ', '-')}` |" in README


def test_every_link_to_a_file_leads_somewhere():
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", README)

    missing = [t for t in targets if not (ROOT / t).exists()]

    assert not missing


def test_every_figure_that_falls_short_says_why(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    from shortfalls import PAGE, judged, page, reason_of, reasons

    short = [(benchmark, figure) for benchmark, figure in judged() if figure.falls_short]
    given = {reason_of(benchmark, figure) for benchmark, figure in short}

    assert not [figure.name for benchmark, figure in short if reason_of(benchmark, figure) is None]
    assert not reasons().keys() - given, "what reaches its value needs no reason any more"
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python benchmarks/shortfalls.py"


def test_the_figures_are_those_on_file(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    from readme_figures import with_table

    assert with_table(README) == README, "run: python benchmarks/readme_figures.py"
