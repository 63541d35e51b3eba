"""PDF: the text layer, page by page."""

import logging
import threading

import pypdfium2
from pypdfium2 import raw

from ingest.errors import UnreadableFileError

PAGE_BREAK = "\f"

_log = logging.getLogger(__name__)
# PDFium keeps global state and is not thread-safe (its README says so); uploads run in threads.
_PDFIUM = threading.Lock()


def read_pdf(data: bytes, name: str) -> str:
    """The pages' text layers, joined by U+000C; PDFium's \\r\\n become \\n, nothing else changes.

    A file that opens without a password is read even if its owner restricted it. Raises UnreadableFileError for a
    damaged file, one that needs a password, and one without any text (a scan).

    PDFium's limit: a text object of a single character in a font that is neither embedded nor installed has no width,
    and PDFium leaves it out.
    """
    with _PDFIUM:
        pages = _pages(data, name)
    if not any(page.strip() for page in pages):
        raise UnreadableFileError(
            f"{name}: none of its {len(pages)} pages has a text layer, so it is scanned; "
            "run OCR on it (for example ocrmypdf) and ingest the result"
        )
    blank = [number for number, page in enumerate(pages, start=1) if not page.strip()]
    if blank:
        _log.warning("%s: pages %s have no text layer; if they are scans, run OCR on the file", name, blank)
    return PAGE_BREAK.join(pages)


def _pages(data: bytes, name: str) -> list[str]:
    try:
        with pypdfium2.PdfDocument(data) as document:
            return [_page_text(document, number) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            message = f"{name}: the PDF is encrypted and needs a password; save it without one and ingest that"
        else:
            message = f"{name}: the PDF is damaged or truncated ({error}); download or export it again"
        raise UnreadableFileError(message) from error


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number]
    try:
        # Not get_text_bounded: it cuts off what runs over the page's edge.
        layer = page.get_textpage()
        try:
            text: str = layer.get_text_range()
        finally:
            layer.close()
    finally:
        page.close()
    return text.replace("\r\n", "\n")
