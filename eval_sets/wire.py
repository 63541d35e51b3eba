"""What evaluations read of a service's replies: the part of the HTTP contract they rely on, and nothing else."""

from pydantic import BaseModel


class WireDocument(BaseModel):
    """A row of GET /api/documents."""

    id: str


class WireDocuments(BaseModel):
    """GET /api/documents."""

    documents: list[WireDocument]


class WireText(BaseModel):
    """GET /api/documents/{id}/text."""

    text: str


class WireInfo(BaseModel):
    """GET /api/info."""

    version: str
    index_generation: str
    encoder: str
    llm: str | None = None


class WireHit(BaseModel):
    """A result of GET /api/search."""

    document_id: str
    start: int
    end: int
    quote: str


class WireSearch(BaseModel):
    """GET /api/search."""

    results: list[WireHit]


class WireQuote(BaseModel):
    """A citation or related clause of POST /api/ask."""

    marker: int | None = None
    document_id: str
    document_title: str
    section: tuple[str, ...]
    clause_id: str | None
    quote: str
    start: int
    end: int


class WireAnswer(BaseModel):
    """POST /api/ask."""

    outcome: str
    answer: str
    language: str
    method: str
    citations: list[WireQuote]
    related: list[WireQuote] = []
    notices: tuple[str, ...] = ()
