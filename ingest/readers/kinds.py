"""What a file is, from its first bytes (and, for a zip, from the names inside it)."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from ingest.model import Format

_AS_DOCX_OR_PDF = "save it as .docx or .pdf and ingest that"
_AS_TEXT = "run OCR on it, save the result as .docx, .pdf with a text layer or .txt, and ingest that"
_UNPACK = "unpack it and ingest the documents inside"
_AS_TABLE = "copy its tables into a .docx, or print it to .pdf, and ingest that"


# What zipfile and zlib document, RuntimeError for an encrypted entry among it. Fuzzing found the last two:
# ValueError for an offset or a name that lies, EOFError for a stream that ends early.
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, ValueError, EOFError)


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A kind of file that no reader handles, and the way out."""

    kind: str
    remedy: str


_OLE = Unsupported("the OLE container (.doc, .wps, .xls, .ppt, or a password-protected .docx)", _AS_DOCX_OR_PDF)
_ZIP = Unsupported("a zip archive", _UNPACK)

_SIGNATURES: tuple[tuple[bytes, Unsupported], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"{\\rtf", Unsupported("RTF", _AS_DOCX_OR_PDF)),
    (b"\x89PNG\r\n\x1a\n", Unsupported("a PNG image", _AS_TEXT)),
    (b"\xff\xd8\xff", Unsupported("a JPEG image", _AS_TEXT)),
    (b"GIF87a", Unsupported("a GIF image", _AS_TEXT)),
    (b"GIF89a", Unsupported("a GIF image", _AS_TEXT)),
    (b"II*\x00", Unsupported("a TIFF image", _AS_TEXT)),
    (b"MM\x00*", Unsupported("a TIFF image", _AS_TEXT)),
    (b"7z\xbc\xaf\x27\x1c", Unsupported("a 7z archive", _UNPACK)),
    (b"Rar!\x1a\x07", Unsupported("a RAR archive", _UNPACK)),
    (b"\x1f\x8b\x08", Unsupported("a gzip archive", _UNPACK)),
    (b"BZh", Unsupported("a bzip2 archive", _UNPACK)),
    (b"\xfd7zXZ\x00", Unsupported("an xz archive", _UNPACK)),
    (b"%!PS", Unsupported("PostScript", "print it to .pdf and ingest that")),
    (b"\x00\x00\x00\x0cjP  ", Unsupported("a JPEG 2000 image", _AS_TEXT)),
)

# The first name found inside a zip decides. OFD (GB/T 33190) is the layout format of Chinese offices.
_ZIP_CONTENTS: tuple[tuple[re.Pattern[str], Unsupported], ...] = (
    (re.compile(r"(?i)^ofd\.xml$"), Unsupported("OFD", "export it as .pdf from the OFD reader and ingest that")),
    (re.compile(r"^xl/"), Unsupported("an Excel workbook (.xlsx)", _AS_TABLE)),
    (re.compile(r"^ppt/"), Unsupported("a PowerPoint presentation (.pptx)", _AS_DOCX_OR_PDF)),
)
_OPENDOCUMENT = Unsupported("OpenDocument (.odt, .ods, .odp)", _AS_DOCX_OR_PDF)
_EPUB = Unsupported("EPUB", _AS_DOCX_OR_PDF)

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HEAD = 4096

# What may stand before the first tag: <?xml version="1.0"?>, <!-- saved from url=... -->
_PROLOGUE = re.compile(r"(?:[\s\ufeff]|<\?xml[^>]*\?>|<!--.*?-->)*", re.DOTALL)
# Tags that only a web page starts with: <!DOCTYPE html>, <html lang="zh">, <meta charset=gb2312>
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|title|link|script|style)(?=[\s>/]|$)", re.IGNORECASE)
# Tags that a fragment cut from a page starts with, but so may Markdown: <div class="TRS_Editor">, <p>第一条
_FRAGMENT = re.compile(
    r"<(?:div|p|table|span|font|section|article|main|center|h[1-6]|ul|ol|dl|br|b|strong|a|iframe)(?=[\s>/])",
    re.IGNORECASE,
)
# How a fragment ends: </div>, <br>, -->
_TAG_AT_END = re.compile(rb"<[/!a-zA-Z][^<>]*>[\s\x00]*\Z")
# Word's flat XML and web archives (a .doc file from some offices is one of these).
_WORD_XML = re.compile(r"<\?mso-application\s+progid=\"Word\.Document\"|<w:wordDocument|<pkg:package")
_WEB_ARCHIVE = re.compile(r"\s*(?:From:|MIME-Version:)(?s:.)*?Content-Type:\s*multipart/related", re.IGNORECASE)


def unsupported(data: bytes) -> Unsupported | None:
    """The known kind that no reader handles, or None."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Unsupported("a WebP image", _AS_TEXT)
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"):
        return Unsupported("a HEIC or AVIF image", _AS_TEXT)
    if data[257:262] == b"ustar":
        return Unsupported("a tar archive", _UNPACK)
    if data[:2] == b"BM" and int.from_bytes(data[2:6], "little") == len(data):
        return Unsupported("a BMP image", _AS_TEXT)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _unsupported_zip(data)
    head = _head(data)
    if _WORD_XML.search(head[:1024]):
        return Unsupported("Word's single-file XML", _AS_DOCX_OR_PDF)
    if _WEB_ARCHIVE.match(head):
        return Unsupported("a web archive (.mht)", "save it as .html, .docx or .pdf and ingest that")
    return None


def detect(data: bytes) -> Format:
    """DOCX, PDF, HTML or, for everything else, TXT; ``unsupported`` has said None before."""
    if data.startswith(b"PK\x03\x04"):
        return Format.DOCX
    start = data.find(b"%PDF-", 0, 1024)
    # A PDF may have junk before its header, so up to 1024 bytes; a text that speaks of PDF has no trailer.
    if start >= 0 and (not data[:start].strip(b"\xef\xbb\xbf\r\n\t \x00") or b"startxref" in data[-2048:]):
        return Format.PDF
    return Format.HTML if _is_html(data) else Format.TXT


def _is_html(data: bytes) -> bool:
    head = _head(data)
    prologue = _PROLOGUE.match(head)
    body = head[prologue.end() :] if prologue else head
    if _PAGE.match(body):
        return True
    return _FRAGMENT.match(body) is not None and _TAG_AT_END.search(data[-_HEAD:].replace(b"\x00", b"")) is not None


def _head(data: bytes) -> str:
    """The first characters, good enough to see tags; other characters may come out wrong."""
    head = data[:_HEAD]
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, errors="ignore")
    # Tags are ASCII in every encoding read here; UTF-16 without a mark only puts a NUL beside each letter.
    return head.replace(b"\x00", b"").decode("latin-1")


def _unsupported_zip(data: bytes) -> Unsupported | None:
    """None also where the directory cannot be read: the docx reader then says what is wrong."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            mimetype = _mimetype(archive)
    except ZIP_ERRORS:
        return None
    if any(name.startswith("word/") for name in names):
        return None
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        return _OPENDOCUMENT
    if mimetype.startswith(b"application/epub+zip"):
        return _EPUB
    for name in names:
        for pattern, kind in _ZIP_CONTENTS:
            if pattern.search(name):
                return kind
    return _ZIP


def _mimetype(archive: zipfile.ZipFile) -> bytes:
    """What OpenDocument and EPUB say they are, in an entry that both standards want stored as it is."""
    for entry in archive.infolist():
        if entry.filename == "mimetype" and entry.compress_type == zipfile.ZIP_STORED and entry.file_size < 200:
            return archive.read(entry)
    return b""
