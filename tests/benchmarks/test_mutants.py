"""Planted defects are counted as what became of them."""

from __future__ import annotations

import json
from importlib import import_module

import pytest
from reporting import ROOT

mutants = import_module("mutants")  # make mutants leaves a folder of this name


@pytest.mark.parametrize(
    ("ends", "counted"),
    [
        ([1, 1, 0, 3], (4, 4, 3, 0)),
        ([1, 33, 5, 0], (4, 4, 1, 0)),  # no test came by
        ([1, None, 2, None], (4, 1, 1, 0)),  # not tried, or broken off
        ([1, 36, -24, 0], (4, 4, 3, 2)),  # the tests did not end
    ],
)
def test_defects_are_counted_as_what_became_of_them(tmp_path, ends, counted):
    for name, part in (("a.py", ends[:1]), ("b.py", ends[1:])):
        told = {f"{name}{place}": end for place, end in enumerate(part)}
        (tmp_path / f"{name}.meta").write_text(json.dumps({"exit_code_by_key": told}))

    found = mutants.count(tmp_path, ("a.py", "b.py", "never.py"))

    assert (found.planted, found.tried, found.seen, found.timed_out) == counted


def test_every_file_of_every_part_is_there():
    assert all((ROOT / file).is_file() for files in mutants.PARTS.values() for file in files)
