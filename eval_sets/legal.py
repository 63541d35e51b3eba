"""Characters that documents made of a run cannot hold."""

import re

# Control characters, lone surrogates, U+FFFE and U+FFFF: no XML 1.0 document may hold them
# (https://www.w3.org/TR/xml/#charsets), nor a workbook, which is XML; U+000B comes in text copied from Word.
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """The text with U+FFFD for every character that XML cannot hold."""
    return ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
