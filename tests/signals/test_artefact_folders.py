"""What lies in a folder of versions: names, manifests, leftovers and strangers."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import re
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from signals import (
    DataError,
    ModelError,
    NotReady,
    current,
    damage,
    publish,
    read_manifest,
    sha256,
    version_of,
)
from signals.artefacts import put_in_place, standing, stood_before, write_manifest

if TYPE_CHECKING:
    from collections.abc import Callable


def write(text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / "model.txt").write_text(text) and None


def nested(folder: Path) -> None:
    (folder / "trees").mkdir()
    (folder / "trees" / "one.txt").write_text("one")
    (folder / "two.txt").write_text("two")


def test_files_in_folders_are_listed_with_their_hashes(tmp_path: Path) -> None:
    version = publish(tmp_path, nested, {"run": "r1"})

    files = read_manifest(version)["files"]
    assert files == {
        "trees/one.txt": {"bytes": 3, "sha256": hashlib.sha256(b"one").hexdigest()},
        "two.txt": {"bytes": 3, "sha256": hashlib.sha256(b"two").hexdigest()},
    }
    assert damage(version) == []


def test_a_manifest_is_easy_to_read_and_to_compare(tmp_path: Path) -> None:
    version = publish(tmp_path, write("one"), {"shop": "咖啡", "cut_off": "2025-01-01"})

    text = (version / "manifest.json").read_bytes().decode("utf-8")
    assert '\n  "cut_off": "2025-01-01",\n' in text
    assert "咖啡" in text
    assert text.endswith("}\n")
    names = list(json.loads(text))
    assert names == sorted(names)


@pytest.mark.parametrize("name", ["stranger.txt", "trees/stranger.txt", "a.hidden"])
def test_a_file_that_nobody_listed_is_damage(tmp_path: Path, name: str) -> None:
    version = publish(tmp_path, nested, {})
    (version / name).write_text("!")

    assert damage(version) == [f"{name} is not in its manifest"]


@pytest.mark.parametrize("name", [".DS_Store", ".nfs/0001"])
def test_what_systems_leave_behind_is_no_damage(tmp_path: Path, name: str) -> None:
    version = publish(tmp_path, nested, {})
    (version / name).parent.mkdir(exist_ok=True)
    (version / name).write_text("!")

    assert damage(version) == []


def test_each_missing_or_changed_file_is_named(tmp_path: Path) -> None:
    version = publish(tmp_path, nested, {})
    (version / "trees" / "one.txt").unlink()
    (version / "two.txt").write_text("TWO")

    assert damage(version) == ["trees/one.txt is missing", "two.txt differs from its sha256"]


def test_versions_count_on_past_nine_and_the_last_three_stay(tmp_path: Path) -> None:
    folder = tmp_path / "shop" / "models"
    for number in range(12):
        publish(folder, write(str(number)), {})

    assert [each.name for each in sorted(folder.glob("v*"))] == ["v0010", "v0011", "v0012"]
    assert current(folder).name == "v0012"


def test_a_draft_lies_beside_the_versions_and_goes_when_it_fails(tmp_path: Path) -> None:
    seen: list[Path] = []

    def fail(folder: Path) -> None:
        (folder / "half.txt").write_text("half")
        seen.append(folder)
        raise KeyboardInterrupt

    publish(tmp_path, write("one"), {})
    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path, fail, {})

    assert seen[0].parent == tmp_path, "a rename is atomic only within one file system"
    assert seen[0].name.startswith(".")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["v0001"]


def test_a_published_version_can_be_read_by_others(tmp_path: Path) -> None:
    assert publish(tmp_path, write("one"), {}).stat().st_mode & 0o777 == 0o755


def test_only_drafts_older_than_a_day_are_swept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    left: list[Path] = []

    def give_up(folder: Path) -> None:
        left.append(folder)
        raise SystemExit

    with pytest.raises(SystemExit):
        publish(tmp_path, give_up, {})
    for name, hours in (("old", 25), ("young", 23)):
        draft = left[0].with_name(f"{left[0].name}{name}")
        draft.mkdir()
        moment = time.time() - hours * 3600
        os.utime(draft, (moment, moment))
    caplog.set_level(logging.INFO)

    publish(tmp_path, write("one"), {})

    drafts = [each.name for each in tmp_path.iterdir() if each.name.startswith(".")]
    assert len(drafts) == 1
    assert drafts[0].endswith("young")
    told = [each.getMessage() for each in caplog.records]
    assert any("old was left by a process that was killed; removed" in each for each in told)


def test_a_version_passed_over_is_told_with_its_damage(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    publish(tmp_path, write("one"), {})
    newest = publish(tmp_path, write("two"), {})
    (newest / "model.txt").unlink()

    current(tmp_path)

    assert [each.getMessage() for each in caplog.records] == [
        f"{newest} is damaged (model.txt is missing); trying the version before it"
    ]


def test_a_version_that_cannot_be_read_hides_none_before_it(tmp_path: Path) -> None:
    wanted = publish(tmp_path, write("one"), {"run": "r1"})
    (publish(tmp_path, write("two"), {"run": "r2"}) / "manifest.json").write_text("{")

    assert version_of(tmp_path, {"run": "r1"}) == wanted
    with pytest.raises(NotReady, match="no version of run r3, code 7, only 2 newer or other ones"):
        version_of(tmp_path, {"run": "r3", "code": 7})


def test_a_hash_is_that_of_the_content(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"x" * 100_000)

    assert sha256(file) == hashlib.sha256(b"x" * 100_000).hexdigest()


def test_a_folder_takes_the_place_of_another_again_and_again(tmp_path, caplog, monkeypatch) -> None:
    flushed: set[str] = set()
    monkeypatch.setattr(
        os, "fsync", lambda fd: flushed.add(os.fspath(Path(f"/proc/self/fd/{fd}").readlink()))
    )
    folder = tmp_path / "model"
    for text in ("one", "two", "three"):
        draft = tmp_path / "draft"
        draft.mkdir()
        nested(draft)
        (draft / "two.txt").write_text(text)
        write_manifest(draft, {})
        put_in_place(draft, folder)

    assert (standing(folder) / "two.txt").read_text() == "three"
    (folder / "two.txt").unlink()
    assert (standing(folder) / "two.txt").read_text() == "two"
    assert caplog.messages == [
        f"{folder} is damaged (two.txt is missing); what was there before serves"
    ]
    names = ("", "manifest.json", "trees", "trees/one.txt", "two.txt")
    assert flushed == {str(tmp_path), *(str(draft / name) for name in names)}
    (stood_before(folder) / "two.txt").unlink()
    (folder / "trees" / "one.txt").unlink()
    told = f"{folder} is damaged: trees/one.txt is missing; two.txt is missing"
    with pytest.raises(ModelError, match=re.escape(told)):
        standing(folder)


def test_a_version_that_cannot_be_told_from_others_is_passed_over_and_named(tmp_path, caplog):
    older = publish(tmp_path, write("one"), {"run": "r1"})
    newer = publish(tmp_path, write("two"), {"run": "r2"})
    (newer / "manifest.json").write_text("{")

    assert version_of(tmp_path, {"run": "r1"}) == older
    assert caplog.messages == [f"{newer} has no readable manifest.json and is passed over"]


def test_all_of_a_version_is_on_disk_before_it_has_its_name(tmp_path, monkeypatch) -> None:
    flushed: list[Path] = []
    monkeypatch.setattr(
        os, "fsync", lambda fd: flushed.append(Path(f"/proc/self/fd/{fd}").readlink())
    )

    publish(tmp_path, nested, {})

    (draft,) = {path.parent for path in flushed if path.name == "manifest.json"}
    names = ("", "manifest.json", "trees", "trees/one.txt", "two.txt")
    assert {*flushed[:-1]} == {draft / name for name in names}
    assert flushed[-1] == tmp_path


def test_a_full_disk_is_named_and_nothing_of_the_version_stays(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "model.txt").write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(DataError, match=f"the disk of {tmp_path} is full"):
        publish(tmp_path, fail, {})
    assert list(tmp_path.iterdir()) == []


def test_versions_are_counted_beyond_a_thousand(tmp_path: Path) -> None:
    (tmp_path / "v1234").mkdir()

    assert publish(tmp_path, write("one"), {}).name == "v1235"


def test_a_file_in_the_place_of_a_folder_is_damage(tmp_path: Path) -> None:
    version = publish(tmp_path, nested, {})
    shutil.rmtree(version / "trees")
    (version / "trees").write_text("one")

    assert damage(version) == ["trees/one.txt is no file", "trees is not in its manifest"]
