"""Wire models: what clients send and get (the HTTP contract). Fields are added freely, never renamed or dropped."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from chatbot.answer import Ask, Reply
from chatbot.citations import Citation
from chatbot.conversation import Turn
from chatbot.question import Language
from chatbot.views import fact_view


def _storable(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("text must be valid Unicode; it holds half of a surrogate pair")
    return text


#: Characters of a question after trimming.
MAX_QUESTION = 1000
#: What Python trims, and what it does not, in JSON Schema, whose \s lacks the separators of ASCII and the next line.
_BLANK, _SEEN = r"[\s\x1c-\x1f\x85]", r"[^\s\x1c-\x1f\x85]"


def _asked(text: str) -> str:
    text = text.strip()
    if not 1 <= len(text) <= MAX_QUESTION:
        raise ValueError(f"a question has 1 to {MAX_QUESTION} characters after trimming, this one has {len(text)}")
    return text


Text = Annotated[str, AfterValidator(_storable)]
#: Text that says something; whoever takes it says what it should say.
SaidText = Annotated[Text, Field(json_schema_extra={"pattern": _SEEN})]
QuestionText = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    AfterValidator(_storable),
    AfterValidator(_asked),
    Field(
        json_schema_extra={
            "examples": ["第15项任务由哪些单位负责？"],
            # what _asked says, in JSON Schema
            "pattern": rf"^{_BLANK}*{_SEEN}([\s\S]{{0,{MAX_QUESTION - 2}}}{_SEEN})?{_BLANK}*$",
        }
    ),
]
DocumentId = Annotated[Text, Path(examples=["jinan-2024"])]


class TurnIn(BaseModel):
    """One earlier exchange; ``answer`` is the client's word, never evidence."""

    question: Annotated[Text, StringConstraints(max_length=4000)]
    answer: Annotated[Text, StringConstraints(max_length=20_000)] | None = None


class AskIn(BaseModel):
    """A question; unknown fields are ignored, wrong types are refused."""

    model_config = ConfigDict(extra="ignore")

    question: QuestionText
    history: list[TurnIn] = Field(default_factory=list, max_length=1000)
    language: Literal["auto", "zh", "en"] = "auto"
    document_ids: list[Text] = Field(default_factory=list, max_length=1000)
    session_id: Annotated[Text, StringConstraints(max_length=200)] | None = None


#: Questions of one batch.
MAX_BATCH = 500


class BatchQuestion(BaseModel):
    """One question of a batch, with what was said before it."""

    model_config = ConfigDict(extra="ignore")

    question: QuestionText
    history: list[TurnIn] = Field(default_factory=list, max_length=1000)
    language: Literal["auto", "zh", "en"] = "auto"


class BatchIn(BaseModel):
    """Questions to be answered in order."""

    model_config = ConfigDict(extra="ignore")

    questions: list[BatchQuestion] = Field(min_length=1, max_length=MAX_BATCH)


class HighlightOut(BaseModel):
    """A part of the answer to emphasise, in code points."""

    start: int
    end: int


class RelatedOut(BaseModel):
    """A verified quote; ``text[start:end] == quote`` of the document's text."""

    document_id: str
    document_title: str
    document_status: str | None
    section: list[str]
    clause_id: str | None
    quote: str
    start: int
    end: int
    url: str


class CitationOut(RelatedOut):
    """A quote that a marker in the answer refers to."""

    marker: int


class UnitOut(BaseModel):
    """A responsible unit and its role, as printed."""

    unit: str
    role: str


class FactOut(BaseModel):
    """A row of the register that the answer was computed from."""

    kind: str
    number: str
    ordinal: int | None
    title: str
    clause_id: str
    responsible: list[UnitOut]
    deadline: str | None


class TimingsOut(BaseModel):
    """Milliseconds by stage."""

    total: float
    understand: float
    retrieve: float
    answer: float


class AskOut(BaseModel):
    """An answer with everything it rests on."""

    id: str
    question: str
    language: str
    outcome: str
    answer: str
    highlights: list[HighlightOut]
    citations: list[CitationOut]
    facts: list[FactOut]
    notices: list[str]
    related: list[RelatedOut]
    suggestions: list[str]
    method: str
    timings_ms: TimingsOut

    @classmethod
    def of(cls, reply: Reply, root: str) -> "AskOut":
        """The wire form of a reply; ``root`` is the path prefix that URLs carry."""
        return cls(
            id=reply.id,
            question=reply.question,
            language=reply.language,
            outcome=reply.outcome,
            answer=reply.answer,
            highlights=[HighlightOut(start=span.start, end=span.end) for span in reply.highlights],
            citations=[citation_out(citation, root) for citation in reply.citations],
            facts=[FactOut.model_validate(fact_view(task)) for task in reply.facts],
            notices=list(reply.notices),
            related=[related_out(citation, root) for citation in reply.related],
            suggestions=list(reply.suggestions),
            method=reply.method,
            timings_ms=TimingsOut(
                total=reply.timings.total,
                understand=reply.timings.understand,
                retrieve=reply.timings.retrieve,
                answer=reply.timings.answer,
            ),
        )


class BatchOut(BaseModel):
    """Answers in the order of the questions."""

    answers: list[AskOut]


def asked(body: AskIn | BatchQuestion, document_ids: Sequence[str] = ()) -> Ask:
    """The request to answer that a body means."""
    return Ask(
        question=body.question,
        history=[Turn(turn.question, turn.answer) for turn in body.history],
        language=None if body.language == "auto" else Language(body.language),
        document_ids=document_ids,
    )


def related_out(citation: Citation, root: str) -> RelatedOut:
    """The wire form of a quote without a marker."""
    return RelatedOut(
        document_id=citation.document_id,
        document_title=citation.document_title,
        document_status=citation.document_status,
        section=list(citation.section),
        clause_id=citation.clause_id,
        quote=citation.quote,
        start=citation.span.start,
        end=citation.span.end,
        url=f"{root}/documents/{citation.document_id}#c{citation.span.start}-{citation.span.end}",
    )


def citation_out(citation: Citation, root: str) -> CitationOut:
    """The wire form of a citation."""
    assert citation.marker is not None
    return CitationOut(marker=citation.marker, **related_out(citation, root).model_dump())


class ErrorBody(BaseModel):
    """What went wrong and what to do about it."""

    code: str
    message: str
    hint: str
    request_id: str
    type: str = "invalid_request_error"
    param: str | None = None


class ErrorOut(BaseModel):
    """The shape of every error."""

    error: ErrorBody
