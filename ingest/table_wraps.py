"""Wrapped tables of tasks put back as rows: a line each, cells separated by tabs as readers of other formats do.

A row that a page cuts in two has all its columns twice in its line: what stands on the first page, then the rest.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.filling import glue
from ingest.loose_headers import Header, Line
from ingest.loose_tables import Stretch, lines_of, read_rows, stretches
from ingest.model import Edit, Reason, Span
from ingest.wrapped_rows import Piece, WrappedRow
from ingest.wrapped_tables import piece_of, read_wrapped


def table_wraps(text: str) -> list[Edit]:
    """Line breaks inside cells dropped, those between cells made tabs, headers that pages repeat dropped.

    Only in tables that cannot be read as they are, a line a cell, and where every row can be read in one best way.
    """
    lines = lines_of(text, Span(0, len(text)))
    edits: list[Edit] = []
    end = 0
    for stretch in stretches(lines):
        header = stretch.header
        if header.first < end or any("\t" in line.text for line in lines[header.first : header.end]):
            continue
        if next(read_rows(text, lines, stretch), None) is not None:
            continue
        rows = read_wrapped(text, lines, header, stretch.stop)
        if rows:
            edits += _edits(text, lines, stretch, rows)
            end = stretch.stop
    return [edit for edit in edits if edit.span.of(text) != edit.replacement]


def _edits(text: str, lines: Sequence[Line], stretch: Stretch, rows: Sequence[WrappedRow]) -> Iterator[Edit]:
    header = stretch.header
    columns = len(header.columns)
    names = [piece_of(text, line) for line in lines[header.first : header.end]]
    for before, after in pairwise(names):
        yield Edit(Span(before.span.end, after.span.start), "\t", Reason.LINE_WRAP)
    repeated = list(_repeated(text, lines, header, stretch.stop))
    yield from _between(repeated, names[-1], rows[0].number, "\n")
    for n, row in enumerate(rows):
        placed = list(_placed(row, columns))
        for (at, before), (further, after) in pairwise(placed):
            between = "\t" * (further - at) if further > at else glue(before.text, after.text)
            yield from _between(repeated, before, after, between)
        at, last = placed[-1]
        ends = "\t" * (columns * (2 if row.rest else 1) - 1 - at)
        if n + 1 < len(rows):
            yield from _between(repeated, last, rows[n + 1].number, ends + "\n")
        elif ends:
            yield Edit(Span(last.span.end, last.span.end), ends, Reason.LINE_WRAP)


def _placed(row: WrappedRow, columns: int) -> Iterator[tuple[int, Piece]]:
    """The pieces of a row in order, each with the number of its cell."""
    yield 0, row.number
    for page, cells in enumerate((row.cells, row.rest)):
        for column, cell in enumerate(cells, start=1):
            for piece in cell:
                yield page * columns + column, piece


def _repeated(text: str, lines: Sequence[Line], header: Header, stop: int) -> Iterator[Span]:
    """The headers that pages repeat."""
    at = header.end
    while at < stop:
        again = header.again(at, lines)
        if again:
            yield Span(piece_of(text, lines[at]).span.start, piece_of(text, lines[again.end - 1]).span.end)
        at = again.end if again else at + 1


def _between(repeated: Sequence[Span], before: Piece, after: Piece, said: str) -> Iterator[Edit]:
    """``said`` in place of what stands between two pieces: blanks, and maybe the header of a page."""
    gap = Span(before.span.end, after.span.start)
    headers = [span for span in repeated if gap.covers(span)]
    first = headers[0].start if headers else gap.end
    yield Edit(Span(gap.start, first), said, Reason.LINE_WRAP)
    if headers:
        yield Edit(Span(first, gap.end), "", Reason.PAGE_ARTEFACT)
