"""Downloading one file over HTTP, from where an earlier try stopped."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx

from signals import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from signals import Progress

_TIMEOUT_S = 60.0
_MEGABYTE = 1_000_000


def download(address: str, target: Path, name: str, progress: Progress) -> None:
    """Append to a file what is still missing of it.

    Raises
    ------
    ModelError
        When the address cannot be read to the end; what came is kept.
    """
    held = target.stat().st_size if target.exists() else 0
    asked = {"Range": f"bytes={held}-"} if held else {}
    try:
        with httpx.stream(
            "GET", address, headers=asked, timeout=_TIMEOUT_S, follow_redirects=True
        ) as response:
            if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return  # all of it is here; the sha256 decides
            response.raise_for_status()
            goes_on = response.status_code == HTTPStatus.PARTIAL_CONTENT
            _write(response, target, (name, held if goes_on else 0), progress)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ModelError(
            f"{address} could not be read ({error}); what came is kept: run the command again to "
            "go on, or try another source"
        ) from error


def _write(
    response: httpx.Response, target: Path, before: tuple[str, int], progress: Progress
) -> None:
    name, held = before
    total = held + int(response.headers.get("content-length", 0))
    step = f"Pulling {name}: megabytes"
    with target.open("ab" if held else "wb") as stream:
        for block in response.iter_raw():
            stream.write(block)
            held += len(block)
            progress(step, held // _MEGABYTE, max(total, held) // _MEGABYTE)
