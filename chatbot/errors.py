"""What the chatbot package raises on purpose.

ChatbotError
├── SettingsError          a REFORMQA_… variable is unknown or wrong
├── CitationError          a quote is not in its document: a bug, never shown
├── UploadError            a file sent over HTTP cannot be read; the message names it and the remedy
├── CuratedAnswerError     an answer that staff wrote rests on nothing, or says where its markers go
├── DocumentBusyError      another job works on the document
├── NoPreviewError         there is nothing to publish
├── QueueFullError         as many jobs wait as may
├── DataFolderError        the data folder cannot be written
├── BackupError            an archive cannot be written, is damaged or is none; the message names it
├── GenerationError        the language model did not deliver; the extractive answer is given instead
├── CalledOffError         who asked has left; nothing more is worked out
├── UnsupportedError       a chat asks for what no answer has
└── BusyError              more is asked than can be answered; told as 503 with Retry-After
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


class CuratedAnswerError(ChatbotError):
    """An answer that staff wrote cannot be kept as it is."""


class DocumentBusyError(ChatbotError):
    """Another job works on the document, or waits to."""


class NoPreviewError(ChatbotError):
    """A document has no preview that could be published."""


class QueueFullError(ChatbotError):
    """As many jobs wait as may; later there will be room."""


class DataFolderError(ChatbotError):
    """The data folder cannot be written: full, read-only or gone."""


class BackupError(ChatbotError):
    """A backup cannot be written, or an archive not be restored."""


class CalledOffError(ChatbotError):
    """Nobody waits for the answer any more."""


class BusyError(ChatbotError):
    """More questions wait than the settings allow."""


class UnsupportedError(ChatbotError):
    """``param`` of a chat asks for what no answer has; ``code`` is OpenAI's word for why."""

    def __init__(self, param: str, message: str, code: str = "unsupported_value") -> None:
        super().__init__(message)
        self.param = param
        self.code = code
