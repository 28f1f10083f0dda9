"""Files that are sent to be brought in."""

from __future__ import annotations

import shutil
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ui.api.doors import Bringer, Open
from ui.api.job_told import ACCEPTED, JobTold, told
from ui.api.uploads import keep_upload
from ui.api.writes import OnceKey, done_once
from ui.jobs import JobKind
from ui.tasks import UPLOAD, IngestAsked

router = APIRouter(tags=["long work"])


@router.post("/ingest", status_code=ACCEPTED, response_model=JobTold)
async def ingest(
    request: Request,
    asked: Annotated[IngestAsked, Query()],
    doors: Open,
    person: Bringer,
    key: OnceKey = None,
) -> Response:
    """Bring in a file, sent as the body: CSV, Parquet, JSON lines or Excel."""
    uploads = doors.live.settings.workspace.uploads
    folder, content = await keep_upload(request, uploads, asked.file)
    is_begun = False

    def write() -> tuple[int, dict[str, Any]]:
        nonlocal is_begun
        arguments = asked.model_dump(mode="json") | {UPLOAD: folder}
        answer = told(doors.jobs.ask(JobKind.INGEST, arguments, person.user_id))
        is_begun = True
        return ACCEPTED, answer

    asked_for = f"ingest {content} {asked.model_dump_json()}"
    try:
        return await run_in_threadpool(done_once, doors.once, (person, key), asked_for, write)
    finally:
        if not is_begun:  # the same was sent before, or there is no job
            shutil.rmtree(uploads / folder, ignore_errors=True)
