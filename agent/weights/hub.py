"""Downloading one file over HTTP, from where an earlier try stopped."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import httpx

from agent.model.deadline import in_time
from signals import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from signals import Progress

_MEGABYTE: Final = 1_000_000
_LEAST_SPEED: Final = 1_000  # bytes a second


@dataclass(frozen=True, slots=True)
class Download:
    """What is fetched.

    Parameters
    ----------
    most_bytes
        What is longer is not the file that was meant.
    timeout_s
        Longest wait for an answer, and for the next part of the file.
    """

    address: str
    name: str
    most_bytes: int
    timeout_s: float = 60.0


def download(wanted: Download, target: Path, progress: Progress) -> None:
    """Append to a file what is still missing of it.

    A hub may send on to where it keeps its files, but over https alone.

    Raises
    ------
    ModelError
        When the address cannot be read to the end, or only slower than `_LEAST_SPEED`; what came
        is kept. When it gives more than the file can be.
    """
    held = target.stat().st_size if target.exists() else 0
    asked = {"Range": f"bytes={held}-"} if held else {}
    deadline = time.monotonic() + wanted.timeout_s
    try:
        with _client(wanted) as client:
            request = client.build_request("GET", wanted.address, headers=asked)
            response = in_time(lambda: client.send(request, stream=True), deadline)
            if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return  # all of it is here; the sha256 decides
            response.raise_for_status()
            goes_on = response.status_code == HTTPStatus.PARTIAL_CONTENT
            _write(response, target, (wanted, held if goes_on else 0), progress)
    except (httpx.HTTPError, httpx.InvalidURL, ModelError) as error:
        raise ModelError(
            f"{wanted.address} could not be read ({error}); what came is kept: run the command "
            "again to go on, or try another source"
        ) from error


def _client(wanted: Download) -> httpx.Client:
    start = httpx.URL(wanted.address)

    def check(request: httpx.Request) -> None:
        here = (request.url.scheme, request.url.host, request.url.port)
        if request.url.scheme != "https" and here != (start.scheme, start.host, start.port):
            raise ModelError(f"it sends on to {request.url.host} without https; that is refused")

    return httpx.Client(
        timeout=wanted.timeout_s, follow_redirects=True, event_hooks={"request": [check]}
    )


def _write(
    response: httpx.Response, target: Path, before: tuple[Download, int], progress: Progress
) -> None:
    wanted, held = before
    total = held + int(response.headers.get("content-length", 0))
    step = f"Pulling {wanted.name}: megabytes"
    since, came = time.monotonic(), 0
    with target.open("ab" if held else "wb") as stream:
        for block in response.iter_raw():
            stream.write(block)
            held += len(block)
            came += len(block)
            if held > wanted.most_bytes:
                target.unlink()
                raise ModelError(f"it gives more than {wanted.most_bytes // _MEGABYTE} MB")
            if time.monotonic() - since > wanted.timeout_s:
                if came < _LEAST_SPEED * wanted.timeout_s:
                    raise ModelError(f"it gave {came} bytes in {wanted.timeout_s:.0f} s")
                since, came = time.monotonic(), 0
            progress(step, held // _MEGABYTE, max(total, held) // _MEGABYTE)
