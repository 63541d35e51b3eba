"""GET /api/documents…, /api/search and the task register."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from chatbot.api.errors import documented
from chatbot.api.state import answering, root, services, taken
from chatbot.schemas import DocumentId, QuestionText, Text
from chatbot.task_table import TaskFilter, as_csv, task_rows
from chatbot.views import (
    DocumentRow,
    HitView,
    MetadataView,
    ReceiptView,
    SectionView,
    TaskView,
    document_row,
    hit_view,
    metadata_view,
    receipt_view,
    section_view,
)
from index.reranker import reranked_search

router = APIRouter(tags=["documents"])


class DocumentList(BaseModel):
    """The documents served."""

    documents: list[DocumentRow]


class DocumentOut(BaseModel):
    """A document: metadata, outline, receipt."""

    id: str
    title: str
    status: str | None
    url: str
    metadata: MetadataView
    sections: list[SectionView]
    receipt: ReceiptView


class TextOut(BaseModel):
    """The source text that all offsets refer to."""

    text: str


class SearchOut(BaseModel):
    """Passages by falling score."""

    query: str
    results: list[HitView]


class TaskList(BaseModel):
    """Rows of the task register."""

    tasks: list[TaskView]


@router.get("/api/documents")
def documents(request: Request) -> DocumentList:
    """Every document served."""
    rows = [document_row(document, root(request)) for document in services(request).answerer.index.documents]
    return DocumentList(documents=rows)


@router.get("/api/documents/{document_id}", responses=documented(404))
def document(document_id: DocumentId, request: Request) -> DocumentOut:
    """One document: what it is, its outline, where every character went."""
    found = services(request).answerer.index.document(document_id)
    row = document_row(found, root(request))
    return DocumentOut(
        id=found.id,
        title=row["title"],
        status=row["status"],
        url=row["url"],
        metadata=metadata_view(found.metadata),
        sections=[section_view(section) for section in found.sections],
        receipt=receipt_view(found),
    )


@router.get("/api/documents/{document_id}/text", responses=documented(404))
def text(document_id: DocumentId, request: Request) -> TextOut:
    """The source text; citations' offsets are code points of it."""
    return TextOut(text=services(request).answerer.index.document(document_id).source.text)


@router.get("/api/search", responses=documented(404))
async def search(
    request: Request,
    q: QuestionText,
    k: Annotated[int, Query(ge=1, le=100)] = 10,
    document_id: Text | None = None,
) -> SearchOut:
    """Passages by meaning and words, original and repaired text."""
    found = await taken(request)
    index = found.answerer.index
    if document_id is not None:
        index.document(document_id)
    within = [document_id] if document_id else []
    hits = await answering(request).run(
        lambda: reranked_search(index, index.query(q, found.encoder), k, within, found.answerer.reranker)
    )
    prefix = root(request)
    return SearchOut(query=q, results=[hit_view(h, index.document(h.passage.document_id), prefix) for h in hits])


@router.get(
    "/api/tasks",
    response_model=TaskList,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, **documented(404)},
)
def tasks(
    request: Request,
    document_id: Text | None = None,
    number: Text | None = None,
    unit: Text | None = None,
    role: Text | None = None,
    section: Text | None = None,
    q: Text | None = None,
    format: Literal["json", "csv"] = "json",
) -> Response | TaskList:
    """The task register: who is responsible for what; ``unit`` may be any name of a unit."""
    wanted = TaskFilter(document_id, number, unit, role, section, q)
    rows = task_rows(services(request).answerer.catalog, wanted)
    if format == "csv":
        name = {"Content-Disposition": 'attachment; filename="tasks.csv"'}
        return Response(as_csv(rows), media_type="text/csv; charset=utf-8", headers=name)
    return TaskList(tasks=rows)
