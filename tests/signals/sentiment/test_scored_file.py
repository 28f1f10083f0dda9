"""A file of texts gets its scores beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from signals import Col, DataError, LexiconScorer, score_file

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "comments.csv"
    path.write_text("id,comment\n1,great\n2,\n3,awful\n4,great\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["scored.csv", "scored.parquet"])
def test_rows_keep_their_columns_and_gain_chances(file: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name

    scored = score_file(file, "comment", out, LexiconScorer())

    frame = pd.read_csv(out) if out.suffix == ".csv" else pd.read_parquet(out)
    assert scored == 3
    assert frame["id"].astype(int).tolist() == [1, 2, 3, 4]
    assert frame[Col.POLARITY].tolist()[0] == frame[Col.POLARITY].tolist()[3] == 0.5
    assert frame[Col.POLARITY].tolist()[2] == -0.5
    assert frame[[Col.P_NEG, Col.P_NEU, Col.P_POS, Col.POLARITY]].iloc[1].isna().all()


def test_an_unknown_column_is_told_with_what_there_is(file: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"lacks the column 'text'; it has \['id', 'comment'\]"):
        score_file(file, "text", tmp_path / "out.csv", LexiconScorer())


def test_an_unknown_ending_is_told(file: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"ends in '.xlsx'; expected .csv or .parquet"):
        score_file(file, "comment", tmp_path / "out.xlsx", LexiconScorer())
