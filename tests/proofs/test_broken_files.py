"""Mutated files and bombs end as a table or a named refusal; and the proof sees it when not."""

from __future__ import annotations

import pytest
from proofs.broken_files import Tally, prove, read
from proofs.mutations import formats, mutated
from proofs.size import Size

from signals.intake.readers import Ended, run_reader


def test_broken_files_end_well_at_small_size():
    figures = list(prove(Size.SMALL))

    assert [figure.name for figure in figures if figure.falls_short] == []


def test_mutations_are_the_same_for_the_same_seed_and_others_for_another():
    for format_ in formats():
        first, again, other = (list(mutated(format_, 6, seed)) for seed in (1, 1, 2))

        assert first == again
        assert first != other


@pytest.mark.parametrize(
    "run",
    [
        lambda asked, limits: Ended(0),  # a reader that says all is well and wrote nothing
        lambda asked, limits: 1 / 0,
    ],
)
def test_what_ends_badly_is_counted(tmp_path, run, capsys):
    file = tmp_path / "s.csv"
    file.write_text("sku,date,qty\na,2024-05-01,3\n", encoding="utf-8")
    tally = Tally()

    read(file, tally, run, judged=True)
    read(file, tally, run_reader, judged=True)

    assert (tally.read, tally.refused, tally.ended_badly) == (1, 0, 1)
    assert "s.csv" in capsys.readouterr().out


@pytest.mark.parametrize("ended", [Ended(None), Ended(-9), Ended(1, "Traceback ... IndexError")])
def test_a_reader_that_dies_is_a_refusal_that_names_the_file(tmp_path, ended):
    file = tmp_path / "s.csv"
    file.write_text("sku,date,qty\na,2024-05-01,3\n", encoding="utf-8")
    tally = Tally()

    read(file, tally, lambda asked, limits: ended, judged=True)

    assert tally.refused == 1
