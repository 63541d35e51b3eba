"""Text of a page as it comes to stand on lines, with white space collapsed as a browser does."""

import re

_SPACES = re.compile(r"([ \t\n\r\f]+)")


def _is_wide(character: str) -> bool:
    """Chinese characters and full-width punctuation, between which a line break in the markup shows nothing."""
    return "\u2e80" <= character <= "\ua4cf" or "\uf900" <= character <= "\ufaff" or "\uff01" <= character <= "\uff60"


class Lines:
    """Text as it comes to stand on lines: at most one newline for any number of block boundaries."""

    def __init__(self) -> None:
        self.length = 0
        self._parts: list[str] = []
        self._gap = ""
        self._newline = False

    def text(self) -> str:
        return "".join(self._parts)

    def flow(self, text: str) -> None:
        """Text whose white space collapses."""
        for index, piece in enumerate(_SPACES.split(text)):
            if index % 2:
                self._gap += piece
            elif piece:
                self._write(piece)

    def verbatim(self, text: str) -> None:
        """Preformatted text."""
        if text:
            self._write(text)

    def line_break(self) -> None:
        self._start_line()
        self._put("\n")

    def block(self) -> None:
        """A block element starts or ends: what follows is not on this line."""
        self._gap = ""
        if self._parts and self._parts[-1] not in ("\n", "\t"):
            self._newline = True

    def row(self) -> None:
        """A table row starts or ends, even after an empty cell."""
        self._gap = ""
        if self._parts and self._parts[-1] != "\n":
            self._newline = True

    def cell(self, first: bool) -> None:
        if first:
            self._start_line()
        else:
            self._newline, self._gap = False, ""
            self._put("\t")

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)

    def _start_line(self) -> None:
        if self._newline:
            self._put("\n")
        self._newline, self._gap = False, ""

    def _write(self, text: str) -> None:
        gap = self._gap
        if self._newline:
            self._start_line()
        elif gap and self._parts and self._parts[-1] not in ("\n", "\t"):
            joined = "\n" in gap and _is_wide(self._parts[-1][-1]) and _is_wide(text[0])
            self._put("" if joined else " ")
        self._gap = ""
        self._put(text)
