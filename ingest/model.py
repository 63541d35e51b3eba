"""The values that ingestion produces: a source becomes a Document.

Offsets are Unicode code points, half-open. A span is into the *source text* (``Source.text``, what the reader
returned) unless its name says ``clean``; ``text`` of a passage, section or task is clean, that is repaired, text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range ``[start, end)`` of code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, got {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of ``text`` that the span covers."""
        return text[self.start : self.end]

    def shifted(self, by: int) -> "Span":
        """The same range, ``by`` code points further on."""
        return Span(self.start + by, self.end + by)

    def covers(self, other: "Span") -> bool:
        """Whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


class Format(StrEnum):
    """What a file is, decided by its content."""

    TXT = "txt"
    MARKDOWN = "md"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Source:
    """A file as its reader returned it.

    ``text`` is the reader's complete output before cleaning (newlines untouched, byte order mark removed);
    ``sha256`` is of the file's bytes; ``encoding`` is None where the format is not plain text. ``furniture`` are the
    spans that the structure of a web page says are the site's, not the document's.
    """

    name: str
    format: Format
    text: str
    sha256: str
    encoding: str | None = None
    furniture: tuple[Span, ...] = ()


class Reason(StrEnum):
    """Why characters of the source are not in any passage, or read differently there."""

    WHITESPACE = "whitespace"
    SITE_FURNITURE = "site_furniture"
    PAGE_ARTEFACT = "page_artefact"
    LINE_WRAP = "line_wrap"
    INVISIBLE = "invisible"
    COPY_NOISE = "copy_noise"


@dataclass(frozen=True, slots=True)
class Edit:
    """``text[span]`` was replaced by ``replacement`` (empty: dropped)."""

    span: Span
    replacement: str
    reason: Reason


class Status(StrEnum):
    """What a document is worth: drafts and repealed ones are called so in every answer that rests on them.

    ``DRAFT`` is out for comments (征求意见稿), ``DRAFT_REVIEW`` up for a decision (草案, 送审稿).
    """

    DRAFT = "draft"
    DRAFT_REVIEW = "draft_review"
    IN_FORCE = "in_force"
    REPEALED = "repealed"
    REISSUED = "reissued"


@dataclass(frozen=True, slots=True)
class Field:
    """One piece of metadata, where the source prints it (None: given by hand, not printed), and with its label."""

    value: str
    span: Span | None = None
    labelled: Span | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document is. Unknown is None, never guessed.

    Dates are ISO 8601: ``written`` as signed (成文日期), ``printed`` as in the imprint (印发日期), ``published`` as
    promulgated or labelled (发布日期), ``effective`` from when it applies (施行日期).
    """

    title: Field
    issuer: Field | None = None
    place: Field | None = None
    document_number: Field | None = None
    index_number: Field | None = None
    written: Field | None = None
    published: Field | None = None
    status: Status | None = None
    status_span: Span | None = None
    source: str | None = None
    title_en: str | None = None
    ends_mid_sentence: bool = False
    printed: Field | None = None
    effective: Field | None = None

    @property
    def date(self) -> str | None:
        """The date people mean: published, else written (ISO 8601)."""
        known = self.published or self.written
        return known.value if known else None


class SectionKind(StrEnum):
    """Headings (numbered, of parts, rows of task tables), and the text before the first and after the last of them."""

    PREAMBLE = "preamble"
    NUMBERED = "numbered"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Section:
    """A clause with its own address.

    ``id`` is the document's slug plus the outline path (``jinan-2024/4/15``). ``number`` is as printed (``15``,
    ``（四）``, ``一是``), ``label`` number and title as people read them (``15.强化体育评价``). ``span`` runs to the
    end of the last descendant, ``heading`` covers number and title, ``own`` the text up to the first child.
    A part is a section too: an attachment (``a2``, number ``附件2``) or an issued text (``p1``, no number); so is
    each row of a task table (``a2/1``, the next row of the same number ``a2/1-2``).
    """

    id: str
    kind: SectionKind
    number: str
    ordinal: int | None
    title: str
    label: str
    depth: int
    parent_id: str | None
    span: Span
    heading: Span
    own: Span
    clean_span: Span
    clean_own: Span
    clean_heading: Span
    title_en: str | None = None


class Role(StrEnum):
    """How a unit is responsible, in the words official documents use."""

    LEAD = "牵头"
    SUPPORT = "配合"
    SHARED = "分工负责"
    DUTY = "责任"
    RESPONSIBLE = "负责"


@dataclass(frozen=True, slots=True)
class Responsibility:
    """A unit, as printed, and its role in one task; ``span`` is the unit's name in the source."""

    unit: str
    role: Role
    span: Span


@dataclass(frozen=True, slots=True)
class Task:
    """A numbered clause that names who is responsible.

    ``units_span`` is the bracket (or labelled line) the responsibilities were read from; ``etc`` says that the
    printed list ends in 等, so it is not complete. ``section_leads`` is what headings above the task print for all
    tasks below them.
    """

    clause_id: str
    number: str
    ordinal: int | None
    title: str
    section: str
    span: Span
    title_span: Span
    units_span: Span
    text: str
    responsible: tuple[Responsibility, ...]
    deadline: str | None = None
    etc: bool = False
    title_en: str | None = None
    section_leads: tuple[Responsibility, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: clean text and its place in the source."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Passage:
    """What the index holds: consecutive sentences of one clause, with the headings above it.

    ``id`` is the clause's id plus ``#`` and a running number from 1.
    """

    id: str
    document_id: str
    clause_id: str
    headings: tuple[str, ...]
    text: str
    span: Span
    sentences: tuple[Sentence, ...]
    headings_en: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbering that jumps: ``after`` is the last number before the hole, ``before`` the first one behind it."""

    parent_id: str
    after: int
    before: int


@dataclass(frozen=True, slots=True)
class Drop:
    """Characters of the source that are in no passage, and why."""

    span: Span
    reason: Reason


@dataclass(frozen=True, slots=True)
class TableFound:
    """Rows of tab-separated cells that follow each other; ``span`` is in source offsets.

    Or rows of a table of tasks whose cells stand on lines of their own. ``rows`` is 0 if they cannot be told apart,
    so that the tasks they hand out are only text; ``span`` is then the header.
    """

    span: Span
    rows: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where every character of the source went: ``indexed + sum(len(dropped)) + unaccounted == characters``.

    ``tables`` are those found, indexed like all text; ``unknown_units`` the responsible units, as printed, that the
    lexicon has no other name for, so that only their printed name finds them.
    """

    characters: int
    indexed: int
    dropped: tuple[Drop, ...]
    repaired: tuple[Edit, ...]
    gaps: tuple[Gap, ...]
    unaccounted: int = 0
    tables: tuple[TableFound, ...] = ()
    unknown_units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A source, understood."""

    id: str
    source: Source
    metadata: Metadata
    sections: tuple[Section, ...]
    tasks: tuple[Task, ...]
    passages: Sequence[Passage]
    receipt: Receipt
    clean: str = field(repr=False, default="")

    def section(self, clause_id: str) -> Section:
        """The section with that id; KeyError if there is none."""
        for section in self.sections:
            if section.id == clause_id:
                return section
        raise KeyError(clause_id)

    def path(self, clause_id: str) -> Iterator[Section]:
        """The section and its ancestors, outermost first."""
        section = self.section(clause_id)
        if section.parent_id is not None:
            yield from self.path(section.parent_id)
        yield section
