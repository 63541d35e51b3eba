"""What the chatbot package raises on purpose.

ChatbotError
├── SettingsError          a REFORMQA_… variable is unknown or wrong
├── CitationError          a quote is not in its document: a bug, never shown
├── UploadError            a file sent over HTTP cannot be read; the message names it and the remedy
├── DocumentBusyError      another job works on the document
├── NoPreviewError         there is nothing to publish
├── QueueFullError         as many jobs wait as may
├── DataFolderError        the data folder cannot be written
└── GenerationError        the language model did not deliver; the extractive answer is given instead
"""


class ChatbotError(Exception):
    """Root; the message names the thing, the value and the remedy."""


class SettingsError(ChatbotError):
    """A setting is unknown or has a wrong value."""


class CitationError(ChatbotError):
    """A citation does not match its document."""


class GenerationError(ChatbotError):
    """The language model failed, timed out or wrote nothing usable."""


class UploadError(ChatbotError):
    """A file that was sent cannot be read, within the limits or at all."""


class DocumentBusyError(ChatbotError):
    """Another job works on the document, or waits to."""


class NoPreviewError(ChatbotError):
    """A document has no preview that could be published."""


class QueueFullError(ChatbotError):
    """As many jobs wait as may; later there will be room."""


class DataFolderError(ChatbotError):
    """The data folder cannot be written: full, read-only or gone."""
