"""Plain JSON views of documents and passages, the same for the HTTP API and for ``--json`` in the terminal."""

from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12

from index.hybrid import Hit
from ingest.model import Document, Field, Metadata, Passage, Section, Span, Task


class SpanView(TypedDict):
    """Source offsets, half-open."""

    start: int
    end: int


class UnitView(TypedDict):
    """A responsible unit and its role."""

    unit: str
    role: str


class FactView(TypedDict):
    """A row of the task register."""

    kind: str
    number: str
    ordinal: int | None
    title: str
    clause_id: str
    responsible: list[UnitView]
    deadline: str | None


class TaskView(FactView):
    """A task with its text and place."""

    section: str
    start: int
    end: int
    text: str
    etc: bool


class SectionView(SpanView):
    """A clause of the outline."""

    id: str
    kind: str
    number: str
    ordinal: int | None
    title: str
    label: str
    depth: int
    parent_id: str | None
    title_en: str | None


class PassageView(SpanView):
    """A passage: ``quote`` is the original, ``text`` the repaired wording."""

    id: str
    clause_id: str
    section: list[str]
    text: str
    quote: str


class DropView(SpanView):
    """Dropped characters and why."""

    reason: str


class RepairView(DropView):
    """Repaired characters and what is read instead."""

    reads: str


class GapView(TypedDict):
    """A hole in the numbering below ``parent_id``."""

    parent_id: str
    after: int
    before: int


class TableView(SpanView):
    """A table found."""

    rows: int


class ReceiptView(TypedDict):
    """Where every character went."""

    characters: int
    indexed: int
    dropped: list[DropView]
    repaired: list[RepairView]
    unaccounted: int
    gaps: list[GapView]
    tables: list[TableView]
    unknown_units: list[str]


class MetadataView(TypedDict):
    """What a document is; unknown is null."""

    title: str
    title_en: str | None
    issuer: str | None
    place: str | None
    document_number: str | None
    index_number: str | None
    written: str | None
    printed: str | None
    published: str | None
    effective: str | None
    date: str | None
    status: str | None
    source: str | None
    incomplete: bool


class InspectView(TypedDict):
    """All that ingestion found in one file."""

    id: str
    metadata: MetadataView
    sections: list[SectionView]
    tasks: list[TaskView]
    passages: list[PassageView]
    receipt: ReceiptView


class DocumentRow(TypedDict):
    """A document in a list."""

    id: str
    title: str
    title_en: str | None
    issuer: str | None
    date: str | None
    status: str | None
    place: str | None
    characters: int
    passages: int
    tasks: int
    published: bool
    preview: bool
    url: str


class HitView(PassageView):
    """A passage found, with the score of each channel."""

    document_id: str
    document_title: str
    score: float
    scores: dict[str, float]
    url: str


def _value(field: Field | None) -> str | None:
    return field.value if field else None


def _span(span: Span) -> SpanView:
    return {"start": span.start, "end": span.end}


def metadata_view(metadata: Metadata) -> MetadataView:
    """Metadata as JSON."""
    return {
        "title": metadata.title.value,
        "title_en": metadata.title_en,
        "issuer": _value(metadata.issuer),
        "place": _value(metadata.place),
        "document_number": _value(metadata.document_number),
        "index_number": _value(metadata.index_number),
        "written": _value(metadata.written),
        "printed": _value(metadata.printed),
        "published": _value(metadata.published),
        "effective": _value(metadata.effective),
        "date": metadata.date,
        "status": metadata.status,
        "source": metadata.source,
        "incomplete": metadata.ends_mid_sentence,
    }


def section_view(section: Section) -> SectionView:
    """A clause as JSON."""
    return {
        "id": section.id, "kind": section.kind, "number": section.number, "ordinal": section.ordinal,
        "title": section.title, "label": section.label, "depth": section.depth, "parent_id": section.parent_id,
        "title_en": section.title_en, **_span(section.span),
    }  # fmt: skip


def fact_view(task: Task) -> FactView:
    """A register row as JSON."""
    return {
        "kind": "task",
        "number": task.number,
        "ordinal": task.ordinal,
        "title": task.title,
        "clause_id": task.clause_id,
        "responsible": [{"unit": r.unit, "role": r.role} for r in task.responsible],
        "deadline": task.deadline,
    }


def task_view(task: Task, document: Document) -> TaskView:
    """A task as JSON; ``text`` is the original."""
    ancestors = [section.label for section in document.path(task.clause_id)][:-1]
    return {
        **fact_view(task),
        "section": " / ".join(ancestors),
        "start": task.span.start,
        "end": task.span.end,
        "text": task.span.of(document.source.text),
        "etc": task.etc,
    }


def passage_view(passage: Passage, document: Document) -> PassageView:
    """A passage as JSON."""
    return {
        "id": passage.id, "clause_id": passage.clause_id, "section": list(passage.headings), "text": passage.text,
        "quote": passage.span.of(document.source.text), **_span(passage.span),
    }  # fmt: skip


def receipt_view(document: Document) -> ReceiptView:
    """The receipt as JSON."""
    receipt = document.receipt
    return {
        "characters": receipt.characters,
        "indexed": receipt.indexed,
        "dropped": [{**_span(drop.span), "reason": drop.reason} for drop in receipt.dropped],
        "repaired": [{**_span(e.span), "reason": e.reason, "reads": e.replacement} for e in receipt.repaired],
        "unaccounted": receipt.unaccounted,
        "gaps": [{"parent_id": gap.parent_id, "after": gap.after, "before": gap.before} for gap in receipt.gaps],
        "tables": [{**_span(table.span), "rows": table.rows} for table in receipt.tables],
        "unknown_units": list(receipt.unknown_units),
    }


def inspect_view(document: Document) -> InspectView:
    """Everything ingestion found."""
    return {
        "id": document.id,
        "metadata": metadata_view(document.metadata),
        "sections": [section_view(s) for s in document.sections],
        "tasks": [task_view(task, document) for task in document.tasks],
        "passages": [passage_view(passage, document) for passage in document.passages],
        "receipt": receipt_view(document),
    }


def document_row(document: Document, root: str, published: bool = True, preview: bool = False) -> DocumentRow:
    """A document for a list; ``root`` is the path prefix of the service; ``preview`` says that a version of it waits to
    be published."""
    metadata = document.metadata
    return {
        "id": document.id,
        "title": metadata.title.value,
        "title_en": metadata.title_en,
        "issuer": _value(metadata.issuer),
        "date": metadata.date,
        "status": metadata.status,
        "place": _value(metadata.place),
        "characters": document.receipt.characters,
        "passages": len(document.passages),
        "tasks": len(document.tasks),
        "published": published,
        "preview": preview,
        "url": f"{root}/documents/{document.id}",
    }


def hit_view(hit: Hit, document: Document, root: str) -> HitView:
    """A search result as JSON."""
    span = hit.passage.span
    return {
        **passage_view(hit.passage, document),
        "document_id": document.id,
        "document_title": document.metadata.title.value,
        "score": round(hit.score, 6),
        "scores": {"dense": round(hit.dense, 6), "lexical": round(hit.lexical, 6)},
        "url": f"{root}/documents/{document.id}#c{span.start}-{span.end}",
    }
