"""The proof of drift holds, and would fail for a detector that sleeps or cries wolf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofs import drift
from proofs.size import Size

if TYPE_CHECKING:
    import pytest


def test_no_figure_falls_short() -> None:
    figures = list(drift.prove(Size.SMALL))

    assert len(figures) == 4
    assert [figure.name for figure in figures if figure.falls_short] == []


def test_a_detector_that_cries_wolf_falls_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift, "cusum", lambda residuals: [0, len(residuals) - 1])

    short = [figure.name for figure in drift.prove(Size.SMALL) if figure.falls_short]

    assert "series-years without drift that are called drifted" in short


def test_a_detector_that_sleeps_falls_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift, "cusum", lambda residuals: [])

    short = [figure.name for figure in drift.prove(Size.SMALL) if figure.falls_short]

    assert short == ["days until a rise of 30 % is seen, median", "rises seen within 60 days"]
