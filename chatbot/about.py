"""Answers about the documents themselves: title, issuer, dates, numbers, status."""

from collections.abc import Sequence

from chatbot.catalog import Catalog
from chatbot.cues import cues
from chatbot.draft import Draft, Method, Outcome, Ref, Statement
from chatbot.phrasing import document_name, join
from chatbot.question import About, Language, Question
from index.tokens import fold
from ingest.model import Document, Field, Metadata, Span, Status

_ZH = {
    About.TITLE: "文件标题", About.ISSUER: "发布机构", About.DATE: "日期", About.STATUS: "状态",
    About.INDEX_NUMBER: "索引号", About.DOCUMENT_NUMBER: "发文字号",
}  # fmt: skip
_EN = {
    About.TITLE: "title", About.ISSUER: "issuer", About.DATE: "date", About.STATUS: "status",
    About.INDEX_NUMBER: "index number", About.DOCUMENT_NUMBER: "document number",
}  # fmt: skip
_EN_DATES = {
    "成文日期": "date of writing", "印发日期": "date of printing", "发布日期": "date of publication",
    "施行日期": "effective date",
}  # fmt: skip
_ZH_STATUS = {
    Status.DRAFT: ("是征求意见稿，尚未正式印发。", "征求意见稿"),
    Status.DRAFT_REVIEW: ("是送审稿（草案），尚未正式通过。", "送审稿（草案）"),
    Status.REPEALED: ("已经废止或失效。", "废止或失效"),
    Status.IN_FORCE: ("注明为有效。", "有效"),
    Status.REISSUED: ("是重新发布（印发）的文件。", "重新发布（印发）"),
}
_EN_STATUS = {
    Status.DRAFT: (" is a draft for comments; it has not been formally issued.", "draft for comments"),
    Status.DRAFT_REVIEW: (
        " is a draft submitted for review; it has not been formally adopted.",
        "draft submitted for review",
    ),
    Status.REPEALED: (" has been repealed; it is no longer in force.", "repealed"),
    Status.IN_FORCE: (" is stated to be in force.", "in force"),
    Status.REISSUED: (" is a document issued anew.", "issued anew"),
}
#: What more documents print is asked back about; up to this many are answered one by one.
MOST_DOCUMENTS = 3
#: Whoever takes such a document for one in force is corrected.
_NOT_FINAL = {Status.DRAFT, Status.DRAFT_REVIEW, Status.REPEALED}


def answer(question: Question, catalog: Catalog) -> Draft | None:
    """What the documents print of themselves; each document that is named (or all) for itself.

    A document that does not print it is said not to; where neither it nor each document was asked about, only if no
    other one answers the question.
    """
    documents = [d for d in catalog.documents if not question.document_ids or d.id in question.document_ids]
    stated: list[Statement] = []
    silent: list[Statement] = []
    for document in documents:
        for about in question.about:
            found = _state(document, about, question)
            (stated if found.refs else silent).append(found)
    if not stated:
        return Draft(Outcome.NOT_FOUND, Method.REGISTER, tuple(silent)) if silent else None
    premise_denied = About.STATUS in question.about and question.presumes and _claims_final(question.text)
    not_final = any(d.metadata.status in _NOT_FINAL for d in documents)
    outcome = Outcome.CORRECTED if premise_denied and not_final else Outcome.ANSWERED
    telling = [d for d in documents if any(ref.document_id == d.id for said in stated for ref in said.refs)]
    if len(telling) > MOST_DOCUMENTS and not question.document_ids and not cues().found("each", fold(question.text)):
        return _which(telling, question)
    compared = len(question.document_ids) > 1 or cues().found("each", fold(question.text))
    return Draft(outcome, Method.REGISTER, (*stated, *(silent if compared else ())))


def _which(documents: Sequence[Document], question: Question) -> Draft:
    """Asks back which of many documents is meant."""
    zh = question.language is Language.ZH
    head = f"收录了{len(documents)}份文件，请问您问的是哪一份？" if zh else (
        f"{len(documents)} documents are served here; which one do you mean? "
    )  # fmt: skip
    names = [document_name(document, question.language) for document in documents]
    listed = "；".join(names) + "。" if zh else "; ".join(names) + "."
    suggestions = tuple(f"{name}：{question.text}" if zh else f"{name}: {question.text}" for name in names)
    titles = [(d.id, span) for d in documents if (span := d.metadata.title.span)]
    related = tuple(Ref(document_id, None, span) for document_id, span in titles)
    return Draft(Outcome.CLARIFY, Method.NONE, (Statement(head + listed),), related=related, suggestions=suggestions)


def documents(catalog: Catalog, language: Language) -> Draft | None:
    """Which documents are served; None if there are none."""
    if not catalog.documents:
        return None
    zh = language is Language.ZH
    count = len(catalog.documents)
    head = f"共收录{count}份文件：" if zh else f"{count} document{'s are' if count > 1 else ' is'} served here: "
    statements = [Statement(head)]
    for n, document in enumerate(catalog.documents, 1):
        end = ("。" if n == count else "；") if zh else ("." if n == count else "; ")
        span = document.metadata.title.span
        refs = (Ref(document.id, None, span),) if span else ()
        statements.append(Statement(document_name(document, language) + end, refs))
    return Draft(Outcome.ANSWERED, Method.REGISTER, tuple(statements))


def _claims_final(text: str) -> bool:
    folded = text.lower()
    if any(word in folded for word in ("draft", "征求意见", "草案", "草稿")):
        return False
    return any(
        word in folded
        for word in ("正式", "生效", "印发", "实施", "出台", "force", "final", "official", "effect", "binding")
    )


def _state(document: Document, about: About, question: Question) -> Statement:
    metadata, language = document.metadata, question.language
    name = document_name(document, language)
    zh = language is Language.ZH
    match about:
        case About.STATUS:
            place = _status_place(metadata)
            if metadata.status is None or place is None:
                return _silent(name, about, zh)
            said, emphasis = (_ZH_STATUS if zh else _EN_STATUS)[metadata.status]
            return Statement(f"{name}{said}", (Ref(document.id, None, place),), (emphasis,))
        case About.DATE:
            parts = [
                (label, field)
                for label, field in (
                    ("成文日期", metadata.written),
                    ("印发日期", metadata.printed),
                    ("发布日期", metadata.published),
                    ("施行日期", metadata.effective),
                )
                if field
            ]
            if not parts:
                return _silent(name, about, zh)
            listed = (
                "，".join(f"{k}为{_zh_date(f.value)}（{f.value}）" for k, f in parts)
                if zh
                else join([f"{_EN_DATES[k]} is {f.value}" for k, f in parts], language)
            )
            text = f"{name}的{listed}。" if zh else f"For {name}, the {listed}."
            refs = tuple(Ref(document.id, None, f.labelled or f.span) for _, f in parts if f.span)
            return Statement(text, refs, tuple(f.value for _, f in parts))
        case About.TITLE:
            return _field(document, metadata.title, about, zh)
        case About.ISSUER:
            return _field(document, metadata.issuer, about, zh)
        case About.INDEX_NUMBER:
            return _field(document, metadata.index_number, about, zh)
        case About.DOCUMENT_NUMBER:
            return _field(document, metadata.document_number, about, zh)


def _status_place(metadata: Metadata) -> Span | None:
    """Where a document says what it is worth: its title, or what stands elsewhere."""
    span, title = metadata.status_span, metadata.title.span
    return title if span and title and title.covers(span) else span


def _field(document: Document, field: Field | None, about: About, zh: bool) -> Statement:
    name = document_name(document, Language.ZH if zh else Language.EN)
    if field is None or field.span is None:
        return _silent(name, about, zh)
    if about is About.TITLE:
        text = f"文件标题是《{field.value}》。" if zh else f"The title is {name} ({field.value})."
    else:
        text = f"{name}的{_ZH[about]}是{field.value}。" if zh else f"The {_EN[about]} of {name} is {field.value}."
    return Statement(text, (Ref(document.id, None, field.labelled or field.span),), (field.value,))


def _silent(name: str, about: About, zh: bool) -> Statement:
    return Statement(f"{name}没有注明{_ZH[about]}。" if zh else f"{name} does not state its {_EN[about]}.")


def _zh_date(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{year}年{int(month)}月{int(day)}日"
