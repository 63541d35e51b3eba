"""What staff wrote, and the places they picked for it, as a curated answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.curated import PinnedEvidence, PinnedStatement
from chatbot.errors import CuratedAnswerError
from index.hybrid import HybridIndex
from ingest.model import Document, Span

# [1]: markers are set by whoever numbers the citations
_MARKER = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Picked:
    """Characters of a document's text, half-open."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of an answer and what it rests on."""

    text: str
    evidence: tuple[Picked, ...]


def pinned(written: Sequence[Written], index: HybridIndex) -> tuple[PinnedStatement, ...]:
    """The statements with their quotes; raises CuratedAnswerError, UnknownDocumentError."""
    return tuple(_statement(piece, index) for piece in written)


def _statement(written: Written, index: HybridIndex) -> PinnedStatement:
    said = written.text.strip()
    if not said:
        raise CuratedAnswerError("text: a statement says nothing; write what the document says")
    if marker := _MARKER.search(said):
        raise CuratedAnswerError(f"{marker.group()} in “{said}”: leave markers out, they are set for you")
    evidence = []
    for place in written.evidence:
        document = index.document(place.document_id)
        text = document.source.text
        if not 0 <= place.start < place.end <= len(text) or not text[place.start : place.end].strip():
            raise CuratedAnswerError(
                f"{place.start} to {place.end} are no words of {document.id}, which has {len(text)} characters"
            )
        span = Span(place.start, place.end)
        evidence.append(
            PinnedEvidence(document.id, _clause(span, document), span, span.of(text), document.source.sha256)
        )
    return PinnedStatement(said, tuple(evidence))


def _clause(span: Span, document: Document) -> str | None:
    """The smallest clause that holds a span."""
    around = [section for section in document.sections if section.span.covers(span)]
    return min(around, key=lambda section: len(section.span)).id if around else None
