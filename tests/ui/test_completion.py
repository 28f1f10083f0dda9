"""A shell completes commands and options."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from ui.cli import app


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("groundswell rep", {"replay", "report"}),
        ("groundswell forecast what", {"what-if"}),
        ("groundswell report --wee", {"--week"}),
        ("groundswell report --language ", {"en", "zh", "pt"}),
    ],
)
def test_bash_is_offered_what_fits(typed, offered):
    words = typed.split(" ")
    asked = {
        "_GROUNDSWELL_COMPLETE": "complete_bash",
        "COMP_WORDS": typed.rstrip(),
        "COMP_CWORD": str(len(words) - 1),
    }

    result = CliRunner().invoke(app, [], prog_name="groundswell", env=asked)

    assert set(result.stdout.split()) == offered
