"""What the index package raises.

IndexingError
├── EncoderError           an encoder or reranker is missing, altered or cannot be loaded
├── IndexMissingError      nothing has been built yet
├── IndexBusyError         another process is writing
├── IndexCorruptError      a file of the index is missing or damaged
├── EncoderMismatchError   the index was built with another encoder
├── UnknownDocumentError   no document of that id
└── DocumentTwiceError     two documents of one id
"""

from __future__ import annotations


class IndexingError(Exception):
    """Root of every error the index package raises on purpose."""


class EncoderError(IndexingError):
    """An encoder or reranker cannot be loaded; the message names the file or model and the remedy."""


class IndexMissingError(IndexingError):
    """No index has been built yet."""


class IndexBusyError(IndexingError):
    """Another process is changing the index."""


class IndexCorruptError(IndexingError):
    """A file of the index is missing, damaged or of another format; the message names it and the repair."""


class EncoderMismatchError(IndexingError):
    """The index was built with another encoder than the one that runs."""


class UnknownDocumentError(IndexingError):
    """No document of that id is indexed."""


class DocumentTwiceError(IndexingError):
    """Two documents that are indexed together have one id."""
