"""GET and POST /api/admin/…: volume, the inbox of unanswered questions, curated answers, golden cases."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field, JsonValue, StringConstraints

from chatbot.answer import Ask, Reply
from chatbot.api.access import requires
from chatbot.api.errors import documented
from chatbot.api.memory import WRITTEN
from chatbot.api.state import answering, recorder, root, services, settings, sorter, storage, taken
from chatbot.conversation import MAX_TURNS, Turn
from chatbot.curated import standing
from chatbot.draft import Method
from chatbot.drafting import ANSWERS
from chatbot.question import Language, detect_language
from chatbot.schemas import AskOut, QuestionText, SaidText, Text
from chatbot.security import Caller, Scope
from chatbot.staff.golden import case_of, golden_file, keep
from chatbot.staff.pinning import Picked, Written, pinned
from chatbot.storage import Topic, TopicState, UnknownRecordError
from chatbot.views import HitView, hit_view
from index.reranker import reranked_search

router = APIRouter(tags=["staff"], prefix="/api/admin", responses=documented(404))

Admin = Annotated[Caller, Depends(requires(Scope.ADMIN))]
TopicId = Annotated[Text, Path(examples=["0a1b2c3d4e5f60718293a4b5c6d7e8f9"])]
#: Questions of a topic that are shown, and passages found for it.
_SHOWN, _FOUND = 50, 8


_CURATED: dict[str, JsonValue] = {
    "question": "体育评价有没有牵头单位？",
    "statements": [
        {"text": "没有，由两家分工负责。", "evidence": [{"document_id": "jinan-2024", "start": 3265, "end": 3288}]}
    ],
}


class DayOut(BaseModel):
    """A day (UTC) and its answers by outcome."""

    day: str
    outcomes: dict[str, int]


class AskedOut(BaseModel):
    """A question in these words, and how often it was asked."""

    question: str
    count: int


class StatsOut(BaseModel):
    """What was asked in the last ``days``, and what became of it; milliseconds are those of answering."""

    days: list[DayOut]
    answers: int
    outcomes: dict[str, int]
    methods: dict[str, int]
    ms_p50: float | None
    ms_p95: float | None
    up: int
    down: int
    top: list[AskedOut]
    topics: dict[str, int]
    documents: int
    previews: int


class TopicOut(BaseModel):
    """Questions of one meaning that were refused or disliked; ``question`` is the newest of them."""

    id: str
    state: TopicState
    question: str
    language: str
    outcome: str
    asked: int
    disliked: int
    first: datetime
    last: datetime
    actor: str | None


class TopicList(BaseModel):
    """A page of the inbox, the topic asked last first, and how many there are by state."""

    topics: list[TopicOut]
    counts: dict[str, int]


class MemberOut(BaseModel):
    """One question of a topic: what it was answered, and what its asker thought; ``before`` was asked before it."""

    answer_id: str
    at: datetime
    question: str
    outcome: str
    answer: dict[str, Any] | None
    rating: str | None
    comment: str | None
    before: list[str]


class TopicDetail(BaseModel):
    """A topic with its newest questions, and the passages that search finds for the newest now."""

    topic: TopicOut
    questions: list[MemberOut]
    found: list[HitView]


class StateIn(BaseModel):
    """What became of a topic."""

    model_config = {"json_schema_extra": {"examples": [{"state": "dismissed"}]}}

    state: TopicState


class PickedIn(BaseModel):
    """Characters of a document's text, half-open, in code points."""

    document_id: Text
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class WrittenIn(BaseModel):
    """A piece of an answer and what it rests on."""

    text: Annotated[SaidText, StringConstraints(min_length=1, max_length=2000)]
    evidence: list[PickedIn] = Field(min_length=1, max_length=20)


class CuratedIn(BaseModel):
    """An answer to a question, in its language; ``topic_id`` is the topic it settles."""

    model_config = {"json_schema_extra": {"examples": [_CURATED]}}

    question: QuestionText
    language: Annotated[str, Field(pattern="^(auto|zh|en)$")] = "auto"
    statements: list[WrittenIn] = Field(min_length=1, max_length=20)
    topic_id: Text | None = None


class PlaceOut(BaseModel):
    """A place that a curated answer rests on, where it is now."""

    document_id: str
    clause_id: str | None
    quote: str
    url: str | None


class StatementOut(BaseModel):
    """A piece of a curated answer."""

    text: str
    evidence: list[PlaceOut]


class CuratedOut(BaseModel):
    """A curated answer; ``withdrawn`` says why it is not given at present."""

    id: str
    question: str
    language: str
    statements: list[StatementOut]
    withdrawn: str | None


class CuratedList(BaseModel):
    """All of them."""

    curated: list[CuratedOut]


class CuratedMade(BaseModel):
    """A new curated answer, and what the question is answered now; ``used`` is false where that is something else."""

    id: str
    used: bool
    answer: AskOut


class GoldenOut(BaseModel):
    """A golden case and the file it was added to."""

    case: dict[str, Any]
    file: str


@router.get("/stats")
def stats(request: Request, admin: Admin, days: Annotated[int, Query(ge=1, le=3660)] = 30) -> StatsOut:
    """What was asked lately, how it was answered and how fast, and what waits."""
    recorder(request).flush(WRITTEN)
    kept, found = storage(request), services(request)
    volume = kept.statistics.volume(datetime.now(UTC) - timedelta(days=days))
    return StatsOut(
        days=[DayOut(day=day.day, outcomes=dict(day.outcomes)) for day in volume.days],
        answers=volume.answers, outcomes=dict(volume.outcomes), methods=dict(volume.methods),
        ms_p50=volume.ms_p50, ms_p95=volume.ms_p95, up=volume.up, down=volume.down,
        top=[AskedOut(question=asked.question, count=asked.count) for asked in volume.top],
        topics=kept.inbox.counts(), documents=len(found.answerer.index.documents),
        previews=len(found.collection.previews.ids()),
    )  # fmt: skip


@router.get("/unanswered")
def unanswered(
    request: Request,
    admin: Admin,
    state: TopicState | None = TopicState.OPEN,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> TopicList:
    """The inbox: questions that were refused or disliked, those of one meaning together."""
    recorder(request).flush(WRITTEN)
    sorter(request).sort()
    inbox = storage(request).inbox
    topics = [_topic_out(topic) for topic in inbox.topics(state, limit, offset)]
    return TopicList(topics=topics, counts=inbox.counts())


@router.get("/unanswered/{topic_id}")
async def topic(topic_id: TopicId, request: Request, admin: Admin) -> TopicDetail:
    """A topic: what was asked and answered, and what search finds for it now."""
    inbox = storage(request).inbox
    found, shown = await taken(request), await run_in_threadpool(inbox.topic, topic_id)
    members = await run_in_threadpool(inbox.members, topic_id, _SHOWN, MAX_TURNS)
    index, asked = found.answerer.index, shown.question
    hits = await answering(request).run(
        lambda: reranked_search(index, index.query(asked, found.encoder), _FOUND, (), found.answerer.reranker)
    )
    return TopicDetail(
        topic=_topic_out(shown),
        questions=[MemberOut.model_validate(member, from_attributes=True) for member in members],
        found=[hit_view(hit, index.document(hit.passage.document_id), root(request)) for hit in hits],
    )


@router.post("/unanswered/{topic_id}")
def settle(topic_id: TopicId, body: StateIn, request: Request, admin: Admin) -> TopicOut:
    """Say what became of a topic, such as that it is dismissed."""
    inbox = storage(request).inbox
    inbox.settle(topic_id, body.state, str(admin))
    return _topic_out(inbox.topic(topic_id))


@router.post("/unanswered/{topic_id}/ask")
async def ask_again(topic_id: TopicId, request: Request, admin: Admin) -> AskOut:
    """Ask the newest question of a topic again, after what was asked before it; where it is answered now, it is settled
    so."""
    reply, _ = await _asked_again(request, topic_id)
    inbox = storage(request).inbox
    shown = await run_in_threadpool(inbox.topic, topic_id)
    if reply.outcome in ANSWERS and shown.state is TopicState.OPEN and shown.outcome not in map(str, ANSWERS):
        state = TopicState.CURATED if reply.method is Method.CURATED else TopicState.ANSWERED
        await run_in_threadpool(inbox.settle, topic_id, state, str(admin))
    return AskOut.of(reply, root(request))


@router.post("/unanswered/{topic_id}/golden")
async def golden(topic_id: TopicId, request: Request, admin: Admin) -> GoldenOut:
    """Keep the newest question of a topic as a golden case, held to what it is answered now."""
    reply, before = await _asked_again(request, topic_id)
    day = datetime.now(UTC).date()
    case = case_of(f"desk-{topic_id[:12]}", reply, before, day, str(admin))
    file = await run_in_threadpool(keep, case, settings(request).data_dir)
    await run_in_threadpool(storage(request).inbox.settle, topic_id, TopicState.GOLDEN, str(admin))
    return GoldenOut(case=case, file=file.name)


@router.get("/golden", response_class=FileResponse, responses={200: {"content": {"application/jsonl": {}}}})
def golden_cases(request: Request, admin: Admin) -> FileResponse:
    """The golden cases made here, for ``reformqa eval --golden FILE``."""
    path = golden_file(settings(request).data_dir)
    if not path.exists():
        raise UnknownRecordError("no golden case was made yet")
    return FileResponse(path, media_type="application/jsonl", filename=path.name)


@router.get("/curated")
def curated(request: Request, admin: Admin) -> CuratedList:
    """The answers that staff wrote, and whether they stand over what is served."""
    documents = {document.id: document for document in services(request).answerer.index.documents}
    rows = []
    for kept in storage(request).curated.all():
        stands = standing(kept, documents)
        places = [statement.refs for statement in stands.statements] or [()] * len(kept.statements)
        statements = [
            StatementOut(text=statement.text, evidence=[
                PlaceOut(document_id=e.document_id, clause_id=e.clause_id, quote=e.quote, url=None if ref is None else
                         f"{root(request)}/documents/{e.document_id}#c{ref.span.start}-{ref.span.end}")
                for e, ref in zip(statement.evidence, refs or [None] * len(statement.evidence), strict=True)
            ])
            for statement, refs in zip(kept.statements, places, strict=True)
        ]  # fmt: skip
        rows.append(CuratedOut(id=kept.id, question=kept.question, language=kept.language, statements=statements,
                               withdrawn=stands.withdrawn))  # fmt: skip
    return CuratedList(curated=rows)


@router.post("/curated", status_code=201)
async def curate(body: CuratedIn, request: Request, admin: Admin) -> CuratedMade:
    """Answer a question oneself, with places picked from the documents; an answer to the same words is replaced."""
    found, kept = await taken(request), storage(request)
    written = [
        Written(s.text, tuple(Picked(e.document_id, e.start, e.end) for e in s.evidence)) for s in body.statements
    ]
    statements = pinned(written, found.answerer.index)
    language = detect_language(body.question) if body.language == "auto" else Language(body.language)
    if body.topic_id is not None:
        await run_in_threadpool(kept.inbox.topic, body.topic_id)
    curated_id = await run_in_threadpool(kept.curated.add, body.question, language, statements, str(admin))
    reply = await answering(request).reply(found.answerer, Ask(body.question, language=language))
    used = reply.method is Method.CURATED
    if body.topic_id is not None and used:
        await run_in_threadpool(kept.inbox.settle, body.topic_id, TopicState.CURATED, str(admin))
    return CuratedMade(id=curated_id, used=used, answer=AskOut.of(reply, root(request)))


@router.delete("/curated/{curated_id}", status_code=204, response_class=Response)
def withdraw(curated_id: TopicId, request: Request, admin: Admin) -> None:
    """Withdraw an answer that staff wrote."""
    storage(request).curated.remove(curated_id, str(admin))


async def _asked_again(request: Request, topic_id: str) -> tuple[Reply, tuple[str, ...]]:
    inbox, found = storage(request).inbox, await taken(request)
    members = await run_in_threadpool(inbox.members, topic_id, 1, MAX_TURNS)
    if not members:
        raise UnknownRecordError(f"no topic {topic_id!r}; what was asked may be erased, or past its retention")
    newest = members[0]
    history = [Turn(question, None) for question in newest.before]
    return await answering(request).reply(found.answerer, Ask(newest.question, history)), newest.before


def _topic_out(topic: Topic) -> TopicOut:
    return TopicOut.model_validate(topic, from_attributes=True)
