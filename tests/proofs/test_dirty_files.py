"""Polluted sales files are stored as they are meant, or named; and the proof sees it when not."""

from __future__ import annotations

import signal
from dataclasses import replace

import numpy as np
import pytest
from proofs.dirty_files import PEERS, POLLUTIONS, outcome_of, peer_is_wrong, prove
from proofs.fork_server import ForkedReaders
from proofs.polluted_sales import Line, as_text, clean
from proofs.size import Size

from signals import Limits


@pytest.fixture(scope="module")
def run():
    with ForkedReaders() as started:
        yield started


def made(kind, seed=0):
    return POLLUTIONS[kind](np.random.default_rng(seed))


def test_what_polluted_files_become_holds_at_small_size():
    figures = list(prove(Size.SMALL))

    assert [figure.name for figure in figures if figure.falls_short] == []


def test_a_stored_value_that_is_not_true_is_counted(run, tmp_path):
    file = made("semicolons")
    number, line = file.truth[7]
    other = Line(line.cells, replace(line.sale, units=line.sale.units + 1))
    file.truth[7] = number, other

    wrong = outcome_of(file, tmp_path, run).wrong

    assert len(wrong) == 2  # what is stored is not true, and what is true is nowhere
    assert f"line {number} was lost" in wrong[1]


def test_a_line_that_nobody_names_is_counted(run, tmp_path):
    file = made("blank_lines")
    blank = next(line for _, line in file.truth if line.sale is None)
    blank.must_name = True

    assert "was lost" in outcome_of(file, tmp_path, run).wrong[0]


def test_a_row_that_means_no_sale_is_counted_when_it_is_stored(run, tmp_path):
    draft = clean(np.random.default_rng(1))
    draft.lines[5].sale = None

    assert "stored Sale" in outcome_of(as_text(draft), tmp_path, run).wrong[0]


def test_a_refusal_says_why_and_is_no_wrong(run, tmp_path):
    outcome = outcome_of(made("days_that_nothing_tells"), tmp_path, run)

    assert "--date-order" in outcome.refusal
    assert outcome.wrong == ()


def test_peers_are_judged_by_the_same_truth(tmp_path):
    assert (
        peer_is_wrong(made("delimiter_at_every_end"), tmp_path, PEERS["pandas.read_csv"]) is False
    )
    assert peer_is_wrong(made("leading_zeros"), tmp_path, PEERS["pandas.read_csv"]) is True
    assert peer_is_wrong(made("utf_16_without_mark"), tmp_path, PEERS["duckdb read_csv"]) is None


def test_forked_readers_keep_the_limits_of_the_product(run, tmp_path):
    (tmp_path / "s.csv").write_text("a,b\n" + "1,2\n" * 50_000, encoding="utf-8")
    asked = {"exact": False, "path": str(tmp_path / "s.csv"), "folder": str(tmp_path),
             "memory_bytes": 2**30, "cpu_s": 9, "line_chars": 99, "rows": 9**6,
             "output_bytes": 2**20}  # fmt: skip

    assert run(asked, Limits(wall_s=0.01)).code is None
    assert run({**asked, "cpu_s": 0}, Limits()).code == -signal.SIGKILL
    assert run({**asked, "memory_bytes": None}, Limits()).code == 1
