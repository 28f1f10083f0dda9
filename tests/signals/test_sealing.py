"""Raw texts are read with their key, under a new one after a change, and never without."""

from __future__ import annotations

import pandas as pd
import pytest

from signals import (
    ConfigError,
    DataError,
    Keyring,
    Lake,
    new_key,
    parse_keys,
    raw_text,
    read_keys,
    seal_again,
    undo_batch,
    write_keys,
)
from signals.frames import Col
from signals.tables import DOCUMENTS, RAW_TEXTS
from tests.signals.test_forget import bring_in

RAW = "Call me at 212-555-0187, the lid broke"


@pytest.fixture
def ring():
    return Keyring((new_key(),))


@pytest.fixture
def lake(tmp_path, ring):
    lake = Lake(tmp_path / "lake", keyring=ring)
    rows = [
        ("a1", "P1", "Ana", RAW, "2025-01-02", 2),
        ("a2", "P1", "Ben", "Nothing to hide here", "2025-01-02", 2),
    ]
    bring_in(lake, tmp_path, rows)
    return lake


def test_a_text_comes_back_as_it_came_and_only_what_was_masked_is_kept_twice(lake, ring):
    assert raw_text(lake, "a1", ring) == RAW
    assert "<phone>" in lake.read(DOCUMENTS)[Col.TEXT].iloc[0]
    assert raw_text(lake, "a2", ring) == "Nothing to hide here"
    assert lake.read(RAW_TEXTS)[Col.DOC_ID].tolist() == ["a1"]
    for file in lake.root.rglob("*.parquet"):
        assert "555-0187" not in pd.read_parquet(file).to_csv()


def test_without_a_keyring_no_original_is_kept(tmp_path):
    lake = Lake(tmp_path / "lake")

    bring_in(lake, tmp_path, [("a1", "P1", "Ana", RAW, "2025-01-02", 2)])

    assert lake.read(RAW_TEXTS).empty


def test_after_a_change_of_keys_only_the_new_one_opens_any_version(lake, ring):
    both = Keyring((*ring.keys, new_key()))

    assert seal_again(lake, both) == 1
    assert seal_again(lake, both) == 0
    assert raw_text(lake, "a1", Keyring(both.keys[-1:])) == RAW
    assert set(lake.read(RAW_TEXTS)[Col.KEY_ID]) == {both.newest}
    with pytest.raises(DataError, match="not among the 1 given"):
        raw_text(lake, "a1", ring)


def test_a_text_of_another_document_or_an_altered_one_is_refused(ring):
    sealed = ring.seal("secret", "a1")

    assert ring.open(sealed, "a1") == "secret"
    for wrong, doc_id in ((sealed, "a2"), (sealed[:-1] + bytes([sealed[-1] ^ 1]), "a1")):
        with pytest.raises(DataError, match="was altered, or belongs to another"):
            ring.open(wrong, doc_id)


def test_an_unknown_document_is_refused(lake, ring):
    with pytest.raises(DataError, match="no document 'zz'"):
        raw_text(lake, "zz", ring)


def test_a_batch_that_is_undone_takes_its_raw_texts_with_it(lake, tmp_path, ring):
    report = bring_in(lake, tmp_path, [("b1", "P1", "Ana", RAW, "2025-01-03", 2)])

    undo_batch(lake, report.batch_id)

    assert lake.read(RAW_TEXTS)[Col.DOC_ID].tolist() == ["a1"]


def test_a_key_file_is_for_its_owner_alone(tmp_path, ring):
    file = tmp_path / "raw.key"
    write_keys(file, ring)

    assert read_keys(file) == ring
    file.chmod(0o640)
    with pytest.raises(ConfigError, match="mode 0640"):
        read_keys(file)


def test_missing_or_wrong_keys_say_how_to_make_one(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read_keys(tmp_path / "none")
    for written in ("", "abc", "00" * 31):
        with pytest.raises(ConfigError, match="64 hex digits"):
            parse_keys(written)


def test_a_keyring_does_not_print_its_keys(ring):
    assert ring.keys[0].hex() not in repr(ring)
    assert repr(ring) == "Keyring(1 keys)"
