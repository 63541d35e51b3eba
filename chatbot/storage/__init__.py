"""What the service remembers: keys, jobs, answers, feedback, who changed what. No row object leaves this package."""

from chatbot.storage.answers import Answered, Answers, Rating, Served
from chatbot.storage.audit import AuditEntry, AuditLog
from chatbot.storage.database import Database
from chatbot.storage.errors import StorageError, StorageUnavailableError, UnknownRecordError
from chatbot.storage.jobs import Job, Jobs, JobState
from chatbot.storage.keys import Keys, StoredKey
from chatbot.storage.recorder import Recorded, Recorder
from chatbot.storage.store import Storage, open_storage

__all__ = [
    "Answered",
    "Answers",
    "AuditEntry",
    "AuditLog",
    "Database",
    "Job",
    "JobState",
    "Jobs",
    "Keys",
    "Rating",
    "Recorded",
    "Recorder",
    "Served",
    "Storage",
    "StorageError",
    "StorageUnavailableError",
    "StoredKey",
    "UnknownRecordError",
    "open_storage",
]
