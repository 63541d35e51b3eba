"""Spanning cells of a table: which positions of a row they cover, so that every row keeps its columns."""

# HTML allows 1000 columns and 65534 rows (HTML Standard, 4.9.11); no table of a document is near either, but a few
# bytes of markup can ask for millions of positions.
_MAX_COLUMNS = 256
_MAX_ROWS = 10_000
_MAX_COVERED = 100_000


class Allowance:
    """How many positions the tables of a document may cover in all; once used up, further spans count as 1."""

    def __init__(self, left: int = _MAX_COVERED) -> None:
        self.left = left


class Grid:
    """One table, filled row by row."""

    def __init__(self, allowance: Allowance) -> None:
        self.column = 0
        self._rows_left: list[int] = []
        self._allowance = allowance

    def start_row(self) -> None:
        """The next cell is the first of a row."""
        self.column = 0

    def place(self, rows: int, columns: int) -> int:
        """Put a cell of that many rows and columns; how many covered positions stand before it."""
        before = self.column
        while self.column < len(self._rows_left) and self._rows_left[self.column]:
            self._cover()
        skipped = self.column - before
        columns = max(1, min(columns, _MAX_COLUMNS - self.column, self._allowance.left))
        rows = max(1, min(rows, _MAX_ROWS, self._allowance.left))
        self._allowance.left -= columns - 1
        for _ in range(columns):
            if self.column == len(self._rows_left) < _MAX_COLUMNS:
                self._rows_left.append(0)
            if self.column < len(self._rows_left):
                self._rows_left[self.column] = rows - 1
            self.column += 1
        return skipped

    def end_row(self) -> int:
        """How many positions after the last cell are covered by cells above (or lie before one that is)."""
        before = self.column
        last = max((n for n in range(before, len(self._rows_left)) if self._rows_left[n]), default=before - 1)
        while self.column <= last:
            self._cover()
        return self.column - before

    def _cover(self) -> None:
        left = self._rows_left[self.column] - 1
        self._allowance.left -= 1
        self._rows_left[self.column] = max(0, left) if self._allowance.left > 0 else 0
        self.column += 1


def span(written: str | None) -> int:
    """The value of a ``rowspan`` or ``colspan``: 1 where it is no number (rowspan="0", to the end, is 1 as well)."""
    digits = (written or "").strip()
    return max(1, int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 7 else 1
