"""A file that is being sent, kept until its job has read it."""

from __future__ import annotations

import secrets
import shutil
from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from ui.requests import FieldError

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

_ID_BYTES = 8


async def keep_upload(request: Request, uploads: Path, name: str) -> tuple[str, str]:
    """Write the body of a request to a file of a folder of its own.

    What was begun is removed when the sender goes away or sends too much. Nothing of it is read
    here: the process that reads files of unknown origin has limits of its own.

    Returns
    -------
    tuple
        The name of the folder and the SHA-256 of the file.

    Raises
    ------
    FieldError
        422 for an empty file.
    """
    folder = uploads / secrets.token_hex(_ID_BYTES)
    await run_in_threadpool(folder.mkdir, parents=True)
    content = sha256()
    try:
        with (folder / name).open("wb") as file:
            async for chunk in request.stream():
                content.update(chunk)
                await run_in_threadpool(file.write, chunk)
            size = file.tell()
    except BaseException:  # also when the sender goes away
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if not size:
        shutil.rmtree(folder, ignore_errors=True)
        raise FieldError("body", "the body is empty; send the file as the body")
    return folder.name, content.hexdigest()
