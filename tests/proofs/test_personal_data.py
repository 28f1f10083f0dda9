"""Identifiers are masked, kept out of everything and erased; and the proof sees it when not."""

from __future__ import annotations

import pytest
from proofs.made_identifiers import plant
from proofs.personal_data import is_left, prove, prove_recall
from proofs.real_finds import holds_something
from proofs.searched import holders, is_in
from proofs.size import Size


def test_no_figure_falls_short():
    figures = list(prove(Size.SMALL))

    short = [figure for figure in figures if figure.falls_short and figure.unit != "ms"]
    assert short == []
    assert {figure.name for figure in figures} >= {
        "identifiers found in any of it",
        "files that still hold the author",
        "raw texts read without their key",
    }


def test_a_product_that_masks_nothing_or_one_kind_less_falls_short():
    assert all(figure.falls_short for figure in prove_recall(3, lambda text: text))

    phones_stay = {
        each.sentence
        for kind, language in [("phone", "zh")]
        for each in plant(kind, language, 3, 20_261)
    }
    figures = list(prove_recall(3, lambda text: text if text in phones_stay else "<gone>"))
    assert [figure.falls_short for figure in figures] == [False, False, True]
    assert "(phone, zh)" in figures[-1].name


def test_a_piece_of_a_secret_counts_as_left():
    planted = next(plant("bank card", "en", 1, 1))

    assert is_left(planted, planted.sentence)
    assert is_left(planted, f"only the end {planted.secrets[0][-7:]}")
    assert not is_left(planted, "They asked <bank-card> why")


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("call 13812345678", True),
        ("订单号：19513967161 衣服薄", False),
        ("Sincerely, Ann", True),
        ("two of 3 lamps work", False),
    ],
)
def test_rules_of_their_own_tell_what_a_review_holds(text, held):
    assert holds_something(text) is held


def test_words_are_found_in_bytes_in_json_and_in_tables(tmp_path):
    import pandas as pd

    pd.DataFrame({"text": ["我叫张伟"] * 50}).to_parquet(tmp_path / "t.parquet", compression="zstd")
    (tmp_path / "state.json").write_text('{"name": "\\u5f20\\u4f1f"}')
    (tmp_path / "other.txt").write_text("nobody")

    assert [file.name for file in holders(["张伟"], tmp_path)] == ["state.json", "t.parquet"]
    assert not is_in("张伟", [b"nobody"])
