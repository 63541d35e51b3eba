"""Citations: every marker has one, every quote is string-equal with its document, or the answer is not sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chatbot.catalog import Catalog
from chatbot.draft import Ref, Statement
from chatbot.errors import CitationError
from ingest.model import Document, Span


@dataclass(frozen=True, slots=True)
class Citation:
    """A verified quote; ``marker`` is None for related clauses of a refusal."""

    marker: int | None
    document_id: str
    document_title: str
    document_status: str | None
    section: tuple[str, ...]
    clause_id: str | None
    quote: str
    span: Span


@dataclass(frozen=True, slots=True)
class Cited:
    """The answer's plain text with markers, its highlights (spans of the text) and its citations."""

    text: str
    highlights: tuple[Span, ...]
    citations: tuple[Citation, ...]


MAX_MARKER = 99


def markable(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """The statements with no more places than can be marked: of each document as many of its first as all can have."""
    places = {(ref.document_id, ref.span): None for statement in statements for ref in statement.refs}
    if len(places) <= MAX_MARKER:
        return tuple(statements)
    of_document: dict[str, list[tuple[str, Span]]] = {}
    for place in places:
        of_document.setdefault(place[0], []).append(place)
    each = max(1, MAX_MARKER // len(of_document))
    kept = {place for own in list(of_document.values())[:MAX_MARKER] for place in own[:each]}
    return tuple(
        replace(statement, refs=tuple(ref for ref in statement.refs if (ref.document_id, ref.span) in kept))
        for statement in statements
    )


def number(statements: Sequence[Statement], catalog: Catalog, separator: str) -> Cited:
    """Join statements, number the places they rest on by first use, and verify every quote.

    Raises CitationError if a place is not in its document, or there are more than 99.
    """
    text = ""
    highlights: list[Span] = []
    markers: dict[tuple[str, Span], int] = {}
    citations: list[Citation] = []
    documents = {document.id: document for document in catalog.documents}
    for statement in statements:
        text += separator if text and not text.endswith((" ", "：", "；")) else ""
        for part in statement.emphasis:
            at = statement.text.find(part)
            if part and at >= 0:
                highlights.append(Span(len(text) + at, len(text) + at + len(part)))
        highlights += (Span(len(text) + span.start, len(text) + span.end) for span in statement.spans)
        body, tail = _before_mark(statement)
        text += body
        for ref in statement.refs:
            key = (ref.document_id, ref.span)
            if key not in markers:
                markers[key] = len(markers) + 1
                citations.append(cite(ref, documents, markers[key]))
            text += f"[{markers[key]}]"
        text += tail
    if len(markers) > MAX_MARKER:
        raise CitationError(f"{len(markers)} citations in one answer, at most {MAX_MARKER} can be marked")
    return Cited(text, tuple(sorted(highlights)), tuple(citations))


def _before_mark(statement: Statement) -> tuple[str, str]:
    """In a list the marker stands before the semicolon: 第15项“强化体育评价”[1]；"""
    stripped = statement.text.rstrip()
    if statement.refs and stripped.endswith(("；", ";")):
        return stripped[:-1], statement.text[len(stripped) - 1 :]
    return statement.text, ""


def cite(ref: Ref, documents: Mapping[str, Document], marker: int | None) -> Citation:
    """The citation of one place; raises CitationError if the place is not in the document."""
    document = documents.get(ref.document_id)
    if document is None or not 0 <= ref.span.start < ref.span.end <= len(document.source.text):
        raise CitationError(f"{ref} is no place in the served documents")
    path = list(document.path(ref.clause_id)) if ref.clause_id else []
    return Citation(
        marker=marker,
        document_id=document.id,
        document_title=document.metadata.title.value,
        document_status=document.metadata.status,
        section=tuple(section.label for section in path),
        clause_id=ref.clause_id,
        quote=ref.span.of(document.source.text),
        span=ref.span,
    )
