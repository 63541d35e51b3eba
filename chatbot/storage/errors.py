"""What storage raises.

StorageError
├── StorageUnavailableError   the database cannot be reached or written
└── UnknownRecordError        no record has this id
"""

from chatbot.errors import ChatbotError


class StorageError(ChatbotError):
    """Root of what storage raises."""


class StorageUnavailableError(StorageError):
    """The database cannot be reached, read or written: gone, locked, full or read-only."""


class UnknownRecordError(StorageError):
    """No key, job or answer has this id."""
