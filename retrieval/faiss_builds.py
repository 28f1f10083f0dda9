"""Which build of FAISS is installed, and whether it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

_CPU = "faiss-cpu"
_BUILDS = (_CPU, "faiss-gpu", "faiss-gpu-cu12", "faiss-gpu-cuvs")


@dataclass(frozen=True, slots=True)
class FaissBuild:
    """What was found; ``problem`` and ``remedy`` are empty when search can use it."""

    found: str
    problem: str = ""
    remedy: str = ""


def find_faiss() -> FaissBuild:
    """Look at the installed builds; two of them overwrite each other's files."""
    builds = {name: found for name in _BUILDS if (found := _version(name))}
    found = " and ".join(f"{name} {number}" for name, number in builds.items())
    if len(builds) > 1:
        problem = f"{found} are both installed and overwrite each other's files"
        remedy = f"run: pip uninstall {' '.join(builds)}, then: pip install one of them"
        return FaissBuild(found, problem, remedy)
    try:
        import faiss
    except ImportError as error:
        return FaissBuild(found, f"cannot be loaded: {error}", f"run: pip install {_CPU}")
    name = next(iter(builds), "")
    if name not in {"", _CPU} and not hasattr(faiss, "StandardGpuResources"):
        remedy = f"run: pip install --force-reinstall {name}"
        return FaissBuild(found, f"{found} has lost its GPU files", remedy)
    return FaissBuild(found or f"{faiss.__version__}, not installed by pip")


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
