"""Every kind of file that Groundswell keeps: made small, with earlier versions, and read again."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import torch
from made_shop import made_panel
from proofs.stored_lake import lake_kinds
from proofs.stored_state import state_kinds
from safetensors.numpy import load_file, save_file

from forecasting.experts.fused import FusedTrees, load_fused
from forecasting.judging.backtest import EVERY_GROUP
from retrieval import (
    HashingEncoder,
    IndexAbout,
    IndexKind,
    Passage,
    PassageKind,
    build_index,
    open_index,
)
from retrieval.draft_vectors import DraftVectors
from retrieval.ivf_index import IvfIndex
from signals import Col, ModelError, current, publish
from signals.artefacts import put_in_place, standing, write_manifest
from signals.author_key import author_key
from signals.sentiment.tuned_file import TUNED_FILE, load_rows, save_rows
from signals.tuning.checkpoint import load_checkpoint, save_checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_MOMENT: Final = pd.Timestamp("2025-03-01", tz="UTC")
_TEXTS: Final = ("battery dead", "fast delivery", "nice colour", "电池不耐用", "entrega rápida")
_DIM: Final = 8
_MANY: Final = 20_100  # vectors above which IVF keeps its clusters on disk


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of stored file.

    Parameters
    ----------
    root
        Folder that is copied for each try.
    files
        Pattern of the paths within it that are damaged.
    read
        Reads a copy as the product does, and says what it found in a few letters.
    found
        What ``read`` found of each version, the newest last.
    """

    name: str
    root: Path
    files: str
    read: Callable[[Path], str]
    found: tuple[str, ...]

    @property
    def has_earlier(self) -> bool:
        """Whether a version before the newest can serve."""
        return len(self.found) > 1

    def paths(self, root: Path) -> list[Path]:
        """List the files of a copy that may be damaged."""
        return sorted(
            file
            for file in root.rglob("*")
            if file.is_file() and re.fullmatch(self.files, file.relative_to(root).as_posix())
        )


COVERED: Final = {
    r"(index|models)/v\d{4}/manifest\.json": "manifest",
    r"index/v\d{4}/(passages\.parquet|vectors\.(faiss|npy)|clusters\.faiss|words\..*)": "index",
    r"models/v\d{4}/.*\.(json|txt|safetensors)": "forecast models",
    r"lake/[a-z]+/[^/]+\.parquet": "lake files",
    r"lake/[a-z]+/_delta_log/.*": "lake log",
    r"lake/[a-z]+/_files/\d+\.json": "lake file lists",
    r"lake/snapshot(\.copy)?\.json": "lake snapshot",
    r"lake/author\.key": "key of the authors",
    r"state\.db(-wal|-shm)?": "state database",  # what is open has a log, folded in and empty
    r"column-maps\.json": "column maps",
    r"tuned\.json": "tuned settings",
    r"lake/writer\.lock|column-maps\.lock|settings\.toml": "locks and settings",
}
"""Patterns of the files of a workspace, and the kind that stands for each."""


def uncovered(home: Path) -> list[str]:
    """List the files of a workspace that no kind stands for."""
    names = [file.relative_to(home).as_posix() for file in home.rglob("*") if file.is_file()]
    return [name for name in names if not any(re.fullmatch(known, name) for known in COVERED)]


def every_kind(folder: Path) -> list[Kind]:
    """Make a small specimen of each kind under a folder."""
    made = (
        _author_key,
        _models,
        _index,
        _clusters,
        _sentiment,
        _checkpoint,
        _unfinished,
        _draft_vectors,
    )
    kinds = [kind for make in made for kind in make(folder / make.__name__.strip("_"))]
    told = [*lake_kinds(folder / "lake"), *state_kinds(folder / "state")]
    return [*kinds, *(Kind(*each) for each in told)]


def digest(*parts: object) -> str:
    """Name what was read: arrays by their bytes, everything else by its text."""
    found = hashlib.sha256()
    for part in parts:
        found.update(part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode())
    return found.hexdigest()[:16]


def _versions(
    root: Path, read: Callable[[Path], str], steps: tuple[Callable[[], object], ...]
) -> tuple[str, ...]:
    found = []
    for step in steps:
        step()
        found.append(read(root))
    return tuple(found)


def _author_key(root: Path) -> Iterator[Kind]:
    def read(copy: Path) -> str:
        return digest(author_key(copy))

    yield Kind("key of the authors", root, r"author\.key", read, (read(root),))


def _models(root: Path) -> Iterator[Kind]:
    panel = made_panel(14, weeks=70, horizon=4, seed=1)

    def build(rounds: int) -> Callable[[], object]:
        fitted = FusedTrees((0.1, 0.5, 0.9), rounds=rounds).fit(panel)
        return lambda: publish(root, fitted.save, {"run_id": f"run {rounds}"})

    def read(copy: Path) -> str:
        return digest(load_fused(current(copy)).predict(panel, present=EVERY_GROUP))

    found = _versions(root, read, (build(3), build(4)))
    for name, pattern in (
        ("LightGBM text", r"v0002/.*\.txt"),
        ("forecast JSON", r"v0002/.*(?<!manifest)\.json"),
        ("forecast safetensors", r"v0002/.*\.safetensors"),
        ("manifest", r"v0002/manifest\.json"),
    ):
        yield Kind(name, root, pattern, read, found)


def _index(root: Path) -> Iterator[Kind]:
    def read(copy: Path) -> str:
        opened = open_index(copy, HashingEncoder(_DIM))
        table = opened.passages.table.to_pylist()
        hits = [(hit.passage.passage_id, hit.score) for hit in opened.search("battery", k=3)]
        return digest(table, opened.index.vectors(np.arange(len(table))), hits)

    for kind in (IndexKind.FAISS, IndexKind.EXACT):
        folder = root / kind

        def build(count: int, folder: Path = folder, kind: IndexKind = kind) -> object:
            passages = [passage_of(text) for text in _TEXTS[:count]]
            return build_index(passages, HashingEncoder(_DIM), folder, about=IndexAbout(kind))

        found = _versions(folder, read, (lambda b=build: b(4), lambda b=build: b(5)))
        yield Kind(f"{kind} vectors", folder, r"v0002/vectors\..*", read, found)
    yield Kind("passages", folder, r"v0002/passages\.parquet", read, found)
    yield Kind("BM25 words", folder, r"v0002/words\..*", read, found)


def passage_of(text: str) -> Passage:
    """Make a passage of a text."""
    return Passage(
        text, PassageKind.REVIEW, text, "en", None, None, _MOMENT.tz_localize(None), _MOMENT,
        text, 0, len(text),
    )  # fmt: skip


def _clusters(root: Path) -> Iterator[Kind]:
    vectors = np.random.default_rng(0).normal(size=(_MANY, _DIM)).astype(np.float32)

    def build(count: int) -> object:
        index = IvfIndex(_DIM)
        index.add(vectors[:count])
        return publish(root, index.save, {})

    def read(copy: Path) -> str:
        index = IvfIndex.load(current(copy), _DIM)
        return digest(*index.search(vectors[0], k=20), index.vectors(np.arange(len(index))))

    found = _versions(root, read, (lambda: build(_MANY - 10), lambda: build(_MANY)))
    yield Kind("IVF clusters and vectors", root, r"v0002/.*(faiss|npy)", read, found)


def _sentiment(root: Path) -> Iterator[Kind]:
    def build(seed: int) -> object:
        draft = root / "draft"
        draft.mkdir(parents=True)
        numbers = torch.randn(16, 32, generator=torch.Generator().manual_seed(seed))
        save_rows({"layer": numbers, "bias": numbers[0]}, draft / TUNED_FILE)
        write_manifest(draft, {"temperatures": {"en": 1.0 + seed}})
        return put_in_place(draft, root / "model")

    def read(copy: Path) -> str:
        folder = standing(copy / "model")
        rows = load_rows(folder / TUNED_FILE)
        return digest(*[rows[name].numpy() for name in sorted(rows)])

    found = _versions(root, read, (lambda: build(1), lambda: build(2)))
    yield Kind("sentiment weights", root, r"model/.*", read, found)


def _checkpoint(root: Path) -> Iterator[Kind]:
    def build(step: int) -> object:
        return save_checkpoint(root, {"layer": torch.full((64,), step)}, {"epoch": step}, "plan")

    def read(copy: Path) -> str:
        found = load_checkpoint(copy, "plan")
        if found is None:
            raise ModelError("training begins anew")
        return digest(found[0]["layer"].numpy(), found[1])

    found = _versions(root, read, (lambda: build(1), lambda: build(2)))
    yield Kind("training checkpoint", root, r"v0002/.*", read, found)


def _unfinished(root: Path) -> Iterator[Kind]:
    def build(step: int) -> object:
        whole: dict[str, Any] = {"quantiles": np.full((4, 3), step, np.float64)}
        return publish(root, lambda draft: save_file(whole, draft / "forecast.safetensors"), {})

    def read(copy: Path) -> str:
        return digest(load_file(current(copy) / "forecast.safetensors")["quantiles"])

    found = _versions(root, read, (lambda: build(1), lambda: build(2)))
    yield Kind("work of a stopped run", root, r"v0002/.*", read, found)


def _draft_vectors(root: Path) -> Iterator[Kind]:
    """Vectors that wait for their index; a damaged part is encoded again, as if never written."""
    hashes = [f"text {number}" for number in range(1_024)]
    vectors = np.random.default_rng(0).normal(size=(len(hashes), 4)).astype(np.float32)

    def read(copy: Path) -> str:
        found = DraftVectors(copy, "encoder").find(hashes)
        known = found[Col.VECTOR].tolist()
        return digest(found[Col.TEXT_HASH].tolist(), np.stack(known) if known else None)

    root.mkdir(parents=True)
    build = (lambda: None, lambda: DraftVectors(root, "encoder").add(hashes, vectors))
    yield Kind("draft vectors", root, r"v0001/.*", read, _versions(root, read, build))
