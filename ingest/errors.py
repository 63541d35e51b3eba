"""Errors of the ingest package.

IngestError
├── UnsupportedFormatError   the file is of a kind no reader handles (.doc, .xlsx, an image …)
├── UnreadableFileError      the kind is known but this file cannot be read (encrypted, truncated, scanned …)
├── EmptyDocumentError       nothing visible is left to index
├── MetadataError            corpus.toml, or metadata given by hand, is incomplete or wrong
└── UnaccountedTextError     a character is neither in a passage nor on the receipt: a bug, never served
"""


class IngestError(Exception):
    """Root of everything that ingestion raises on purpose; the message names the thing, the value and the remedy."""


class UnsupportedFormatError(IngestError):
    """The file is of a kind that no reader handles."""


class UnreadableFileError(IngestError):
    """The kind of file is known, but this one cannot be read."""


class EmptyDocumentError(IngestError):
    """The file holds no visible text."""


class MetadataError(IngestError):
    """Metadata given by hand is incomplete or wrong."""


class UnaccountedTextError(IngestError):
    """A character of the source is neither in a passage nor on the receipt."""
