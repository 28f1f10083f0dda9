"""A figure names its best peer, and a shortfall fails the check."""

from __future__ import annotations

import argparse
import json

import pytest
import reporting
from reporting import Figure, Report

QUIET = argparse.Namespace(quick=True, check=False)
CHECK = argparse.Namespace(quick=True, check=True)


def test_the_best_of_the_peers_stands_beside_the_figure():
    figure = Figure.with_peers("accuracy", 0.9, {"word list": 0.7, "TF-IDF": 0.8}, (0.88, 0.92))

    assert (figure.peer, figure.peer_value) == ("TF-IDF", 0.8)
    assert (figure.low, figure.high) == (0.88, 0.92)


def test_a_figure_below_its_reach_fails_the_check(capsys):
    report = Report("nothing", "no data")
    report.add(Figure.with_peers("accuracy", 0.89, {}, (0.88, 0.9), reach=0.95))

    with pytest.raises(SystemExit):
        report.finish(CHECK)
    assert "falls short of its reach: accuracy" in capsys.readouterr().out


def test_an_error_above_its_reach_falls_short_and_one_below_does_not():
    assert Figure("error", 0.04, "share", reach=0.03).falls_short
    assert not Figure("error", 0.02, "share", reach=0.03).falls_short


def test_all_peers_and_the_interval_are_printed(capsys):
    report = Report("nothing", "no data")
    report.add(Figure.with_peers("accuracy", 0.9, {"A": 0.7, "B": 0.8}, (0.88, 0.92)))

    assert "[0.88, 0.92]   A 0.7   B 0.8" in capsys.readouterr().out


def test_details_are_written_with_a_full_run_only(tmp_path, monkeypatch):
    monkeypatch.setattr(reporting, "RESULTS", tmp_path / "results")
    report = Report("nothing", "no data", details={"confusion": [[1, 0], [0, 1]]})

    report.finish(QUIET)
    assert not (tmp_path / "results").exists()
    report.finish(argparse.Namespace(quick=False, check=False))

    written = json.loads((tmp_path / "results" / "nothing.json").read_text())
    assert written["details"] == {"confusion": [[1, 0], [0, 1]]}
