"""Which of the documents: with the most tasks, the earliest or latest date, a status, a unit, words of the question."""

from collections.abc import Callable, Container, Iterator, Sequence

from chatbot.catalog import Catalog
from chatbot.clauses import by_document
from chatbot.conditions import Extreme
from chatbot.cues import cues
from chatbot.draft import Draft, Method, Outcome, Ref, Statement
from chatbot.phrasing import capitalised, document_name, join, unit_asked
from chatbot.question import About, Language, Question
from chatbot.register.places import count_refs, units_ref
from chatbot.register.selection import Selection
from chatbot.register.wording import readable, tasks_counted
from chatbot.terms import topic_forms, words_without_topic
from index.tokens import fold
from ingest.model import Document, Status


def answer(question: Question, catalog: Catalog) -> Draft | None:
    """The documents a question asks for, each with what shows it; None if it asks for something else, or for words
    that no document or every document has."""
    # One document named is a word of its title, as 征求意见稿 in 哪份文件是征求意见稿: nobody chooses among one.
    among = question.document_ids if len(question.document_ids) > 1 else ()
    asked = [d for d in catalog.documents if not among or d.id in among]
    text = fold(question.text)
    if cues().found("earliest", text) or cues().found("latest", text):
        return _drafted(_by_date(asked, cues().found("latest", text), question.language))
    if question.conditions.extreme:
        return _drafted(_by_tasks(asked, question.conditions.extreme, catalog, question.language))
    if question.units:
        return _drafted(_with_units(asked, question, catalog))
    if About.STATUS in question.about:
        return _drafted(_drafts(asked, question.language))
    return _drafted(_that_mention(asked, question, catalog))


def _drafted(statements: Iterator[Statement]) -> Draft | None:
    said = tuple(statements)
    return Draft(Outcome.ANSWERED, Method.REGISTER, said) if said else None


def _by_date(documents: Sequence[Document], latest: bool, language: Language) -> Iterator[Statement]:
    """The first or last of the documents that print a date; how many print none."""
    dated = {d.id: (m.published or m.written) for d in documents for m in [d.metadata]}
    known = {document_id: field for document_id, field in dated.items() if field}
    if not known:
        return
    best = (max if latest else min)(field.value for field in known.values())
    for document in documents:
        field = known.get(document.id)
        if field is None or field.value != best:
            continue
        name = document_name(document, language)
        refs = (Ref(document.id, None, field.labelled or field.span),) if field.span else ()
        if language is Language.ZH:
            text = f"{len(known)}份注明日期的文件中，最{'新' if latest else '早'}的是{name}，日期为{field.value}。"
        else:
            which = "latest" if latest else "earliest"
            text = f"Of {len(known)} documents with a date, {name} is the {which}: {field.value}."
        yield Statement(text, refs, (field.value,))


def _by_tasks(
    documents: Sequence[Document], extreme: Extreme, catalog: Catalog, language: Language
) -> Iterator[Statement]:
    tasks = {d.id: own for d in documents if (own := catalog.tasks([d.id]))}
    if not tasks:
        return
    best = (max if extreme is Extreme.MOST else min)(map(len, tasks.values()))
    for document in documents:
        if len(tasks.get(document.id, ())) != best:
            continue
        name = document_name(document, language)
        if language is Language.ZH:
            which = "多" if extreme is Extreme.MOST else "少"
            text = f"{len(tasks)}份有任务的文件中，任务最{which}的是{name}，共{best}项。"
        else:
            which = "most" if extreme is Extreme.MOST else "fewest"
            text = f"Of {len(tasks)} documents with tasks, {name} has the {which}: {best}."
        yield Statement(text, count_refs(tasks[document.id]), (str(best),))


def _with_units(documents: Sequence[Document], question: Question, catalog: Catalog) -> Iterator[Statement]:
    """The documents that give the units tasks, with how many."""
    language = question.language
    found = {rows[0].document.id: rows for rows in by_document(Selection.of(question, catalog).rows(catalog))}
    yield from _listed(
        found,
        documents,
        language,
        lambda d: (
            join([unit_asked(key, catalog, language, [d.id]) for key in question.units], language)
            + (f"有{len(found[d.id])}项任务" if language is Language.ZH else f": {tasks_counted(len(found[d.id]))}")
        ),
        lambda d: units_ref(found[d.id][0]),
    )


def _drafts(documents: Sequence[Document], language: Language) -> Iterator[Statement]:
    found = {d.id: d for d in documents if d.metadata.status in (Status.DRAFT, Status.DRAFT_REVIEW)}
    zh = language is Language.ZH
    yield from _listed(
        found,
        documents,
        language,
        lambda d: "是征求意见稿或草案" if zh else "is a draft",
        lambda d: Ref(d.id, None, d.metadata.status_span) if d.metadata.status_span else None,
    )


def _that_mention(documents: Sequence[Document], question: Question, catalog: Catalog) -> Iterator[Statement]:
    """The documents with a sentence, or else a text, that has all words of the question."""
    index = catalog.index
    text = cues().patterns["which_document"].sub(" ", cues().patterns["relates"].sub(" ", fold(question.text)))
    forms = [tuple(map(fold, words)) for words in topic_forms(text, index, ())]
    stems = [stem for stem in index.tokens.english(text) if stem not in words_without_topic().english]
    forms += [(found.english, *found.chinese) for found in index.bridge.translate(stems)]
    if not forms:
        return
    found: dict[str, Ref] = {}
    for document in documents:
        for passage in document.passages if _has_all(forms, fold(document.clean)) else ():
            sentence = next((s for s in passage.sentences if _has_all(forms, fold(s.text))), None)
            if sentence is not None:
                found[document.id] = Ref(document.id, passage.clause_id, sentence.span)
                break
    if len(found) == len(documents):
        return
    said = "".join(f"“{readable(words)}”" for words in forms)
    zh = question.language is Language.ZH
    yield from _listed(
        found, documents, question.language, lambda d: f"提到{said}" if zh else f"mentions {said}",
        lambda d: found[d.id],
    )  # fmt: skip


def _has_all(forms: Sequence[Sequence[str]], text: str) -> bool:
    return all(any(form in text for form in words) for words in forms)


def _listed(
    found: Container[str],
    documents: Sequence[Document],
    language: Language,
    says: Callable[[Document], str],
    place: Callable[[Document], Ref | None],
) -> Iterator[Statement]:
    """How many of the documents it is, and each with what it says and where."""
    rows = [document for document in documents if document.id in found]
    if not rows:
        return
    zh = language is Language.ZH
    yield Statement(
        f"{len(documents)}份文件中有{len(rows)}份：" if zh else f"{len(rows)} of {len(documents)} documents: "
    )
    for n, document in enumerate(rows):
        end = ("。" if zh else ".") if n == len(rows) - 1 else "；" if zh else "; "
        name = document_name(document, language)
        text = f"{name}{says(document)}" if zh else f"{name if n else capitalised(name)} {says(document)}"
        ref = place(document)
        yield Statement(text + end, (ref,) if ref else ())
