"""A .docx as a package: a zip of XML parts, found by their relationships (ECMA-376 Part 2)."""

import io
import posixpath
import zipfile
from dataclasses import dataclass

from lxml import etree

from ingest.errors import UnreadableFileError
from ingest.readers.kinds import ZIP_ERRORS

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

# Strict documents (ISO/IEC 29500) differ in namespaces only.
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MAX_BYTES = 200 * 1024 * 1024
# A thousand pages of text are some 20 MB of XML; reading more takes minutes and gigabytes.
_MAX_PART = 64 * 1024 * 1024
_MAX_TAGS = 3_000_000
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, slots=True)
class Parts:
    """The XML of the parts that hold text, or say how it is numbered."""

    document: etree._Element
    numbering: etree._Element | None
    styles: etree._Element | None
    footnotes: etree._Element | None
    endnotes: etree._Element | None


def open_parts(data: bytes, name: str) -> Parts:
    """The parts of a .docx; raises UnreadableFileError for a damaged, encrypted or oversized file, or a DTD."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(info.file_size for info in archive.infolist())
            if size > _MAX_BYTES:
                raise UnreadableFileError(
                    f"{name}: unpacks to {size:,} bytes, more than the {_MAX_BYTES:,} allowed; "
                    "remove its pictures or split it, and ingest that"
                )
            # Office packages know no others (ECMA-376 Part 2), and bz2 and lzma have errors of their own.
            foreign = [info for info in archive.infolist() if info.compress_type not in _COMPRESSIONS]
            if foreign:
                raise UnreadableFileError(
                    f"{name}: {foreign[0].filename} is packed with zip method {foreign[0].compress_type}, which no "
                    "Office program writes; save it anew as .docx"
                )
            return _load(archive, name)
    except ZIP_ERRORS as error:
        raise UnreadableFileError(
            f"{name}: the .docx (zip) container is damaged, truncated or encrypted ({error}); "
            "download it again or save it anew as .docx"
        ) from error


def _load(archive: zipfile.ZipFile, name: str) -> Parts:
    names = frozenset(archive.namelist())

    def load(part: str | None) -> etree._Element | None:
        if part is None or part not in names:
            return None
        size = archive.getinfo(part).file_size
        xml = _unpacked(archive, part, size) if size <= _MAX_PART else b""
        if size > _MAX_PART or xml.count(b"<") > _MAX_TAGS:
            raise UnreadableFileError(
                f"{name}: {part} unpacks to {size:,} bytes of XML, too much to be text (at most {_MAX_PART:,} bytes, "
                f"{_MAX_TAGS:,} tags); split the document and ingest the pieces"
            )
        return _parse(xml, part, name)

    main = _targets(load("_rels/.rels"), "").get("officeDocument", "word/document.xml")
    document = load(main)
    if document is None:
        raise UnreadableFileError(f"{name}: the .docx holds no {main}; it is incomplete, save it anew as .docx")
    folder, file = posixpath.split(main)
    related = _targets(load(posixpath.join(folder, "_rels", file + ".rels")), folder)
    return Parts(
        document,
        load(related.get("numbering")),
        load(related.get("styles")),
        load(related.get("footnotes")),
        load(related.get("endnotes")),
    )


def _unpacked(archive: zipfile.ZipFile, part: str, size: int) -> bytes:
    # Not archive.read: it unpacks all there is before it looks at the size that the directory gives.
    with archive.open(part) as packed:
        return packed.read(size)


def _targets(relationships: etree._Element | None, folder: str) -> dict[str, str]:
    """Part names by the last word of the relationship's type (``numbering``)."""
    found: dict[str, str] = {}
    for relationship in relationships if relationships is not None else ():
        kind = str(relationship.get("Type") or "").rpartition("/")[2]
        target = str(relationship.get("Target") or "")
        found.setdefault(kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
    return found


def _parse(xml: bytes, part: str | None, name: str) -> etree._Element:
    # Office files have no DTD (ECMA-376 Part 2 forbids it); refusing one leaves no entity to expand.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml.replace(_STRICT, NAMESPACE.encode()), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFileError(f"{name}: {part} is not well-formed XML ({error}); save it anew as .docx") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFileError(f"{name}: {part} declares a DTD, which no Office file has; save it anew as .docx")
    return root
