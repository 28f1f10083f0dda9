"""A full disk, a folder that cannot be written, eight writers at once.

What was acknowledged stays and is served, the error says what is the matter and what to do, and
work goes on when there is space again. The disks are small ones in memory, which only root may
mount; elsewhere their figures are left out and a line says so.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from proofs.deaths import in_child
from reporting import Figure

from signals import GroundswellError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proofs.size import Size

_SEED: Final = 5
_DISK_KB: Final = 3_000
_LEAST_SPACE_KB: Final = 500
"""What is made free again; the largest write takes half of it."""
_MOST_WRITES: Final = 60
_FULL, _CLOSED = "is full", "cannot be written"
_HELP: Final = "another --home, then run the command again"


class Writer(Protocol):
    """Something that is stored bit by bit.

    ``name`` is what people call it; ``reads_without_writing`` says whether it can be read where
    nothing can be written, as SQLite cannot.
    """

    name: str
    reads_without_writing: bool

    def write(self, folder: Path, number: int) -> None:
        """Store the next bit."""
        ...

    def seen(self, folder: Path) -> str:
        """Say all that is stored, in a few letters."""
        ...


def prove(size: Size) -> Iterator[Figure]:
    """Fill disks, close folders, and let eight write at once."""
    from proofs.writers import every_writer

    logging.disable(logging.WARNING)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        mounts = can_mount(place)
        for writer in every_writer()[: size.pick(5, 3)]:
            crowd = place / "together"
            found.update(together(writer, crowd, size.pick(10, 1), size.pick(8, 3)))
            if mounts:
                found.update(filled(writer, place / "full", size.pick(20, 1)))
                found.update(_closed(writer, place / "closed"))
    print(*(f"{what}: {count}" for what, count in sorted(found.items())), sep="\n", flush=True)
    if not mounts:
        print("full disk and read-only folder: left out, for this user may not mount a disk")
    yield from figures_of(found, mounts=mounts)


def figures_of(found: Counter[str], *, mounts: bool) -> Iterator[Figure]:
    """Give what went wrong; what was not tried has no figure."""
    kinds = ("lost", "unclear", "stuck") if mounts else ()
    for what, told in (
        ("lost", "acknowledged and not served on a full or read-only disk"),
        ("unclear", "errors that do not say what to do"),
        ("stuck", "writes refused when there was space again"),
    ):
        if what in kinds:
            yield Figure(f"full disk: {told}", found[what], f"of {found['tried']}", reach=0)
    of = f"of {found['gatherings']}"
    yield Figure("eight writers: lost, doubled or unreadable", found["apart"], of, reach=0)


def can_mount(folder: Path) -> bool:
    """Tell whether a small disk can be mounted here."""
    try:
        with small_disk(folder / "trial", 64):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


@contextmanager
def small_disk(place: Path, kilobytes: int) -> Iterator[Path]:
    """Mount a disk of some size while the block runs."""
    place.mkdir(parents=True, exist_ok=True)
    size = f"size={kilobytes}k"
    _run("mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place))
    try:
        yield place
    finally:
        _run("umount", "-l", str(place))


def _run(*command: str) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise FileNotFoundError(command[0])
    subprocess.run([program, *command[1:]], check=True, capture_output=True)


def filled(writer: Writer, place: Path, times: int) -> Counter[str]:
    """Write until the disk is full, read, make space, write again."""
    random = np.random.default_rng([_SEED, *writer.name.encode()])
    found: Counter[str] = Counter()
    for _ in range(times):
        with small_disk(place, _DISK_KB) as disk:
            ballast = disk / "ballast"
            kilobytes = int(random.integers(_LEAST_SPACE_KB, _DISK_KB * 2 // 3))
            ballast.write_bytes(bytes(1024 * kilobytes))
            found.update(_told(in_child(lambda d=disk: _fill(writer, d)), writer.name))
    return found


def _fill(writer: Writer, disk: Path) -> dict[str, Any]:
    home = disk / "home"
    home.mkdir()
    for number in range(_MOST_WRITES):
        tried = number > 0 and writer.reads_without_writing
        before = writer.seen(home) if tried else None
        try:
            writer.write(home, number)
        except GroundswellError as error:
            served = not tried or writer.seen(home) == before
            (disk / "ballast").unlink()
            return {
                "lost": int(not served),
                "unclear": int(_FULL not in str(error) or _HELP not in str(error)),
                "stuck": int(not _writes(writer, home, number)),
                "error": str(error),
            }
        if number == _MOST_WRITES // 2:  # it stores little: leave no room at all
            _fill_up(disk / "ballast")
    return {"never full": 1}


def _fill_up(ballast: Path) -> None:
    with ballast.open("ab", buffering=0) as stream:
        for size in (4096, 1024, 64, 1):
            try:
                while True:
                    stream.write(bytes(size))
            except OSError:
                continue


def _writes(writer: Writer, home: Path, number: int) -> bool:
    try:
        writer.write(home, number)
    except GroundswellError:
        return False
    return True


def _closed(writer: Writer, place: Path) -> Counter[str]:
    """Write twice, make the disk read-only, write again and read."""
    with small_disk(place, 20 * _DISK_KB) as disk:
        made = in_child(lambda: _two_writes(writer, disk))
        _run("mount", "-o", "remount,ro", str(disk))
        return _told(in_child(lambda: _refused(writer, disk, made["seen"])), writer.name)


def _two_writes(writer: Writer, disk: Path) -> dict[str, Any]:
    for number in range(2):
        writer.write(disk, number)
    return {"seen": writer.seen(disk)}


def _refused(writer: Writer, disk: Path, seen: str) -> dict[str, Any]:
    try:
        writer.write(disk, 2)
    except GroundswellError as error:
        lost = writer.reads_without_writing and writer.seen(disk) != seen
        clear = _CLOSED in str(error) and _HELP in str(error)
        return {"lost": int(lost), "unclear": int(not clear), "error": str(error)}
    return {"unclear": 1, "error": "it wrote to a disk that takes nothing"}


def _told(after: dict[str, Any], name: str) -> Counter[str]:
    """Count what a child told; one that broke off has shown an error that tells users nothing."""
    if "broken" in after:
        after = {"unclear": 1, "error": after.get("trace", after["broken"])}
    if any(after.get(what) for what in ("lost", "unclear", "stuck", "never full")):
        print(f"{name}: {after}", flush=True)
    counts = {what: after.get(what, 0) for what in ("lost", "unclear", "stuck", "never full")}
    return Counter({"tried": 1, **counts})


def together(writer: Writer, place: Path, times: int, writers: int = 8) -> Counter[str]:
    """Let several processes write at once, the same and then each its own."""
    found: Counter[str] = Counter()
    for _ in range(times):
        for numbers in ([0] * writers, list(range(writers))):
            for folder in ("alone", "crowd"):
                (place / folder).mkdir(parents=True)
            one_by_one = in_child(lambda n=numbers: _one_by_one(writer, place / "alone", n))
            crowd = in_child(lambda n=numbers: _crowd(writer, place / "crowd", n))
            if "broken" in crowd or crowd != one_by_one:
                print(f"{writer.name}: {crowd}, one by one {one_by_one}", flush=True)
                found["apart"] += 1
            found["gatherings"] += 1
            shutil.rmtree(place)
    return found


def _one_by_one(writer: Writer, folder: Path, numbers: list[int]) -> dict[str, Any]:
    for number in numbers:
        writer.write(folder, number)
    return {"seen": writer.seen(folder), "failed": 0}


def _crowd(writer: Writer, folder: Path, numbers: list[int]) -> dict[str, Any]:
    children = [_fork(lambda n=number: writer.write(folder, n)) for number in numbers]
    failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
    return {"seen": writer.seen(folder), "failed": failed}


def _fork(task: Callable[[], None]) -> int:
    child = os.fork()
    if not child:
        try:
            task()
        except BaseException as error:  # noqa: BLE001 - a forked child must not run its parent's code
            print(f"{type(error).__name__}: {error}", flush=True)
            os._exit(1)
        os._exit(0)
    return child
