"""What ``groundswell doctor`` looks at in the workspace and around it."""

from __future__ import annotations

import http.client
import shutil
import tempfile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from signals import (
    GroundswellError,
    Lake,
    ModelError,
    NotReady,
    author_key_damage,
    current,
    damage,
    read_manifest,
)
from ui.health import Check, State
from ui.wiring import LOCAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ui.settings import Settings

_FEW_BYTES, _LITTLE_BYTES = 200_000_000, 2_000_000_000
_ENDPOINT_WAIT_S = 2.0
_SERVER_ERROR = 500
_NO_ENTRY = (401, 403)


def check_workspace(settings: Settings) -> Iterator[Check]:
    """Look at the folder of the shop, what was stored and built in it, and the chat model."""
    place = _writable(settings.home)
    yield place
    if place.state is State.FAIL:
        return
    yield _disk(settings.home)
    yield _lake(settings.workspace.lake)
    yield _versions("models", settings.workspace.models)
    yield _index(settings)
    yield _endpoint(settings)


def _writable(home: Path) -> Check:
    place = _existing(home)
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        found = f"{place} cannot be written: {error.strerror}"
        return Check("workspace", State.FAIL, found, "give another --home")
    if not home.exists():
        return Check("workspace", State.OK, f"{home} is not there yet and can be made")
    return Check("workspace", State.OK, f"{home.resolve()} can be written")


def _disk(home: Path) -> Check:
    free = shutil.disk_usage(_existing(home)).free
    found = f"{free / 1e9:,.1f} GB free"
    if free < _FEW_BYTES:
        return Check("disk", State.FAIL, found, "free some space or give another --home")
    if free < _LITTLE_BYTES:
        return Check("disk", State.WARN, found, "large shops need a few GB; free some space")
    return Check("disk", State.OK, found)


def _lake(root: Path) -> Check:
    try:
        lake = Lake(root)
        counts = {
            name: int(lake.sql(f'SELECT count(*) AS "rows" FROM "{name}"')["rows"].iloc[0])
            for name in sorted(lake.versions())
        }
    except GroundswellError as error:
        return Check(
            "lake", State.FAIL, str(error), "restore it from a backup or give another --home"
        )
    if damaged := lake.damaged():
        advice = "put the file back from a backup, or run: groundswell doctor --mend"
        return Check("lake", State.FAIL, damaged[0], advice)
    if lost := author_key_damage(root):
        return Check("lake", State.FAIL, lost, "restore the key, or run: groundswell doctor --mend")
    if not counts:
        advice = "run: groundswell demo, or: groundswell ingest FILE"
        return Check("lake", State.WARN, "nothing was brought in yet", advice)
    return Check("lake", State.OK, ", ".join(f"{n} {count:,}" for n, count in counts.items()))


def _versions(name: str, folder: Path) -> Check:
    try:
        served = current(folder)
    except NotReady:
        return Check(name, State.WARN, "nothing was built yet", "run: groundswell run")
    except ModelError as error:
        return Check(name, State.FAIL, str(error), "run: groundswell run")
    newest = max(version.name for version in folder.glob("v[0-9]*"))
    if served.name != newest:
        found = f"{newest} is damaged ({damage(folder / newest)[0]}); {served.name} serves"
        return Check(name, State.WARN, found, "run: groundswell run")
    return Check(name, State.OK, f"{served.name}: files match their sha256")


def _index(settings: Settings) -> Check:
    check = _versions("index", settings.workspace.index)
    if check.state is not State.OK:
        return check
    encoder_id = str(read_manifest(current(settings.workspace.index)).get("encoder_id", ""))
    kind = {"hashing": "hashing", "e5": "multilingual-e5"}.get(settings.encoder, "sentence:")
    if encoder_id.startswith(kind):
        return Check("index", State.OK, f"{check.found}; encoder {encoder_id}")
    return Check(
        "index",
        State.FAIL,
        f"built with encoder {encoder_id}; the settings name {settings.encoder}",
        "set the encoder back or run: groundswell run",
    )


def _endpoint(settings: Settings) -> Check:
    name = "chat model"
    if settings.llm_model is None:
        return Check(name, State.OK, "none set: answers come from the grammar, which needs none")
    here = settings.llm_model.startswith(LOCAL)
    if here or settings.llm_base_url is None:
        where = "runs on this machine" if here else "at its provider (not tried)"
        return Check(name, State.OK, f"{settings.llm_model} {where}")
    url = settings.llm_base_url
    try:
        status = _status(url.rstrip("/") + "/models")
    except (OSError, ValueError, http.client.HTTPException) as error:
        advice = (
            "start the endpoint, correct llm_base_url, or unset llm_model; answers work without"
        )
        return Check(name, State.FAIL, f"{url} does not answer: {error}", advice)
    if status >= _SERVER_ERROR:
        return Check(name, State.FAIL, f"{url} answers {status}", "look at the endpoint's own log")
    if status in _NO_ENTRY and settings.llm_api_key is None:
        advice = "set GROUNDSWELL_LLM_API_KEY"
        return Check(name, State.WARN, f"{url} wants a key (answers {status})", advice)
    return Check(name, State.OK, f"{settings.llm_model} at {url} answers")


def _status(url: str) -> int:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{url} is no http address")
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=_ENDPOINT_WAIT_S)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status
    finally:
        connection.close()


def _existing(path: Path) -> Path:
    place = path.absolute()
    while not place.exists():
        place = place.parent
    return place
