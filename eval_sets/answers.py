"""What a service said to one question, in the form that runs save and metrics read."""

from pydantic import BaseModel, ConfigDict


class Quote(BaseModel):
    """A citation as the service gave it, held against the document: ``text[start:end]`` should be ``quote``.

    ``before`` and ``after`` are the original characters around it; ``verbatim`` whether the comparison held.
    ``marker`` is None for the related clauses of a refusal.
    """

    model_config = ConfigDict(frozen=True)

    marker: int | None
    document_id: str
    document_title: str
    section: tuple[str, ...]
    clause_id: str | None
    quote: str
    start: int
    end: int
    verbatim: bool
    before: str = ""
    after: str = ""


class Found(BaseModel):
    """A passage that search brought for the question, in its order: original text and source offsets."""

    model_config = ConfigDict(frozen=True)

    document_id: str
    start: int
    end: int
    text: str


class Answer(BaseModel):
    """One reply. ``status`` is the HTTP status (599: no reply at all); ``milliseconds`` as the asker saw it.

    ``found`` is None where search could not be asked the same question (follow-ups, whose question is resolved
    inside).
    """

    model_config = ConfigDict(frozen=True)

    status: int
    outcome: str
    answer: str
    language: str
    method: str
    citations: tuple[Quote, ...]
    related: tuple[Quote, ...]
    notices: tuple[str, ...]
    milliseconds: float
    found: tuple[Found, ...] | None
    error: str | None = None

    @property
    def claims(self) -> bool:
        """Whether the reply states something: it answers or corrects."""
        return self.status == 200 and self.outcome in ("answered", "corrected")
