"""The proof of the audit log holds, and would fail for a log that did not look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from proofs import audit
from proofs.size import Size

if TYPE_CHECKING:
    from pathlib import Path


def test_no_figure_falls_short() -> None:
    figures = list(audit.prove(Size.SMALL))

    assert len(figures) == 5
    assert [figure.name for figure in figures if figure.falls_short] == []


def test_a_log_that_forgets_to_look_at_hashes_falls_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit.Entry, "sealed", lambda entry: entry.hash)

    figures = {figure.name: figure for figure in audit.prove(Size.SMALL)}

    assert figures["edits that verify finds"].falls_short


@pytest.mark.parametrize("kind", audit.EDITS)
def test_each_kind_of_edit_is_told_in_words(kind: str, tmp_path: Path) -> None:
    import numpy as np

    log, edited = tmp_path / "log.db", tmp_path / "edited.db"
    audit.write_log(log, 9)

    audit._write(log, edited, *audit.EDITS[kind](*audit._read(log), np.random.default_rng(1)))

    assert audit.faults_of(edited)
