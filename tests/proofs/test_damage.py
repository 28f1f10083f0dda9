"""The proof of damage holds, and sees a reader that checks nothing."""

from __future__ import annotations

from proofs.damage import Kind, Outcome, damage_all, figures_of, prove
from proofs.size import Size
from proofs.stored_kinds import uncovered


def test_no_damage_goes_unnoticed():
    figures = list(prove(Size.SMALL))

    assert [figure.name for figure in figures if figure.falls_short] == []
    assert len(figures) > 20


def test_a_reader_that_checks_nothing_is_found_out(tmp_path):
    root = tmp_path / "plain"
    root.mkdir()
    (root / "notes.txt").write_text("one two three")
    plain = Kind(
        "plain notes", root, r"notes\.txt", lambda copy: str((copy / "notes.txt").read_bytes()),
        (str(b"one two three"),),
    )  # fmt: skip

    [tally] = damage_all([plain], 5, 2, tmp_path)

    assert tally.outcomes[Outcome.UNNOTICED] == 7
    assert any(figure.falls_short for figure in figures_of([tally]))


def test_a_kind_of_file_that_nobody_thought_of_is_named(tmp_path):
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "snapshot.json").write_text("{}")
    (tmp_path / "cache.bin").write_text("new")

    assert uncovered(tmp_path) == ["cache.bin"]
