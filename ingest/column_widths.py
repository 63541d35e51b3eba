"""How wide the columns of a wrapped table are, learned from its cells: where most lines are well filled."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.filling import fits, width
from ingest.rows import numbered

#: Most lines of a title, where its column is not known.
_LONGEST_LEAD = 5
_NARROWEST = 2


@dataclass(frozen=True, slots=True)
class Print:
    """How a table is printed: how wide its columns are, and whether each title has a number of its own."""

    widths: tuple[float, ...]
    numbered_titles: bool = False


def printed_as(rows: Sequence[Sequence[Sequence[str]]], texts: int) -> Print | None:
    """What rows show whose first cell holds all ``texts`` columns of text, the others one column each.

    None without rows, and where titles cannot be told from the texts beside them.
    """
    if not rows:
        return None
    blocks, *tail = (list(column) for column in zip(*rows, strict=True))
    units = tuple(_width(cells, 0) for cells in tail)
    if texts == 1:
        return Print((_width(blocks, 0), *units))
    detail = _width(blocks, _LONGEST_LEAD)
    titles = [said[:begins] for said in blocks if (begins := _begins(said, detail, _LONGEST_LEAD))]
    if not titles:
        return None
    title = _width(titles, 0)
    counted = all(numbered(said[0]) for said in titles)
    # Without numbers only a title much narrower than the text beside it is told apart, and only a wrapped one says so.
    narrow = 2 * title <= detail and any(len(said) > 1 for said in titles)
    return Print((title, detail, *units), counted) if counted or narrow else None


def _width(cells: Sequence[Sequence[str]], lead: int) -> int:
    """The width at which most lines of ``cells`` are well filled, of several the least.

    Up to ``lead`` lines at the beginning of a cell may belong to the column before.
    """
    widest = max(width(text) for texts in cells for text in texts)
    candidates = range(_NARROWEST, int(2 * widest) + _NARROWEST + 1)
    return max(candidates, key=lambda column: sum(len(texts) - _begins(texts, column, lead) for texts in cells))


def _begins(texts: Sequence[str], column: float, lead: int) -> int:
    """How many lines stand before those that fill a column so wide; all of them if more than ``lead`` do."""
    return next((n for n in range(min(lead, len(texts) - 1) + 1) if fits(texts[n:], column)), len(texts))
