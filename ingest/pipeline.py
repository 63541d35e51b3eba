"""ingest(source) -> Document: the steps, top to bottom."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from ingest.clean import CleanText, clean
from ingest.errors import EmptyDocumentError
from ingest.metadata import read_metadata
from ingest.model import Document, Field, Gap, Metadata, Section, SectionKind, Source, Span, Status
from ingest.outline import Node, outline
from ingest.passages import cut_passages
from ingest.receipt import write_receipt
from ingest.tasks import find_tasks

#: How people find the paragraphs that stand outside the numbering.
_UNNUMBERED_LABELS = {SectionKind.PREAMBLE: "开头部分", SectionKind.CLOSING: "结尾部分"}
_MAX_SLUG = 64


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a document besides its file; it wins over what the text says, None leaves that as it is.

    ``headings_en`` glosses headings by outline path (``"4/15"``) for answers in English.
    """

    id: str | None = None
    title: str | None = None
    issuer: str | None = None
    place: str | None = None
    document_number: str | None = None
    index_number: str | None = None
    written: str | None = None
    printed: str | None = None
    published: str | None = None
    effective: str | None = None
    status: Status | None = None
    source: str | None = None
    title_en: str | None = None
    headings_en: Mapping[str, str] = field(default_factory=dict)


def ingest(source: Source, given: Given | None = None) -> Document:
    """Clean, outline and cut ``source``; deterministic.

    Raises EmptyDocumentError if nothing is left to index, UnaccountedTextError if a character went missing.
    """
    given = given or Given()
    cleaned = clean(source.text, source.furniture)
    if not cleaned.text.strip():
        raise EmptyDocumentError(f"{source.name}: no text to index; give a file with visible text")
    document_id = given.id or slug(source.name)
    metadata = read_metadata(source.text, cleaned.text, source.name.rpartition(".")[0] or source.name)
    metadata = _overlaid(metadata, given, source.text)
    found = outline(cleaned.text)
    sections = {s.id: s for s in (_section(document_id, cleaned, node, given.headings_en) for node in found.nodes)}
    rows = {f"{document_id}/{'/'.join(node.path)}": node.row for node in found.nodes if node.row}
    passages = tuple(cut_passages(document_id, cleaned, sections))
    tasks = tuple(find_tasks(cleaned, tuple(sections.values()), rows))
    gaps = tuple(Gap(f"{document_id}/{gap.parent_id}".rstrip("/"), gap.after, gap.before) for gap in found.gaps)
    loose = [table for table in found.tables if table.loose]
    return Document(
        id=document_id,
        source=source,
        metadata=metadata,
        sections=tuple(sections.values()),
        tasks=tasks,
        passages=passages,
        receipt=write_receipt(source.name, source.text, cleaned, passages, gaps, tasks, loose),
        clean=cleaned.text,
    )


def _overlaid(read: Metadata, given: Given, text: str) -> Metadata:
    """Metadata with what is given; a given value keeps the place that prints it, so that answers can cite it."""

    def placed(value: str | None, known: Field | None) -> Field | None:
        if value is None or (known is not None and known.value == value):
            return known
        printed = value.partition("（")[0]
        at = text.find(printed) if printed else -1
        return Field(value, Span(at, at + len(printed)) if at >= 0 else None)

    return replace(
        read,
        title=placed(given.title, read.title) or read.title,
        issuer=placed(given.issuer, read.issuer),
        place=placed(given.place, read.place),
        document_number=placed(given.document_number, read.document_number),
        index_number=placed(given.index_number, read.index_number),
        written=placed(given.written, read.written),
        printed=placed(given.printed, read.printed),
        published=placed(given.published, read.published),
        effective=placed(given.effective, read.effective),
        status=given.status or read.status,
        source=given.source,
        title_en=given.title_en,
    )


def slug(name: str) -> str:
    """A readable id ``[a-z0-9-]{1,64}``: what is Latin in a file's name, with eight digits of its hash where that is
    not all of it or too long.

    The digits come from the name, so that a document keeps its id when its content is replaced.
    """
    stem = name.rsplit("/", 1)[-1].rpartition(".")[0] or name
    latin = re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKC", stem).lower()).strip("-")
    if latin and len(latin) <= _MAX_SLUG and latin == re.sub(r"[_\s.]+", "-", stem.lower()).strip("-"):
        return latin
    return f"{latin[:48].strip('-') or 'doc'}-{sha256(stem.encode()).hexdigest()[:8]}"


def _section(document_id: str, cleaned: CleanText, node: Node, headings_en: Mapping[str, str]) -> Section:
    path = "/".join(node.path)
    parent = f"{document_id}/{'/'.join(node.path[:-1])}" if len(node.path) > 1 else None
    return Section(
        id=f"{document_id}/{path}",
        kind=node.kind,
        number=node.number,
        ordinal=node.ordinal,
        title=node.title,
        label=node.label or _UNNUMBERED_LABELS.get(node.kind, ""),
        depth=len(node.path),
        parent_id=parent,
        span=cleaned.offsets.to_source(node.span),
        heading=cleaned.offsets.to_source(node.heading),
        own=cleaned.offsets.to_source(node.own),
        clean_span=node.span,
        clean_own=node.own,
        clean_heading=node.heading,
        title_en=headings_en.get(path),
    )
