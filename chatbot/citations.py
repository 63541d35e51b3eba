"""Citations: every marker has one, every quote is string-equal with its document, or the answer is not sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from chatbot.catalog import Catalog
from chatbot.draft import Draft, Ref, Statement
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


def markable(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts of one answer with no more places than can be marked: of each document as many of its first as all can
    have."""
    places = {
        (ref.document_id, ref.span): None
        for draft in drafts
        for statement in draft.statements
        for ref in statement.refs
    }
    if len(places) <= MAX_MARKER:
        return list(drafts)
    of_document: dict[str, list[tuple[str, Span]]] = {}
    for place in places:
        of_document.setdefault(place[0], []).append(place)
    each = max(1, MAX_MARKER // len(of_document))
    kept = {place for own in list(of_document.values())[:MAX_MARKER] for place in own[:each]}
    return [
        replace(draft, statements=tuple(_keeping(kept, statement) for statement in draft.statements))
        for draft in drafts
    ]


def _keeping(kept: Collection[tuple[str, Span]], statement: Statement) -> Statement:
    return replace(statement, refs=tuple(ref for ref in statement.refs if (ref.document_id, ref.span) in kept))


class Numbering:
    """Joins statements as they come, numbers the places they rest on by first use, and verifies every quote."""

    def __init__(self, catalog: Catalog, separator: str) -> None:
        self._separator = separator
        self._documents = {document.id: document for document in catalog.documents}
        self._text = ""
        self._highlights: list[Span] = []
        self._citations: dict[tuple[str, Span], Citation] = {}

    def add(self, statement: Statement) -> str:
        """What the statement adds to the text, markers included.

        Raises CitationError if a place is not in its document, or there are more than 99.
        """
        start = len(self._text)
        separator = self._separator if self._text and not self._text.endswith((" ", "：", "；")) else ""
        begin = start + len(separator)
        for part in statement.emphasis:
            at = statement.text.find(part)
            if part and at >= 0:
                self._highlights.append(Span(begin + at, begin + at + len(part)))
        self._highlights += (Span(begin + span.start, begin + span.end) for span in statement.spans)
        body, tail = _before_mark(statement)
        added = separator + body + "".join(f"[{self._marker(ref)}]" for ref in statement.refs) + tail
        self._text += added
        return added

    def _marker(self, ref: Ref) -> int:
        key = (ref.document_id, ref.span)
        if key not in self._citations:
            if len(self._citations) == MAX_MARKER:
                raise CitationError(f"more than {MAX_MARKER} citations in one answer cannot be marked")
            self._citations[key] = cite(ref, self._documents, len(self._citations) + 1)
        marker = self._citations[key].marker
        assert marker is not None
        return marker

    def cited(self) -> Cited:
        """All that was added."""
        return Cited(self._text, tuple(sorted(self._highlights)), tuple(self._citations.values()))


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
