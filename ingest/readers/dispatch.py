"""Which reader a file gets: decided by its bytes, never by its name."""

import hashlib

from ingest.errors import EmptyDocumentError, UnreadableFileError, UnsupportedFormatError
from ingest.model import Format, Source, Span
from ingest.readers.kinds import detect, unsupported
from ingest.readers.plain import decode

_MAX_BYTES = 200 * 1024 * 1024
_MAX_CHARACTERS = 10_000_000
_BYTES_A_CHARACTER = 4  # at most, in every encoding read here
_MARKDOWN_SUFFIXES = (".md", ".markdown")


def read(data: bytes, name: str) -> Source:
    """The text of a file, as a ``Source``.

    The content decides the format; ``name`` goes into messages and tells Markdown from plain text, nothing else.
    Raises UnsupportedFormatError, UnreadableFileError or EmptyDocumentError, and nothing else, whatever the bytes.
    """
    if not data:
        raise EmptyDocumentError(f"{name}: the file is empty (0 bytes); check the download or export and try again")
    if len(data) > _MAX_BYTES:
        raise _too_large(name, f"{len(data):,} bytes", f"{_MAX_BYTES:,}")
    refusal = unsupported(data)
    if refusal is not None:
        raise UnsupportedFormatError(f"{name}: {refusal.kind} is not supported; {refusal.remedy}")
    format_ = detect(data)
    if format_ in (Format.TXT, Format.HTML) and len(data) > _MAX_CHARACTERS * _BYTES_A_CHARACTER:
        raise _too_large(name, f"{len(data):,} bytes", f"{_MAX_CHARACTERS * _BYTES_A_CHARACTER:,}")
    encoding: str | None = None
    furniture: tuple[Span, ...] = ()
    # Parsers are imported here because they are large; a service that only answers never loads them.
    if format_ is Format.DOCX:
        from ingest.readers.docx import read_docx

        text = read_docx(data, name)
    elif format_ is Format.PDF:
        from ingest.readers.pdf import read_pdf

        text = read_pdf(data, name)
    elif format_ is Format.HTML:
        from ingest.readers.html import read_html

        page = read_html(data, name)
        text, furniture = page.text, page.furniture
    else:
        decoded = decode(data, name)
        text, encoding = decoded.text, decoded.encoding
        if name.lower().endswith(_MARKDOWN_SUFFIXES):
            format_ = Format.MARKDOWN
    if not text.strip():
        raise EmptyDocumentError(f"{name}: the {format_.value} file holds no visible text; nothing to index")
    if len(text) > _MAX_CHARACTERS:
        raise _too_large(name, f"{len(text):,} characters", f"{_MAX_CHARACTERS:,}")
    return Source(name, format_, text, hashlib.sha256(data).hexdigest(), encoding, furniture)


def _too_large(name: str, size: str, allowed: str) -> UnreadableFileError:
    return UnreadableFileError(f"{name}: {size}, more than the {allowed} allowed; split it and ingest the pieces")
