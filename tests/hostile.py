"""Files made to hurt a reader, and readers that misbehave; run in the process that uploads are read in."""

import io
import logging
import os
import signal
import time
import zipfile
from functools import cache

from ingest.model import Document
from ingest.pipeline import Given, ingest
from ingest.readers import read

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body: bytes, **parts: bytes) -> bytes:
    """A .docx whose main part is ``body``; ``parts`` by name with ``_`` for ``/``."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
        for name, content in parts.items():
            archive.writestr(name.replace("_", "/"), content)
    return data.getvalue()


@cache
def zip_bomb() -> bytes:
    """A .docx of 250 kB that unpacks to 256 MB."""
    data = io.BytesIO()
    with (
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(256):
            part.write(b" " * (1 << 20))
    return data.getvalue()


def lying_zip_bomb() -> bytes:
    """The same, small by what its directory says."""
    bomb = bytearray(zip_bomb())
    at = bomb.rindex(b"PK\x01\x02")
    bomb[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return bytes(bomb)


def xml_bomb() -> bytes:
    """A billion laughs."""
    lines = [b'<!ENTITY a0 "ha">', *(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))]
    text = b"<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>"
    return docx(b"<!DOCTYPE x [%s]><w:document xmlns:w='%s'><w:body>%s</w:body></w:document>" % (
        b"".join(lines), _WORD.encode(), text))  # fmt: skip


def deep_xml() -> bytes:
    """A table in a table, a hundred thousand times."""
    deep = b"<w:tbl><w:tr><w:tc>" * 100_000
    return docx(b"<w:document xmlns:w='%s'><w:body>%s</w:body></w:document>" % (_WORD.encode(), deep))


def pdf(pages: int, line: str = "Article 1. Schools open at eight.") -> bytes:
    """A PDF of so many pages."""
    from reportlab.pdfgen import canvas

    data = io.BytesIO()
    page = canvas.Canvas(data)
    for number in range(pages):
        page.drawString(72, 780, f"{line} {number}")
        page.showPage()
    page.save()
    return data.getvalue()


def hang(data: bytes, name: str, document_id: str) -> Document:
    """A reader that never ends, and does not use the processor."""
    time.sleep(600)
    raise AssertionError


def spin(data: bytes, name: str, document_id: str) -> Document:
    """A reader that never ends."""
    while True:
        pass


def crash(data: bytes, name: str, document_id: str) -> Document:
    """A reader that a file makes write where it must not."""
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def eat_memory(data: bytes, name: str, document_id: str) -> Document:
    """A reader that a file makes ask for all memory there is."""
    kept = []
    while True:
        kept.append(bytearray(1 << 24))


def write_a_file(data: bytes, name: str, document_id: str) -> Document:
    """A reader that a file makes write to the disk: the name is where."""
    with open(name, "wb") as file:
        file.write(data)
    return ingest(read(data, "written.txt"), Given(id=document_id))


def fail(data: bytes, name: str, document_id: str) -> Document:
    """A reader with a bug, whose message has words of the document."""
    raise ZeroDivisionError(data.decode())


def warn(data: bytes, name: str, document_id: str) -> Document:
    """A reader that has something to say."""
    logging.getLogger(__name__).warning("%s: half of it is missing", name)
    return ingest(read(data, "read.txt"), Given(id=document_id))
