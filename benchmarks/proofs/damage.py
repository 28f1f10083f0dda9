"""One flipped bit or a cut in every kind of stored file: noticed before use, or harmless."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from proofs.size import Size
from proofs.stored_kinds import Kind, every_kind, uncovered
from reporting import Figure

from signals import GroundswellError
from ui.demo_shop import ingest_demo
from ui.pipeline import run_pipeline
from ui.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SEED: Final = 7
_NOW: Final = pd.Timestamp("2025-10-06", tz="UTC")
_SETTINGS: Final = 'origins = 2\nscorer = "lexicon"\nencoder = "hashing"\n'


class Outcome(StrEnum):
    """What became of one damaged file."""

    REFUSED = "refused with a clear message"
    EARLIER = "an earlier version served"
    HARMLESS = "harmless: the same came out"
    UNNOTICED = "something else came out"
    BROKE = "an error that tells users nothing"


@dataclass(slots=True)
class Tally:
    """What became of the tries on one kind; ``slowest_s`` is processor time, others run too."""

    kind: Kind
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    slowest_s: float = 0.0
    errors: Counter[str] = field(default_factory=Counter)


def prove(size: Size) -> Iterator[Figure]:
    """Damage specimens of every kind; at full size, hold a workspace of the demo against them."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        kinds = every_kind(Path(folder) / "specimens")
        if size is Size.FULL:
            home = Path(folder) / "demo"
            _run_demo(home)
            strange = uncovered(home)
            print("files no kind stands for:", strange or "none")
            yield Figure(
                "damage: files of a demo no kind stands for", len(strange), "files", reach=0
            )
        tallies = list(damage_all(kinds, size.pick(150, 4), size.pick(50, 2), Path(folder)))
    yield from figures_of(tallies)


def damage_all(kinds: Sequence[Kind], flips: int, cuts: int, scratch: Path) -> Iterator[Tally]:
    """Damage each kind so many times, each time a copy of its own."""
    for kind in kinds:
        random = np.random.default_rng([_SEED, *kind.name.encode()])
        tally = Tally(kind)
        for attempt in range(flips + cuts):
            copy = scratch / f"copy-{kind.name.replace(' ', '-')}-{attempt}"
            shutil.copytree(kind.root, copy)
            harm(random.choice(np.array(kind.paths(copy))), random, cut=attempt >= flips)
            _try(tally, copy)
            shutil.rmtree(copy)
        told = ", ".join(f"{outcome} {count}" for outcome, count in tally.outcomes.items())
        print(f"{kind.name}: {told}", dict(tally.errors.most_common(2)) or "", flush=True)
        yield tally


def harm(file: Path, random: np.random.Generator, *, cut: bool) -> None:
    """Flip one bit of a file, or cut it off somewhere."""
    content = bytearray(file.read_bytes())
    if cut:
        del content[int(random.integers(len(content))) :]
    else:
        bit = int(random.integers(8 * len(content)))
        content[bit // 8] ^= 1 << bit % 8
    file.write_bytes(content)


def figures_of(tallies: Sequence[Tally]) -> Iterator[Figure]:
    """Sum tallies up; by kind what went unnoticed, over all what was served and how fast."""
    for tally in tallies:
        unit = f"of {tally.outcomes.total()}"
        unnoticed = tally.outcomes[Outcome.UNNOTICED]
        yield Figure(f"damage: {tally.kind.name}, unnoticed", unnoticed, unit, reach=0)
    served = [tally for tally in tallies if tally.kind.has_earlier]
    refused = sum(tally.outcomes[Outcome.REFUSED] for tally in served)
    broke = sum(tally.outcomes[Outcome.BROKE] for tally in tallies)
    slowest = max(tally.slowest_s for tally in tallies)
    yield Figure("damage: refused though an earlier version was whole", refused, "tries", reach=0)
    yield Figure("damage: errors that tell users nothing", broke, "tries", reach=0)
    yield Figure("damage: slowest reading of an earlier version", round(slowest, 3), "s", reach=1)


def _try(tally: Tally, copy: Path) -> None:
    began = time.perf_counter()
    outcome = Outcome.BROKE
    try:
        outcome = _outcome(tally.kind, tally.kind.read(copy))
    except GroundswellError:
        outcome = Outcome.REFUSED
    except Exception as error:  # noqa: BLE001 - what a reader must not do is what is counted
        tally.errors[f"{type(error).__name__}: {error}"[:160]] += 1
    if outcome is Outcome.EARLIER:
        tally.slowest_s = max(tally.slowest_s, time.perf_counter() - began)
    tally.outcomes[outcome] += 1


def _outcome(kind: Kind, found: str) -> Outcome:
    if found == kind.found[-1]:
        return Outcome.HARMLESS
    return Outcome.EARLIER if found in kind.found else Outcome.UNNOTICED


def _run_demo(home: Path) -> None:
    """Run the demo with the models that need no weights; it stores the same kinds of files."""
    home.mkdir()
    (home / "settings.toml").write_text(_SETTINGS, encoding="utf-8")
    settings = load_settings(home)
    ingest_demo(settings, now=_NOW)
    run_pipeline(settings, now=_NOW)
