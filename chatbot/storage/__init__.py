"""What the service remembers: keys, jobs, answers, feedback, who changed what. No row object leaves this package."""

from chatbot.storage.answers import Answered, Answers, Rating, Served
from chatbot.storage.audit import AuditEntry, AuditLog
from chatbot.storage.curated import CuratedAnswers
from chatbot.storage.database import Database
from chatbot.storage.errors import StorageError, StorageUnavailableError, UnknownRecordError
from chatbot.storage.inbox import Centre, Inbox, Member, Topic, TopicState, Unsorted, new_centre
from chatbot.storage.jobs import Job, Jobs, JobState
from chatbot.storage.keys import Keys, StoredKey
from chatbot.storage.recorder import Recorded, Recorder
from chatbot.storage.statistics import Statistics, Volume
from chatbot.storage.store import Storage, open_storage

__all__ = [
    "Answered",
    "Answers",
    "AuditEntry",
    "AuditLog",
    "Centre",
    "CuratedAnswers",
    "Database",
    "Inbox",
    "Job",
    "JobState",
    "Jobs",
    "Keys",
    "Member",
    "Rating",
    "Recorded",
    "Recorder",
    "Served",
    "Statistics",
    "Storage",
    "StorageError",
    "StorageUnavailableError",
    "StoredKey",
    "Topic",
    "TopicState",
    "UnknownRecordError",
    "Unsorted",
    "Volume",
    "new_centre",
    "open_storage",
]
