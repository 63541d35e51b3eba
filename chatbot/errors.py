"""What the chatbot package raises on purpose.

ChatbotError
├── SettingsError          a REFORMQA_… variable is unknown or wrong
├── CitationError          a quote is not in its document: a bug, never shown
├── UploadError            a file sent over HTTP cannot be read; the message names it and the remedy
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
