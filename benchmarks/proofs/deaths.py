"""Processes killed at random points: nothing lost, doubled or unreadable; a rerun converges.

Each try is a process forked from a warm parent, killed after a random time of its work. What it
had acknowledged by then must be there, whole, and nothing but that and perhaps the step it was at.
Then the work is begun again and must end as if nobody had been killed.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import tempfile
import threading
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from reporting import Figure
from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from proofs.size import Size

_SEED: Final = 11
_PATIENCE_S: Final = 600
_ACKNOWLEDGED: Final = b"."


class Work(Protocol):
    """Work in steps; begun again in the folder it was killed in, it does what is left."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def prepare(self, folder: Path) -> None:
        """Make what the work starts from."""
        ...

    def do(self, folder: Path, acknowledge: Callable[[], object]) -> None:
        """Do what is left; ``acknowledge`` is called after each step that a user would be told."""
        ...

    def seen(self, folder: Path) -> str:
        """Say what readers see, complete, in a few letters."""
        ...


@dataclass(slots=True)
class Losses:
    """What deaths did to one kind of work."""

    killed: int = 0
    unreadable: int = 0
    lost: int = 0
    apart: int = 0
    notes: list[str] = field(default_factory=list)

    def note(self, told: str) -> None:
        """Keep the first words on what went wrong."""
        if len(self.notes) < 3:
            self.notes.append(told)


def prove(size: Size) -> Iterator[Figure]:
    """Kill each kind of work at random points."""
    from proofs.works import every_work

    logging.disable(logging.WARNING)
    # tqdm's own lock is shared by forked processes: one killed while holding it would stop them all
    tqdm.set_lock(threading.RLock())
    tqdm.monitor_interval = 0
    with tempfile.TemporaryDirectory() as folder:
        for work in every_work(Path(folder)):
            place = Path(folder) / work.name.replace(" ", "-")
            yield from figures_of(work.name, kill_often(work, place, size.pick(200, 1)))


def figures_of(name: str, found: Losses) -> Iterator[Figure]:
    """Tell what became of one kind of work."""
    print(f"{name}: killed {found.killed} times", *found.notes, flush=True)
    of = f"of {found.killed}"
    yield Figure(f"deaths: {name}, unreadable", found.unreadable, of, reach=0)
    yield Figure(f"deaths: {name}, lost or doubled", found.lost, of, reach=0)
    yield Figure(f"deaths: {name}, another end after a rerun", found.apart, of, reach=0)


def kill_often(work: Work, folder: Path, kills: int) -> Losses:
    """Kill some work so many times while it is at it, each time from its beginning."""
    template = folder / "template"
    template.mkdir(parents=True)
    known = in_child(lambda: _undisturbed(work, template, folder / "whole"))
    random = np.random.default_rng([_SEED, *work.name.encode()])
    found = Losses()
    while found.killed < kills:
        place = folder / "killed"
        shutil.copytree(template, place)
        acknowledged = _kill(work, place, random.uniform(0, known["seconds"]))
        if acknowledged is not None:
            found.killed += 1
            _judge(found, known["seen"], acknowledged, in_child(lambda p=place: _after(work, p)))
        shutil.rmtree(place)
    return found


def in_child(task: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do something in a process forked from this one, which stays as it was."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        _end(write, task)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        told = stream.read()
    os.waitpid(child, 0)
    return json.loads(told) if told else {"broken": "the process ended without a word"}


def _end(write: int, task: Callable[[], dict[str, Any]]) -> None:
    signal.alarm(_PATIENCE_S)
    try:
        told = task()
    except BaseException as error:  # noqa: BLE001 - a forked child must not run its parent's code
        told = {"broken": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}
    os.write(write, json.dumps(told).encode())
    os._exit(0)


def _undisturbed(work: Work, template: Path, whole: Path) -> dict[str, Any]:
    """Prepare, then work on two copies: for what is seen when, and for how long it takes."""
    work.prepare(template)
    shutil.copytree(template, whole)
    seen = [work.seen(whole)]
    work.do(whole, lambda: seen.append(work.seen(whole)))
    shutil.rmtree(whole)
    shutil.copytree(template, whole)
    began = time.perf_counter()
    work.do(whole, _nobody)
    return {"seen": seen, "seconds": time.perf_counter() - began}


def _kill(work: Work, place: Path, after_s: float) -> int | None:
    """Kill the work after some seconds; count acknowledged steps, None when it had ended."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        _work(work, place, write)
    os.close(write)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(read, "rb") as stream:
        acknowledged = len(stream.read())
    return acknowledged if os.WIFSIGNALED(status) else None


def _work(work: Work, place: Path, write: int) -> None:
    signal.alarm(_PATIENCE_S)
    try:
        work.do(place, lambda: os.write(write, _ACKNOWLEDGED))
    except BaseException:  # noqa: BLE001 - a forked child must not run its parent's code
        traceback.print_exc()
    os._exit(0)


def _after(work: Work, place: Path) -> dict[str, Any]:
    seen = work.seen(place)
    work.do(place, _nobody)
    return {"seen": seen, "end": work.seen(place)}


def _nobody() -> None:
    """Take no notice."""


def _judge(found: Losses, known: Sequence[str], acknowledged: int, after: dict[str, Any]) -> None:
    """Compare what was found after a death with what is seen after each step undisturbed."""
    if "broken" in after:
        found.unreadable += 1
        found.note(after.get("trace", after["broken"]))
        return
    if after["seen"] not in known[acknowledged : acknowledged + 2]:
        found.lost += 1
        found.note(f"after {acknowledged} steps there was {after['seen']}, expected of {known}")
    if after["end"] != known[-1]:
        found.apart += 1
        found.note(f"after {acknowledged} steps and a rerun {after['end']}, expected {known[-1]}")
