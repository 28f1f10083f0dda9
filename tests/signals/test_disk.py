"""A file is replaced whole or not at all, and a disk that takes nothing is called that."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from signals import DataError, writing
from signals.disk import lock, write_whole


def test_a_full_disk_is_named_with_what_to_do(tmp_path):
    told = rf"the disk of {tmp_path} is full \(.* MB free\): free some space"

    with (
        pytest.raises(DataError, match=told),
        writing(tmp_path),
        Path("/dev/full").open("w", encoding="utf-8") as full,
    ):
        full.write("x" * 100_000)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RuntimeError("Error in write: No space left on device"), "is full"),
        (OSError("Generic LocalFileSystem error: ... (os error 28)"), "is full"),
        (RuntimeError("database or disk is full"), "is full"),
        (OSError(errno.EROFS, "Read-only file system"), "cannot be written"),
        (ValueError("Permission denied (os error 13)"), "cannot be written"),
    ],
)
def test_libraries_that_keep_only_the_text_of_an_error_are_understood(tmp_path, error, told):
    with pytest.raises(DataError, match=f"{tmp_path} {told}"), writing(tmp_path):
        raise error


@pytest.mark.parametrize("error", [ValueError("no number"), OSError("disk I/O error")])
def test_other_errors_stay_what_they_are(tmp_path, error):
    with pytest.raises(type(error), match=str(error)), writing(tmp_path):
        raise error


def test_a_file_that_cannot_be_replaced_stays_as_it_was(tmp_path):
    write_whole(tmp_path / "file", "old")

    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "file", "new \ud800")

    assert [each.name for each in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "old"


def test_one_that_waits_too_long_for_another_writer_says_so(tmp_path):
    refused = pytest.raises(DataError, match=r"another writer has held .* run the command again")

    with lock(tmp_path / "lock", 1.0), refused, lock(tmp_path / "lock", 0.1):
        pass
