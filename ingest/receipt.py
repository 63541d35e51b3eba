"""The receipt: where every character of the source went."""

from collections.abc import Iterable

from ingest.clean import CleanText
from ingest.errors import UnaccountedTextError
from ingest.model import Drop, Gap, Passage, Reason, Receipt, Span, TableFound, Task
from ingest.registry import without_other_name
from ingest.rows import Table

#: Lines without a tab over which a cell may go on inside a table.
_CELL_LINES = 3


def write_receipt(
    name: str,
    source: str,
    clean: CleanText,
    passages: Iterable[Passage],
    gaps: Iterable[Gap],
    tasks: Iterable[Task],
    loose: Iterable[Table] = (),
) -> Receipt:
    """Account for every character of ``source``; raises UnaccountedTextError if one is missing.

    ``loose`` are tables in clean text that have no tabs to be found by.
    """
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
        tables=tuple(sorted([*_tables(clean), *_loose(clean, loose)], key=lambda table: table.span)),
        unknown_units=tuple(without_other_name(tasks)),
    )


def _tables(clean: CleanText) -> Iterable[TableFound]:
    """Two or more lines with tabs: 序号 | 任务 | 牵头单位; a cell may go on over a few lines without any."""
    start = end = rows = between = at = 0
    for line in [*clean.text.split("\n"), *[""] * (_CELL_LINES + 1)]:
        if "\t" in line:
            start = start if rows else at
            end, rows, between = at + len(line), rows + 1, 0
        elif rows:
            between += 1
            if between > _CELL_LINES or not line:
                if rows > 1:
                    yield TableFound(clean.offsets.to_source(Span(start, end)), rows)
                rows = 0
        at += len(line) + 1


def _loose(clean: CleanText, tables: Iterable[Table]) -> Iterable[TableFound]:
    return (TableFound(clean.offsets.to_source(table.span), len(table.rows)) for table in tables)


def _runs(ledger: list[Reason | str | None]) -> Iterable[Drop]:
    start = 0
    for at in range(1, len(ledger) + 1):
        if at == len(ledger) or ledger[at] != ledger[start]:
            if isinstance(reason := ledger[start], Reason):
                yield Drop(Span(start, at), reason)
            start = at
