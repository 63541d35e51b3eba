"""How answers are worded, in Chinese and in English: names of documents, clauses and units, lists, notices."""

from collections.abc import Sequence

from chatbot.catalog import Catalog, Clause
from chatbot.question import Language
from ingest.model import Document, Role, Section, Status, Task
from ingest.registry import UnitKey

_EN_ROLE = {
    Role.LEAD: "led by {}",
    Role.SUPPORT: "supported by {}",
    Role.SHARED: "the shared responsibility of {}",
    Role.DUTY: "the responsibility of {}",
    Role.RESPONSIBLE: "the responsibility of {}",
}
_ZH_ROLE = {
    Role.LEAD: "由{}牵头",
    Role.SUPPORT: "{}配合",
    Role.SHARED: "由{}分工负责",
    Role.DUTY: "由{}负责",
    Role.RESPONSIBLE: "由{}负责",
}


def document_name(document: Document, language: Language) -> str:
    """《title》; in English its English title, or the printed one if it has none."""
    english = document.metadata.title_en
    if language is Language.ZH or not english:
        return f"《{document.metadata.title.value}》"
    return f"“{english}”"


def task_name(section: Section, is_task: bool, language: Language) -> str:
    """第15项任务“强化体育评价”, task 15 “Strengthen …” (强化体育评价); other clauses by their printed label."""
    arabic = section.ordinal if section.number.isascii() and section.number.isdigit() else None
    if language is Language.ZH:
        if arabic is not None:
            return f"第{arabic}项{'任务' if is_task else ''}“{section.title}”"
        return f"“{section.label}”"
    gloss = f"“{section.title_en}” ({section.title})" if section.title_en else f"“{section.title or section.label}”"
    if arabic is not None:
        return f"{'task' if is_task else 'item'} {arabic} {gloss}"
    return f"{gloss}" if section.title_en else f"“{section.label}”"


def unit_name(name: str, catalog: Catalog, language: Language) -> str:
    """A unit as printed; in English its English name and the printed one."""
    if language is Language.ZH:
        return name
    english = catalog.units.english(name)
    return f"{english} ({name})" if english else name


def unit_asked(key: UnitKey, catalog: Catalog, language: Language, document_ids: Sequence[str] = ()) -> str:
    """The unit a question names, as the documents (all, or those named) print it, else as it was named."""
    if printed := catalog.units.printed(key, document_ids):
        return unit_name(printed, catalog, language)
    english = key.names.english[0] if key.names else None
    return f"{english} ({key})" if english and language is Language.EN else str(key)


def join(parts: Sequence[str], language: Language) -> str:
    """甲、乙、丙 or A, B and C."""
    if language is Language.ZH:
        return "、".join(parts)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def responsibility(task: Task, catalog: Catalog, language: Language) -> str:
    """由甲牵头，乙、丙配合: who is responsible for a task, in its printed roles."""
    by_role: dict[Role, list[str]] = {}
    for row in task.responsible:
        name = unit_name(row.unit, catalog, language)
        by_role.setdefault(row.role, []).append(f"the {name}" if language is Language.EN else name)
    frames = _ZH_ROLE if language is Language.ZH else _EN_ROLE
    if task.etc and by_role:
        last = list(by_role.values())[-1]
        last[-1] += "等" if language is Language.ZH else " and others"
    parts = [frames[role].format(join(names, language)) for role, names in by_role.items()]
    return ("，" if language is Language.ZH else ", ").join(parts)


def clause_heading(clause: Clause, language: Language) -> str:
    """The clause a sentence stands in, for the frame of a quotation; empty for the text around the numbering."""
    section = clause.section
    if not section.title:
        return "" if language is Language.EN else section.label if section.number else ""
    return task_name(section, clause.task is not None, language)


def capitalised(text: str) -> str:
    """The first letter in upper case."""
    return text[:1].upper() + text[1:]


_ZH_STATUS = {
    Status.DRAFT: "为征求意见稿，尚未正式印发。",
    Status.DRAFT_REVIEW: "为送审稿（草案），尚未正式通过。",
    Status.REPEALED: "已经废止或失效。",
}
_EN_STATUS = {
    Status.DRAFT: " is a draft for comments; it has not been formally issued.",
    Status.DRAFT_REVIEW: " is a draft submitted for review; it has not been formally adopted.",
    Status.REPEALED: " has been repealed; it is no longer in force.",
}


def status_notice(document: Document, language: Language) -> str | None:
    """That a document is a draft, of which kind, or repealed; None where its status needs no notice."""
    status = document.metadata.status
    if status not in _ZH_STATUS:
        return None
    if language is Language.ZH:
        return f"《{document.metadata.title.value}》{_ZH_STATUS[status]}"
    return f"{document_name(document, language)}{_EN_STATUS[status]}"


def incomplete_notice(document: Document, language: Language) -> str:
    """That the copy of a document breaks off."""
    title = document.metadata.title.value
    if language is Language.ZH:
        return f"《{title}》是不完整的副本，正文在句中中断，其后的内容未收录。"
    return f"{document_name(document, language)} is an incomplete copy: the text breaks off in mid-sentence."
