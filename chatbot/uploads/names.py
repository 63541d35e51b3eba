"""What a file is called by those who send it: words to show, never a path."""

import re
import unicodedata

#: Characters of a name that are kept to be shown; ids are made of the whole name.
SHOWN = 120
_NAMELESS = "upload"
_SEPARATORS = re.compile(r"[/\\]")


def plain_name(sent: str | None) -> str:
    """The last part of a name as sent, without control, format (bidi among them) and private characters.

    ``../../x`` is ``x``; what is left with nothing is ``upload``.
    """
    last = _SEPARATORS.split(sent or "")[-1]
    # C: control, format, surrogate, private, unassigned; Zl and Zp break lines.
    visible = (c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c) not in ("Zl", "Zp") and
               not unicodedata.category(c).startswith("C"))  # fmt: skip
    return " ".join("".join(visible).split()).strip(". ") or _NAMELESS


def shown_name(name: str) -> str:
    """A name short enough for messages; the end, which says what it is, stays."""
    return name if len(name) <= SHOWN else f"{name[: SHOWN - 13]}…{name[-12:]}"
