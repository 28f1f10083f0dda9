from __future__ import annotations

import json
import os
import time

import pytest

from signals import (
    ModelError,
    NotReady,
    current,
    damage,
    publish,
    read_current,
    read_manifest,
    version_of,
)
from signals.artefacts import put_in_place, standing, write_manifest


def write(text):
    return lambda folder: (folder / "model.txt").write_text(text)


def test_the_newest_version_is_current_and_says_what_it_is(tmp_path):
    publish(tmp_path, write("one"), {"cut_off": "2025-01-01"})
    publish(tmp_path, write("two"), {"cut_off": "2025-02-01"})

    version = current(tmp_path)

    assert (version / "model.txt").read_text() == "two"
    assert read_manifest(version)["cut_off"] == "2025-02-01"


def test_nothing_published_says_what_to_run(tmp_path):
    with pytest.raises(NotReady, match="groundswell run"):
        current(tmp_path)


@pytest.mark.parametrize("bit", range(0, 24, 5))
def test_one_flipped_bit_is_noticed_and_the_version_before_serves(tmp_path, bit):
    publish(tmp_path, write("one"), {})
    newest = publish(tmp_path, write("two"), {})
    content = bytearray((newest / "model.txt").read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    (newest / "model.txt").write_bytes(content)

    assert damage(newest) == ["model.txt differs from its sha256"]
    assert (current(tmp_path) / "model.txt").read_text() == "one"


def test_when_every_version_is_damaged_it_is_an_error(tmp_path):
    (publish(tmp_path, write("one"), {}) / "model.txt").unlink()

    with pytest.raises(ModelError, match="every version"):
        current(tmp_path)


def test_a_damaged_manifest_counts_as_damage(tmp_path):
    version = publish(tmp_path, write("one"), {})
    (version / "manifest.json").write_text("{")

    assert "manifest.json is unreadable" in damage(version)[0]


def test_a_writer_that_fails_leaves_the_old_version_and_no_draft(tmp_path):
    publish(tmp_path, write("one"), {})

    def fail(folder):
        (folder / "half").write_text("x")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        publish(tmp_path, fail, {})

    assert (current(tmp_path) / "model.txt").read_text() == "one"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["v0001"]


def test_what_a_killed_writer_left_is_removed_after_a_day_and_not_before(tmp_path):
    killed, at_work = (tmp_path / name for name in (".draft-killed", ".draft-at-work"))
    for draft in (killed, at_work):
        draft.mkdir()
        (draft / "model.txt").write_text("half")
    two_days_ago = time.time() - 2 * 86_400
    os.utime(killed, (two_days_ago, two_days_ago))

    publish(tmp_path, write("one"), {})

    assert not killed.exists()
    assert (at_work / "model.txt").exists()


def test_old_versions_are_cleared_away(tmp_path):
    for number in range(5):
        publish(tmp_path, write(str(number)), {}, keep=2)

    assert sorted(p.name for p in tmp_path.glob("v*")) == ["v0004", "v0005"]


def test_a_reader_whose_version_is_cleared_away_reads_the_one_that_took_its_place(tmp_path):
    publish(tmp_path, write("one"), {}, keep=1)
    seen = []

    def read(version):
        if not seen:
            publish(tmp_path, write("two"), {}, keep=1)
        seen.append(version.name)
        return (version / "model.txt").read_text()

    assert read_current(tmp_path, read) == "two"
    assert seen == ["v0001", "v0002"]


def test_a_file_that_a_version_never_had_stays_an_error(tmp_path):
    publish(tmp_path, write("one"), {})

    with pytest.raises(FileNotFoundError):
        read_current(tmp_path, lambda version: (version / "other.txt").read_text())


def test_the_manifest_lists_every_file_with_size_and_hash(tmp_path):
    version = publish(tmp_path, write("one"), {})

    files = json.loads((version / "manifest.json").read_text())["files"]

    assert files["model.txt"]["bytes"] == 3
    assert len(files["model.txt"]["sha256"]) == 64


def test_an_earlier_version_is_found_by_what_its_manifest_says(tmp_path):
    first = publish(tmp_path, write("one"), {"run_id": "a"})
    publish(tmp_path, write("two"), {"run_id": "b"})

    assert version_of(tmp_path, {"run_id": "a"}) == first
    with pytest.raises(NotReady, match=r"keeps no version of run_id c, only 2 .* groundswell run"):
        version_of(tmp_path, {"run_id": "c"})


def test_an_earlier_version_that_is_damaged_is_refused(tmp_path):
    first = publish(tmp_path, write("one"), {"run_id": "a"})
    publish(tmp_path, write("two"), {"run_id": "b"})
    (first / "model.txt").write_text("three")

    with pytest.raises(ModelError, match="damaged"):
        version_of(tmp_path, {"run_id": "a"})


@pytest.mark.parametrize("told", ["2025-02-01", "model.txt"])
def test_what_a_manifest_says_cannot_change_unnoticed(tmp_path, told):
    publish(tmp_path, write("one"), {"cut_off": "2025-01-01"})
    newest = publish(tmp_path, write("two"), {"cut_off": "2025-02-01"})
    manifest = newest / "manifest.json"
    text = manifest.read_text()
    changed = chr(ord(told[-1]) ^ 1)
    manifest.write_text(text.replace(told, told[:-1] + changed))

    assert "manifest.json is unreadable" in damage(newest)[0]
    assert read_manifest(current(tmp_path))["cut_off"] == "2025-01-01"


def test_a_file_that_once_pointed_at_a_version_changes_nothing(tmp_path):
    newest = publish(tmp_path, write("one"), {})
    (tmp_path / "current").write_text("v0000\n")

    assert current(tmp_path) == newest


def test_a_writer_that_comes_second_to_a_number_takes_the_next(tmp_path):
    def slow(folder):
        publish(tmp_path, write("quick"), {})
        (folder / "model.txt").write_text("slow")

    assert publish(tmp_path, slow, {}).name == "v0002"
    assert (tmp_path / "v0001" / "model.txt").read_text() == "quick"


def made(folder, text):
    folder.mkdir()
    (folder / "model.txt").write_text(text)
    write_manifest(folder, {})
    return folder


def test_what_stood_before_serves_while_the_new_folder_is_damaged_or_not_there(tmp_path):
    place = tmp_path / "model"
    put_in_place(made(tmp_path / "draft", "one"), place)
    put_in_place(made(tmp_path / "draft", "two"), place)
    assert (standing(place) / "model.txt").read_text() == "two"

    (place / "model.txt").write_text("tow")
    assert (standing(place) / "model.txt").read_text() == "one"

    place.rename(tmp_path / "gone")
    assert (standing(place) / "model.txt").read_text() == "one"


def test_a_folder_that_is_damaged_like_the_one_before_is_refused(tmp_path):
    put_in_place(made(tmp_path / "draft", "one"), tmp_path / "model")
    (tmp_path / "model" / "model.txt").write_text("eno")

    with pytest.raises(ModelError, match=r"model is damaged: model.txt differs from its sha256"):
        standing(tmp_path / "model")
