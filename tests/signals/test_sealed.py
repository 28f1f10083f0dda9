"""A sealed object is read as it was written, or not at all."""

from __future__ import annotations

import contextlib

import pytest

from signals.sealed import read_sealed, sealed, unseal, write_sealed

CONTENT = {"tables": {"sales": 3, "scores": 12}, "note": "está"}


def test_whatever_bit_flips_the_content_is_the_same_or_refused():
    good = sealed(CONTENT).encode()

    for bit in range(8 * len(good)):
        bad = bytearray(good)
        bad[bit // 8] ^= 1 << bit % 8
        with contextlib.suppress(ValueError):  # a UnicodeDecodeError is one
            found = unseal(bad.decode())
            assert {name: found[name] for name in CONTENT} == CONTENT


def test_however_it_is_cut_it_is_refused():
    good = sealed(CONTENT).rstrip()

    for length in range(len(good)):
        with pytest.raises(ValueError, match=r"Expecting|Unterminated|Invalid"):
            unseal(good[:length])


def test_an_object_without_a_seal_is_taken_as_it_is():
    assert unseal('{"sales": 3}') == {"sales": 3}


def test_what_is_no_object_is_refused():
    with pytest.raises(ValueError, match="expected a JSON object, found list"):
        unseal("[1]")


def test_changed_content_is_refused(tmp_path):
    write_sealed(tmp_path / "file.json", CONTENT)
    text = (tmp_path / "file.json").read_text(encoding="utf-8")
    (tmp_path / "file.json").write_text(text.replace("12", "13"), encoding="utf-8")

    with pytest.raises(ValueError, match="its content differs from its sha256"):
        read_sealed(tmp_path / "file.json")
