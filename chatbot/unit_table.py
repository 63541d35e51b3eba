"""The responsible units as rows: whose they are, every name, how many tasks in which role."""

from collections import Counter
from collections.abc import Sequence

from typing_extensions import TypedDict

from chatbot.catalog import Catalog
from chatbot.spreadsheet import spreadsheet
from ingest.registry import Unit


class UnitTasks(TypedDict):
    """What a document gives a unit: tasks, in how many it has each role, and tasks it leads by a heading alone."""

    document_id: str
    tasks: int
    roles: dict[str, int]
    below_headings: int


class UnitRow(TypedDict):
    """A unit of one place; ``name`` is its fullest printed name, ``aliases`` every other Chinese one."""

    name: str
    place: str | None
    aliases: list[str]
    name_en: str | None
    aliases_en: list[str]
    tasks: int
    roles: dict[str, int]
    documents: list[UnitTasks]


def unit_rows(catalog: Catalog, document_id: str | None = None) -> list[UnitRow]:
    """Every unit, or those of one document, in order of first mention; raises UnknownDocumentError.

    A task counts once a unit, and once a role. ``below_headings`` counts tasks that only a heading above them gives it.
    """
    if document_id is not None:
        catalog.index.document(document_id)
    documents = [d for d in catalog.documents if document_id in (None, d.id)]
    given: dict[Unit, dict[str, UnitTasks]] = {unit: {} for unit in catalog.units.units}
    for document in documents:
        for task in document.tasks:
            roles: dict[Unit, set[str]] = {}
            for row in task.responsible:
                roles.setdefault(catalog.units.unit(document.id, row.unit), set()).add(row.role)
            leads = {catalog.units.unit(document.id, row.unit) for row in task.section_leads}
            for unit in roles.keys() | leads:
                none = UnitTasks(document_id=document.id, tasks=0, roles={}, below_headings=0)
                counts = given[unit].setdefault(document.id, none)
                counts["tasks"] += unit in roles
                counts["below_headings"] += unit not in roles
                for role in sorted(roles.get(unit, ())):
                    counts["roles"][role] = counts["roles"].get(role, 0) + 1
    return [_row(unit, list(counts.values())) for unit, counts in given.items() if counts]


def _row(unit: Unit, documents: Sequence[UnitTasks]) -> UnitRow:
    roles = sum((Counter(d["roles"]) for d in documents), Counter[str]())
    return UnitRow(
        name=unit.name,
        place=unit.place,
        aliases=list(unit.aliases),
        name_en=unit.english,
        aliases_en=list(unit.english_aliases),
        tasks=sum(d["tasks"] for d in documents),
        roles=dict(roles),
        documents=list(documents),
    )


def units_as_csv(rows: Sequence[UnitRow]) -> str:
    """One line a unit and document."""
    header = ["name", "place", "name_en", "aliases", "document_id", "tasks", "roles"]
    return spreadsheet(
        header,
        (
            [
                row["name"],
                row["place"] or "",
                row["name_en"] or "",
                "；".join(row["aliases"]),
                document["document_id"],
                str(document["tasks"]),
                "；".join(f"{role} {count}" for role, count in document["roles"].items()),
            ]
            for row in rows
            for document in row["documents"]
        ),
    )
