"""The receipt: where every character of the source went."""

import re
from collections.abc import Iterable

from ingest.clean import CleanText
from ingest.errors import UnaccountedTextError
from ingest.model import Drop, Gap, Passage, Reason, Receipt, Span, TableFound, Task
from ingest.units import UnitNames, registry

# 序号\t任务\t牵头单位: two or more lines with cells, a cell of which may go on over a few lines without any
_TABLE = re.compile(r"^[^\n]*\t[^\n]*(?:\n(?:[^\t\n]+\n){0,3}[^\n]*\t[^\n]*)+", re.M)


def write_receipt(
    name: str, source: str, clean: CleanText, passages: Iterable[Passage], gaps: Iterable[Gap], tasks: Iterable[Task]
) -> Receipt:
    """Account for every character of ``source``; raises UnaccountedTextError if one is missing."""
    ledger: list[Reason | str | None] = [None] * len(source)
    for passage in passages:
        ledger[passage.span.start : passage.span.end] = ["indexed"] * len(passage.span)
    for edit in clean.edits:
        if not edit.replacement:
            ledger[edit.span.start : edit.span.end] = [edit.reason] * len(edit.span)
    for at, character in enumerate(source):
        if ledger[at] is None and character.isspace():
            ledger[at] = Reason.WHITESPACE
    lost = [at for at, entry in enumerate(ledger) if entry is None]
    if lost:
        around = source[max(0, lost[0] - 10) : lost[0] + 10]
        raise UnaccountedTextError(
            f"{name}: {len(lost)} characters are neither indexed nor dropped, the first at {lost[0]} (…{around}…); "
            "please report this document"
        )
    return Receipt(
        characters=len(source),
        indexed=sum(entry == "indexed" for entry in ledger),
        dropped=tuple(_runs(ledger)),
        repaired=tuple(edit for edit in clean.edits if edit.replacement),
        gaps=tuple(gaps),
        tables=tuple(_tables(clean)),
        unknown_units=tuple(_unknown_units(tasks)),
    )


def _tables(clean: CleanText) -> Iterable[TableFound]:
    for match in _TABLE.finditer(clean.text):
        rows = sum("\t" in line for line in match[0].split("\n"))
        yield TableFound(clean.offsets.to_source(Span(*match.span())), rows)


def _unknown_units(tasks: Iterable[Task]) -> Iterable[str]:
    """Units with no English name, which every row of the lexicon has."""
    units = registry((row.unit for task in tasks for row in task.responsible), UnitNames.all())
    return (name for name, unit in units.items() if unit.english is None)


def _runs(ledger: list[Reason | str | None]) -> Iterable[Drop]:
    start = 0
    for at in range(1, len(ledger) + 1):
        if at == len(ledger) or ledger[at] != ledger[start]:
            if isinstance(reason := ledger[start], Reason):
                yield Drop(Span(start, at), reason)
            start = at
