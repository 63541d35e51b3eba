"""What has to be known beside an answer: drafts, incomplete copies, times that have passed, documents that differ."""

from collections.abc import Iterator, Sequence
from datetime import date

from chatbot.amounts import amounts
from chatbot.catalog import Catalog
from chatbot.citations import Citation
from chatbot.phrasing import document_name, incomplete_notice, status_notice
from chatbot.question import Intent, Language, Question
from chatbot.spelling import Change
from chatbot.target_dates import Target, counts_from_publication, last_day, targets
from ingest.model import Document, Gap, Status

_UNISSUED = {Status.DRAFT, Status.DRAFT_REVIEW}


def notices(citations: Sequence[Citation], question: Question, catalog: Catalog, today: date) -> tuple[str, ...]:
    """The notices of one answer by what it cites; ``today`` decides which times have passed."""
    language = question.language
    found: list[str] = []
    for document in catalog.documents:
        own = [citation for citation in citations if citation.document_id == document.id]
        if own:
            found += _of_document(document, own, language)
    found += _passed(citations, catalog, today, language)
    found += _differing(citations, question, catalog)
    return tuple(dict.fromkeys(found))


def reading_notices(changes: Sequence[Change], language: Language) -> tuple[str, ...]:
    """That words of the question were read as others: whoever asks has to see when something else was understood."""
    if not changes:
        return ()
    if language is Language.ZH:
        read = "，".join(f"“{change.written}”按“{change.read}”理解" for change in changes)
        return (f"问题中的{read}。",)
    read = ", ".join(f"“{change.written}” as “{change.read}”" for change in changes)
    return (f"Your question was read with {read}.",)


def _of_document(document: Document, citations: Sequence[Citation], language: Language) -> Iterator[str]:
    if (status := status_notice(document, language)) is not None:
        yield status
    if document.metadata.ends_mid_sentence:
        yield incomplete_notice(document, language)
    for gap in document.receipt.gaps:
        if any(_beside(gap, citation, document) for citation in citations):
            yield _gap_notice(gap, document, language)
    if document.metadata.status in _UNISSUED and any(counts_from_publication(c.quote) for c in citations):
        name = document_name(document, language)
        if language is Language.ZH:
            yield f"{name}尚未正式印发，其中从印发、发布之日起算的期限还没有起算日，不能换算成日期。"
        else:
            yield f"{name} has not been issued, so periods it counts from publication have no first day yet."


def _beside(gap: Gap, citation: Citation, document: Document) -> bool:
    """Whether a citation stands on either side of a hole in the numbering, so that what is missing may belong to it."""
    if citation.clause_id is None:
        return False
    return any(
        (section.parent_id or document.id) == gap.parent_id and section.ordinal in (gap.after, gap.before)
        for section in document.path(citation.clause_id)
    )


def _gap_notice(gap: Gap, document: Document, language: Language) -> str:
    name = document_name(document, language)
    if language is Language.ZH:
        return f"{name}的编号从{gap.after}跳到{gap.before}，中间的内容没有收录。"
    return f"The numbering of {name} jumps from {gap.after} to {gap.before}: what stood between is not in this copy."


def _passed(citations: Sequence[Citation], catalog: Catalog, today: date, language: Language) -> Iterator[str]:
    """That times set in what is cited lie before today."""
    times = [target.text for citation in citations for target in _targets(citation, catalog) if target.last < today]
    if not times:
        return
    if language is Language.ZH:
        said = "、".join(f"“{time}”" for time in dict.fromkeys(times))
        yield f"文件所定的时间{said}已过，这是过去的目标。"
    else:
        said = ", ".join(f"“{time}”" for time in dict.fromkeys(times))
        yield f"The time set by the document ({said}) has passed: this is a past target."


def _targets(citation: Citation, catalog: Catalog) -> Iterator[Target]:
    yield from targets(citation.quote)
    task = catalog.clauses[citation.clause_id].task if citation.clause_id else None
    deadline = task and task.deadline == citation.quote and not any(targets(citation.quote))
    if deadline and (last := last_day(citation.quote)) is not None:
        yield Target(last, citation.quote)


def _differing(citations: Sequence[Citation], question: Question, catalog: Catalog) -> Iterator[str]:
    """That the documents cited give different answers to the one question: other units, or other amounts."""
    used = list(dict.fromkeys(citation.document_id for citation in citations))
    if len(used) < 2:
        return
    if question.intent is Intent.UNITS_OF_TASK:
        differ = len({_units(document_id, citations, catalog) for document_id in used}) > 1
    elif question.intent is Intent.EXTRACT:
        quotes = ["\n".join(c.quote for c in citations if c.document_id == document_id) for document_id in used]
        differ = any(_contradict(one, other) for n, one in enumerate(quotes) for other in quotes[n + 1 :])
    else:
        return
    if differ and question.numbers and question.language is Language.ZH:
        yield f"{len(used)}份文件都有这个编号，说的不是同一项任务；请说明问的是哪份文件。"
    elif differ and question.numbers:
        yield f"{len(used)} documents have that number, for different tasks: say which document you ask about."
    elif differ and question.language is Language.ZH:
        yield f"所引{len(used)}份文件的规定不一致，请以适用于您所问地区、学校的文件为准。"
    elif differ:
        yield f"The {len(used)} documents cited differ: go by the one that applies where you ask about."


def _units(document_id: str, citations: Sequence[Citation], catalog: Catalog) -> frozenset[str]:
    """The kinds of units of the tasks cited from one document."""
    tasks = [catalog.clauses[c.clause_id].task for c in citations if c.document_id == document_id and c.clause_id]
    return frozenset(
        key.kind
        for task in tasks
        if task
        for r in task.responsible
        for key in catalog.units.unit(document_id, r.unit).keys
    )


def _contradict(one: str, other: str) -> bool:
    """Whether two texts count in the same measure and agree in no number of it."""
    ours, theirs = amounts(one), amounts(other)
    return any(
        not {a.value for a in ours if a.unit == unit} & {a.value for a in theirs if a.unit == unit}
        for unit in {a.unit for a in ours} & {a.unit for a in theirs}
    )
