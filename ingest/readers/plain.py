"""Plain text and Markdown: bytes in one of the encodings that Chinese offices use."""

import codecs
import functools
import re
from dataclasses import dataclass

from ingest.errors import UnreadableFileError

# UTF-32 first: its little-endian mark starts with the one of UTF-16.
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096
_EVERYDAY_SHARE = 0.4  # of binary data read as UTF-16, one character in twenty is an everyday one
_CONTROL_SHARE = 0.1
_DAMAGED_RATIO = 10
# Control characters no text file needs: all but tab, newlines, form feed and DOS's end mark.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f-\x84\x86-\x9f]")
_REMEDY = "open it in an editor, save it as UTF-8 text and ingest that"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text without byte order mark, newlines untouched, and the Python codec that read it."""

    text: str
    encoding: str


def decode(data: bytes, name: str) -> Decoded:
    """Byte order mark, else strict UTF-8, else UTF-16 where it reads like one, else strict GB18030.

    Raises UnreadableFileError for bytes that are none of these, naming the first bad one, and for binary data.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _text(data, encoding, len(mark), name)
    if b"\x00" not in data:
        try:
            return _checked(Decoded(data.decode("utf-8"), "utf-8"), name)
        except UnicodeDecodeError as error:
            # Cut or damaged UTF-8 often is valid GB18030, and would be read as other characters without a word.
            if _is_damaged_utf8(data):
                raise _bad_byte(error, name) from error
    unmarked = _utf16(data)
    if unmarked is not None:
        return _checked(unmarked, name)
    if b"\x00" in data:
        raise UnreadableFileError(
            f"{name}: a NUL byte at offset {data.index(0)}, so this is binary data, not text; "
            "ingest a .txt, .md, .html, .docx or .pdf file"
        )
    return _text(data, "gb18030", 0, name)


def reject_binary(text: str, name: str) -> None:
    """Raise UnreadableFileError for a text with NULs or made up of control characters."""
    controls = len(_CONTROL.findall(text))
    if "\x00" in text or controls > _CONTROL_SHARE * len(text):
        raise UnreadableFileError(
            f"{name}: {controls} of {len(text)} characters are control characters, so this is binary data, not text; "
            "ingest a .txt, .md, .html, .docx or .pdf file"
        )


def _checked(decoded: Decoded, name: str) -> Decoded:
    reject_binary(decoded.text, name)
    return decoded


def _text(data: bytes, encoding: str, start: int, name: str) -> Decoded:
    try:
        text = data[start:].decode(encoding)
    except UnicodeDecodeError as error:
        raise _bad_byte(error, name, start) from error
    return _checked(Decoded(text, encoding), name)


def _bad_byte(error: UnicodeDecodeError, name: str, start: int = 0) -> UnreadableFileError:
    return UnreadableFileError(
        f"{name}: byte 0x{error.object[error.start]:02x} at offset {error.start + start} is not valid "
        f"{error.encoding}, and the file is in no other encoding read here (UTF-8, UTF-16, UTF-32, GB18030); {_REMEDY}"
    )


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether nearly all non-ASCII bytes are UTF-8; in GB18030 text hardly any are by chance."""
    replaced = data.decode("utf-8", errors="replace")
    bad = replaced.count("\ufffd")
    good = sum(character > "\x7f" for character in replaced) - bad
    return good >= _DAMAGED_RATIO * bad


def _utf16(data: bytes) -> Decoded | None:
    """The text as UTF-16 without a mark, if it reads clearly better that way than as GB18030."""
    if len(data) % 2:
        return None
    try:
        rival = 0.0 if b"\x00" in data else _everyday(data.decode("gb18030")[:_SAMPLE])
    except UnicodeDecodeError:
        rival = 0.0
    readings = []
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        share = _everyday(text[:_SAMPLE])
        if share >= _EVERYDAY_SHARE and share > rival:
            readings.append((share, Decoded(text, encoding)))
    return max(readings, key=lambda reading: reading[0])[1] if readings else None


def _everyday(text: str) -> float:
    """The share of characters that Chinese prose is made of: 0 for noise, about 1 for a policy."""
    known = _everyday_characters()
    return sum(character in known for character in text) / len(text) if text else 0.0


@functools.cache
def _everyday_characters() -> frozenset[str]:
    """ASCII and, of GB 2312-1980, the punctuation (rows 1-3) and the frequent level-1 characters (rows 16-55)."""
    cells = bytearray()
    for row in (*range(1, 4), *range(16, 56)):
        for cell in range(1, 95):
            cells += bytes((0xA0 + row, 0xA0 + cell))
    ascii_ = "\t\n\r\f" + "".join(map(chr, range(0x20, 0x7F)))
    return frozenset(bytes(cells).decode("gb2312", errors="ignore") + ascii_)
