"""The proof of full disks holds, and sees a writer that destroys what was there."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from proofs.full_disk import can_mount, figures_of, filled, together

from signals import DataError
from tests.proofs.small_proofs import small_figures


def test_full_disks_closed_folders_and_crowds_lose_nothing(tmp_path):
    figures = small_figures()["proofs.full_disk"]

    assert [figure["name"] for figure in figures if figure["short"]] == []
    assert len(figures) == (4 if can_mount(tmp_path) else 1)


class Overwriting:
    """Adds a line to a file by reading it and writing it again, unguarded."""

    name = "overwriting"
    reads_without_writing = True

    def write(self, folder, number):
        file = folder / "lines"
        lines = file.read_text() if file.exists() else ""
        time.sleep(0.1)
        try:
            file.write_text(f"{lines}{number} " + "x" * 200_000)
        except OSError as error:
            raise DataError(str(error)) from error

    def seen(self, folder):
        return (folder / "lines").read_text()


def test_a_writer_that_destroys_what_was_there_is_found_out(tmp_path):
    if not can_mount(tmp_path):
        pytest.skip("only root may mount a small disk")

    found = filled(Overwriting(), tmp_path / "disk", 1)

    assert found["lost"] == 1
    assert found["unclear"] == 1
    assert any(figure.falls_short for figure in figures_of(found, mounts=True))


def test_writers_that_undo_each_other_are_found_out(tmp_path: Path):
    found = together(Overwriting(), tmp_path / "crowd", 1, writers=3)

    assert found["apart"] >= 1


def test_what_was_not_tried_has_no_figure():
    assert len(list(figures_of(Counter(gatherings=2), mounts=False))) == 1
