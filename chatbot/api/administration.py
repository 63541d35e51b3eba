"""POST and DELETE /api/documents…, GET /api/jobs/{id}: what staff change; the work is done in another process."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, JsonValue
from sse_starlette import EventSourceResponse, ServerSentEvent

from chatbot.api.access import requires
from chatbot.api.form import FILE_FORM, check_kind, sent_file, upload_bytes
from chatbot.api.state import desk, live, settings
from chatbot.api.streams import told_to_the_end
from chatbot.schemas import ErrorBody, ErrorOut
from chatbot.security import Caller, Scope
from chatbot.storage import Job, JobState
from chatbot.uploads.inbox import Order
from chatbot.uploads.names import plain_name, shown_name
from chatbot.views import ReceiptView
from index.errors import IndexingError
from ingest.pipeline import slug

router = APIRouter(tags=["administration"])

Writer = Annotated[Caller, Depends(requires(Scope.WRITE))]
#: A document's slug.
DocumentId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$", examples=["jinan-2024"])]
_PING_SECONDS = 15
_LOOK_SECONDS = 0.3
_JOB = "9f0c2a7de31b4c5f8a6d7e8f90a1b2c3"
_EXAMPLE: dict[str, JsonValue] = {
    "id": _JOB, "kind": "upload", "state": "running", "progress": 0.42,
    "stage": "encoding", "document_id": "jinan-2024", "receipt": None, "error": None,
    "created": "2026-11-23T08:00:00Z", "updated": "2026-11-23T08:00:12Z",
}  # fmt: skip


class JobOut(BaseModel):
    """Work on a document: ``receipt`` when it is done, ``error`` when it has failed."""

    id: str
    kind: str
    state: JobState
    progress: float
    stage: str
    document_id: str | None
    receipt: ReceiptView | None
    error: ErrorBody | None
    created: datetime
    updated: datetime

    model_config = {"json_schema_extra": {"examples": [_EXAMPLE]}}


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": ErrorOut} for status in (*statuses, 401, 403, 422, 503)}


@router.post("/api/documents", status_code=202, responses=_errors(400, 409, 413, 415), openapi_extra=FILE_FORM)
async def send(
    request: Request,
    response: Response,
    caller: Writer,
    publish: Annotated[bool, Query(description="Publish it as soon as it is read; otherwise it is a preview.")] = False,
    id: Annotated[
        str | None, Query(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$", description="Default: made of its name.")
    ] = None,
) -> JobOut:
    """Send a document, a new one or one to take the place of that with its id, which answers until then."""
    sent = await sent_file(request, upload_bytes(settings(request)))
    name = plain_name(sent.name)
    await run_in_threadpool(check_kind, sent.data, shown_name(name))
    order = Order(id or slug(name), shown_name(name), publish, str(caller))
    return _accepted(request, response, await run_in_threadpool(desk(request).send, sent.data, order))


@router.post("/api/documents/{document_id}/publish", status_code=202, responses=_errors(404, 409))
def publish(document_id: DocumentId, request: Request, response: Response, caller: Writer) -> JobOut:
    """Publish a preview; the job is done when it answers."""
    return _accepted(request, response, desk(request).publish(document_id, str(caller)))


@router.delete("/api/documents/{document_id}", status_code=204, response_class=Response, responses=_errors(404))
def delete(
    document_id: DocumentId,
    request: Request,
    caller: Writer,
    preview: Annotated[bool, Query(description="Only its preview; what is published stays.")] = False,
) -> None:
    """Delete a document with all that is kept of it; when this returns, no answer, search result or file has it."""
    desk(request).delete(document_id, str(caller), preview)
    live(request).catch_up()


@router.get(
    "/api/jobs/{job_id}",
    response_model=JobOut,
    responses={
        200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
        **_errors(404),
    },
)
async def job(
    job_id: Annotated[str, Path(examples=[_JOB])],
    request: Request,
    caller: Writer,
    accept: Annotated[str, Header()] = "",
) -> Response | JobOut:
    """How far a job is; as server-sent events ``progress`` each time that changes, and ``done`` when it has ended."""
    first = await run_in_threadpool(_look, request, job_id)
    if "text/event-stream" in accept:
        events = told_to_the_end(_watched(request, first), request)
        return EventSourceResponse(events, ping=_PING_SECONDS, headers={"X-Accel-Buffering": "no"})
    return first


async def _watched(request: Request, last: JobOut) -> AsyncGenerator[ServerSentEvent, None]:
    yield _event(last)
    while last.state not in (JobState.DONE, JobState.FAILED):
        await asyncio.sleep(_LOOK_SECONDS)
        now = await run_in_threadpool(_look, request, last.id)
        if now != last:
            yield _event(now)
        last = now


def _event(job: JobOut) -> ServerSentEvent:
    name = "done" if job.state in (JobState.DONE, JobState.FAILED) else "progress"
    return ServerSentEvent(json.dumps(job.model_dump(mode="json"), ensure_ascii=False), event=name)


def _look(request: Request, job_id: str) -> JobOut:
    found = desk(request).job(job_id)
    if found.state is JobState.DONE and found.stage == "published":
        # Who is told that it is published may ask for it at once. An index that cannot be loaded is in the log.
        with suppress(IndexingError):
            live(request).catch_up()
    return _job_out(found)


def _accepted(request: Request, response: Response, job: Job) -> JobOut:
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/api/jobs/{job.id}"
    return _job_out(job)


def _job_out(job: Job) -> JobOut:
    return JobOut.model_validate(job, from_attributes=True)
