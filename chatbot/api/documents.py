"""GET /api/documents…, /api/search and the task register."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from chatbot.api.access import known
from chatbot.api.errors import documented
from chatbot.api.state import answering, root, services, taken
from chatbot.schemas import DocumentId, QuestionText, Text
from chatbot.security import Caller, Scope
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
    task_view,
)
from index.errors import UnknownDocumentError
from index.reranker import reranked_search
from ingest.model import Document

router = APIRouter(tags=["documents"])


class DocumentList(BaseModel):
    """The documents served."""

    documents: list[DocumentRow]


class DocumentOut(BaseModel):
    """A document: metadata, outline, receipt."""

    id: str
    title: str
    status: str | None
    published: bool
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


#: Which version of a document.
Preview = Annotated[bool, Query(description="The version that waits to be published; needs a key of scope write.")]


def _is_writer(caller: Annotated[Caller | None, Depends(known)]) -> bool:
    return caller is not None and caller.scope.includes(Scope.WRITE)


#: Whether the caller may see previews; others do not learn that there are any.
IsWriter = Annotated[bool, Depends(_is_writer)]


def _version(request: Request, document_id: str, preview: bool, writer: bool) -> tuple[Document, bool]:
    """The document published under an id, for writers its preview where that is asked for or all there is; and whether
    it is published. Raises UnknownDocumentError."""
    found = services(request)
    published = any(document.id == document_id for document in found.answerer.index.documents)
    if writer and (preview or not published) and (waiting := found.collection.previews.document(document_id)):
        return waiting, False
    if preview:
        raise UnknownDocumentError(f"no preview with id {document_id!r} that this caller may see")
    return found.answerer.index.document(document_id), True


@router.get("/api/documents")
def documents(request: Request, writer: IsWriter) -> DocumentList:
    """Every document served, and with a key of scope write those that wait to be published."""
    found, prefix = services(request), root(request)
    served = found.answerer.index.documents
    previews = {document.id: document for document in found.collection.previews.documents()} if writer else {}
    rows = [document_row(document, prefix, preview=document.id in previews) for document in served]
    new = previews.keys() - {document.id for document in served}
    rows += [document_row(previews[document_id], prefix, published=False, preview=True) for document_id in sorted(new)]
    return DocumentList(documents=rows)


@router.get("/api/documents/{document_id}", responses=documented(404))
def document(document_id: DocumentId, request: Request, writer: IsWriter, preview: Preview = False) -> DocumentOut:
    """One document: what it is, its outline, where every character went."""
    found, published = _version(request, document_id, preview, writer)
    row = document_row(found, root(request))
    return DocumentOut(
        id=found.id,
        title=row["title"],
        status=row["status"],
        published=published,
        url=row["url"],
        metadata=metadata_view(found.metadata),
        sections=[section_view(section) for section in found.sections],
        receipt=receipt_view(found),
    )


@router.get("/api/documents/{document_id}/text", responses=documented(404))
def text(document_id: DocumentId, request: Request, writer: IsWriter, preview: Preview = False) -> TextOut:
    """The source text; citations' offsets are code points of it."""
    return TextOut(text=_version(request, document_id, preview, writer)[0].source.text)


@router.get("/api/documents/{document_id}/tasks", responses=documented(404))
def document_tasks(document_id: DocumentId, request: Request, writer: IsWriter, preview: Preview = False) -> TaskList:
    """The tasks found in a document, in its order; of a preview too."""
    found = _version(request, document_id, preview, writer)[0]
    return TaskList(tasks=[task_view(task, found) for task in found.tasks])


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
