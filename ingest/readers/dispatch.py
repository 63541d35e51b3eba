"""Which reader a file gets: decided by its bytes, never by its name."""

import hashlib

from ingest.errors import EmptyDocumentError, UnsupportedFormatError
from ingest.model import Format, Source
from ingest.readers.kinds import detect, unsupported
from ingest.readers.plain import decode

_MARKDOWN_SUFFIXES = (".md", ".markdown")


def read(data: bytes, name: str) -> Source:
    """The text of a file, as a ``Source``.

    The content decides the format; ``name`` goes into messages and tells Markdown from plain text, nothing else.
    Raises UnsupportedFormatError, UnreadableFileError or EmptyDocumentError, and nothing else, whatever the bytes.
    """
    if not data:
        raise EmptyDocumentError(f"{name}: the file is empty (0 bytes); check the download or export and try again")
    refusal = unsupported(data)
    if refusal is not None:
        raise UnsupportedFormatError(f"{name}: {refusal.kind} is not supported; {refusal.remedy}")
    format_ = detect(data)
    encoding: str | None = None
    # Parsers are imported here because they are large; a service that only answers never loads them.
    if format_ is Format.DOCX:
        from ingest.readers.docx import read_docx

        text = read_docx(data, name)
    elif format_ is Format.PDF:
        from ingest.readers.pdf import read_pdf

        text = read_pdf(data, name)
    elif format_ is Format.HTML:
        from ingest.readers.html import read_html

        text = read_html(data, name)
    else:
        decoded = decode(data, name)
        text, encoding = decoded.text, decoded.encoding
        if name.lower().endswith(_MARKDOWN_SUFFIXES):
            format_ = Format.MARKDOWN
    if not text.strip():
        raise EmptyDocumentError(f"{name}: the {format_.value} file holds no visible text; nothing to index")
    return Source(name, format_, text, hashlib.sha256(data).hexdigest(), encoding)
