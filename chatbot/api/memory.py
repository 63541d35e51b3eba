"""What the service remembers of questions: answers recorded, sessions continued and erased, feedback; the audit log."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, StringConstraints

from chatbot.answer import Ask, Done, Event, Reply
from chatbot.api.access import requires
from chatbot.api.state import recorder, services, storage
from chatbot.bootstrap import Services
from chatbot.conversation import MAX_TURNS, Turn
from chatbot.schemas import AskOut, ErrorOut, Text
from chatbot.security import Scope
from chatbot.storage import Answered, Rating, StorageUnavailableError

router = APIRouter(tags=["memory"])

_log = logging.getLogger(__name__)

#: Seconds that a question waits for the one before it to be written, feedback for its answer, and staff for both.
WRITTEN = 0.5


def continued(request: Request, asked: Ask, session_id: str) -> Ask:
    """``asked`` with the questions of its session before it, unless the client tells its own history.

    Questions only: what was answered is worked out again from what is served now.
    """
    if asked.history:
        return asked
    writing = recorder(request)
    writing.flush(WRITTEN)
    if not writing.state().well:  # a database that hangs would hold the answer up
        return asked
    try:
        before = storage(request).answers.questions(session_id, MAX_TURNS)
    except StorageUnavailableError as error:
        _log.warning("a session is answered without what was asked before: %s", error)
        return asked
    return replace(asked, history=[Turn(question, None) for question in before])


def record(request: Request, reply: Reply, session_id: str | None) -> None:
    """Have a reply kept, behind the answering."""
    by, now = services(request), datetime.now(UTC)
    recorder(request).record(lambda: recorded(reply, session_id, by, now))


async def recording(
    events: AsyncGenerator[Event, None], request: Request, session_id: str | None
) -> AsyncGenerator[Event, None]:
    """The events, the reply in them recorded; closing it closes them."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Done):
                record(request, event.reply, session_id)
            yield event


def recorded(reply: Reply, session_id: str | None, by: Services, now: datetime) -> Answered:
    """A reply as it is kept, with every document that it names."""
    kept = AskOut.of(reply, "")
    cited = {citation.document_id for citation in (*reply.citations, *reply.related)}
    facts = {fact.clause_id.partition("/")[0] for fact in reply.facts}
    words = "\n".join((reply.answer, *reply.notices, *reply.suggestions))
    documents = by.answerer.index.documents
    named = {d.id for d in documents if d.metadata.title.value in words or (d.metadata.title_en or "\0") in words}
    return Answered(
        reply.id, now, session_id, reply.question, reply.language, reply.outcome, reply.method, reply.timings.total,
        kept.model_dump(mode="json"), frozenset(cited | facts | named),
    )  # fmt: skip


class FeedbackIn(BaseModel):
    """What somebody thinks of an answer."""

    model_config = {
        "json_schema_extra": {"examples": [{"answer_id": "6c95ae84-e0cd-437d-b831-464188ec3727", "rating": "up"}]}
    }

    answer_id: Annotated[Text, StringConstraints(max_length=100)]
    rating: Literal["up", "down"]
    comment: Annotated[Text, StringConstraints(max_length=2000)] | None = None


class FeedbackOut(BaseModel):
    """What was kept."""

    answer_id: str
    rating: str


class ErasedOut(BaseModel):
    """How many questions were erased."""

    erased: int


class AuditOut(BaseModel):
    """Who did what to what."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, object]


class AuditList(BaseModel):
    """The newest entries, newest first."""

    entries: list[AuditOut]


_ERRORS: dict[int | str, dict[str, object]] = {status: {"model": ErrorOut} for status in (404, 422, 429, 503)}


@router.post("/api/feedback", responses=_ERRORS)
def feedback(body: FeedbackIn, request: Request) -> FeedbackOut:
    """Say what you think of an answer; the last word counts. 404 for an answer that was never given, or is erased.

    With a retention of 0 days the rating is kept, the comment is not.
    """
    recorder(request).flush(WRITTEN)
    storage(request).answers.rate(body.answer_id, Rating(body.rating), body.comment)
    return FeedbackOut(answer_id=body.answer_id, rating=body.rating)


@router.delete("/api/sessions/{session_id}", responses=_ERRORS)
def erase(session_id: Annotated[Text, Path(examples=["b7d1c2f0a9e84c55"])], request: Request) -> ErasedOut:
    """Erase all that was asked in a session, answers and feedback too. Who knows the session's id may do so."""
    recorder(request).flush(WRITTEN)
    return ErasedOut(erased=storage(request).answers.erase_session(session_id))


@router.get("/api/admin/audit", dependencies=[Depends(requires(Scope.ADMIN))])
def audit(request: Request, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> AuditList:
    """Who published, deleted, curated, made or revoked keys."""
    entries = storage(request).audit.latest(limit)
    return AuditList(entries=[
        AuditOut(at=e.at, actor=e.actor, action=e.action, subject=e.subject, detail=dict(e.detail)) for e in entries
    ])  # fmt: skip
