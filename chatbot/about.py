"""Answers about the documents themselves: title, issuer, dates, numbers, status."""

from chatbot.catalog import Catalog
from chatbot.draft import Draft, Method, Outcome, Ref, Statement
from chatbot.phrasing import document_name
from chatbot.question import About, Language, Question
from ingest.model import Document, Field, Status

_ZH = {
    About.TITLE: "文件标题", About.ISSUER: "发布机构", About.DATE: "日期", About.STATUS: "状态",
    About.INDEX_NUMBER: "索引号", About.DOCUMENT_NUMBER: "发文字号",
}  # fmt: skip
_EN = {
    About.TITLE: "title", About.ISSUER: "issuer", About.DATE: "date", About.STATUS: "status",
    About.INDEX_NUMBER: "index number", About.DOCUMENT_NUMBER: "document number",
}  # fmt: skip


def answer(question: Question, catalog: Catalog) -> Draft | None:
    """What the documents print of themselves; each document that is named (or all) for itself.

    A document that does not print it is said not to, unless another one answers the question.
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
    draft = any(d.metadata.status is Status.DRAFT for d in documents)
    outcome = Outcome.CORRECTED if premise_denied and draft else Outcome.ANSWERED
    return Draft(outcome, Method.REGISTER, tuple(stated))


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
            span = metadata.title.span if metadata.status_span else None
            if metadata.status is Status.DRAFT and span:
                text = (
                    f"{name}是征求意见稿，尚未正式印发。"
                    if zh
                    else f"{name} is a draft for comments; it has not been formally issued."
                )
                return Statement(text, (Ref(document.id, None, span),), ("征求意见稿", "draft for comments"))
            return _silent(name, about, zh)
        case About.DATE:
            parts = [
                (label, field)
                for label, field in (("成文日期", metadata.written), ("发布日期", metadata.published))
                if field
            ]
            if not parts:
                return _silent(name, about, zh)
            english = {"成文日期": "date of writing", "发布日期": "date of publication"}
            listed = (
                "，".join(f"{k}为{_zh_date(f.value)}（{f.value}）" for k, f in parts)
                if zh
                else " and ".join(f"{english[k]} is {f.value}" for k, f in parts)
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
