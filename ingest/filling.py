"""How text fills the lines of a narrow column: which lines a wrap can have made."""

import re
from collections.abc import Iterator, Sequence

# 12 | APP | 万 | 委、 | “示: what stays together at the end of a line, with the marks that never begin or end one
_TOKEN = re.compile(r"[“‘（《〔［【「『(\[]*(?:[!-~]+|.)[，。、；：！？”’）》〕］】」』,;)\]]*")
#: How far lines stray from the width of their column: half-width blanks, justified punctuation.
_STRAY = 1.0
# A converter cuts a printed line in pieces behind and before punctuation.
_CUT_BEHIND = "，、。！？；：!?;:,”’）》〕］】」』)]"
_CUT_BEFORE = "“‘（《〔［【「『(["
# pc|end: the last and first character of two lines that hold Latin words
_LATIN_CUT = re.compile("[A-Za-z0-9][A-Za-z]")


def width(text: str) -> float:
    """In full-width characters; Latin letters and digits are half as wide."""
    return len(text) - 0.5 * sum(character < "\u2000" for character in text)


def glue(before: str, after: str) -> str:
    """What a wrap between two pieces took: a blank between Latin words, else nothing."""
    return " " if _LATIN_CUT.fullmatch(before[-1] + after[0]) else ""


def fitting(pieces: Sequence[str], column: float, page: int = 0) -> Iterator[int]:
    """The counts of leading ``pieces`` that are one wrapped text in a column so wide.

    Each printed line but the last has no room for what begins the next one; a printed line may come in several pieces
    where punctuation cuts it, but not where a new page begins (at the piece ``page``). Ends where no longer text fits.
    """
    filled: set[float] = set()
    for n, piece in enumerate(pieces):
        own = width(piece)
        if own > column + _STRAY:
            return
        if n:
            token = _TOKEN.match(piece)
            begins = width(token[0]) if token else own
            cut = n != page and (pieces[n - 1][-1] in _CUT_BEHIND or piece[0] in _CUT_BEFORE)
            same = {at + own for at in filled if cut and at + own <= column + _STRAY}
            filled = same | ({own} if any(at + begins > column - _STRAY for at in filled) else set())
        else:
            filled = {own}
        if not filled:
            return
        yield n + 1


def fits(pieces: Sequence[str], column: float, page: int = 0) -> bool:
    """Whether all ``pieces`` are one wrapped text in a column so wide; no pieces are."""
    return not pieces or len(pieces) in fitting(pieces, column, page)
