"""The task register as rows: filtered, and as CSV that opens in Excel."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.catalog import Catalog
from chatbot.spreadsheet import spreadsheet
from chatbot.views import TaskView, task_view


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What rows must have; None asks for nothing. ``unit`` may be any name of a unit, ``q`` any words of the task."""

    document_id: str | None = None
    number: str | None = None
    unit: str | None = None
    role: str | None = None
    section: str | None = None
    q: str | None = None


def task_rows(catalog: Catalog, wanted: TaskFilter) -> list[TaskView]:
    """The tasks that pass ``wanted``, in reading order; raises UnknownDocumentError for an unknown document."""
    if wanted.document_id is not None:
        catalog.index.document(wanted.document_id)
    named = {unit.key for unit in catalog.units_in(wanted.unit)} if wanted.unit else set()
    rows: list[TaskView] = []
    for clause in catalog.tasks([wanted.document_id] if wanted.document_id else []):
        assert clause.task is not None
        row = task_view(clause.task, clause.document)
        units = {r["unit"] for r in row["responsible"] if wanted.role in (None, r["role"])}
        passes = (
            (not wanted.unit or any(catalog.units.means(key, clause.document.id, u) for key in named for u in units))
            and (not wanted.role or bool(units))
            and (not wanted.number or wanted.number in (row["number"], str(row["ordinal"])))
            and (not wanted.section or wanted.section in row["section"])
            and (not wanted.q or wanted.q in row["text"])
        )
        if passes:
            rows.append(row)
    return rows


def as_csv(rows: Sequence[TaskView]) -> str:
    """One line a task."""
    return spreadsheet(
        ["clause_id", "number", "title", "section", "units", "roles", "deadline"],
        (
            [
                row["clause_id"],
                row["number"],
                row["title"],
                row["section"],
                "；".join(r["unit"] for r in row["responsible"]),
                "；".join(r["role"] for r in row["responsible"]),
                row["deadline"] or "",
            ]
            for row in rows
        ),
    )
