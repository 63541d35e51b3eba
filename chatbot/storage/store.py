"""All that is stored, over one database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from chatbot.settings import Settings
from chatbot.storage.answers import Answers, Served
from chatbot.storage.audit import AuditLog
from chatbot.storage.curated import CuratedAnswers
from chatbot.storage.database import Database
from chatbot.storage.inbox import Inbox
from chatbot.storage.jobs import Jobs
from chatbot.storage.keys import Keys
from chatbot.storage.recorder import Recorder
from chatbot.storage.statistics import Statistics


@dataclass(frozen=True, slots=True)
class Storage:
    """One repository a kind of thing; threads may share it."""

    database: Database
    keys: Keys
    audit: AuditLog
    jobs: Jobs
    answers: Answers
    inbox: Inbox
    curated: CuratedAnswers
    statistics: Statistics

    @property
    def empty(self) -> bool:
        """Whether nothing was ever stored, because there is no database yet."""
        return self.database.file is not None and not self.database.file.exists()

    def forget_document(self, document_id: str, served: Served) -> None:
        """Remove a document that is not served any more from stored answers and receipts.

        Raises StorageUnavailableError; what it left is removed when the next service starts, or within the hour.
        """
        self.answers.keep_only(served)
        self.curated.keep_only(served)
        self.jobs.forget_document(document_id)

    def recorder(self, served: Served, sort: Callable[[], None] = lambda: None) -> Recorder:
        """What writes answers behind the answering, once started; ``sort`` is called after them, to sort the inbox."""

        def sweep() -> None:
            now = datetime.now(UTC)
            self.answers.expire(now)
            self.answers.keep_only(served)
            self.curated.keep_only(served)
            self.inbox.tidy()
            self.jobs.expire(now)

        return Recorder(self.answers, served, sweep, sort)


def open_storage(settings: Settings) -> Storage:
    """The storage of an installation; the database is not touched before its first use. Raises SettingsError."""
    url = settings.database_url.get_secret_value() if settings.database_url else None
    database = Database.of(url, settings.data_dir)
    answers = Answers(database, settings.retention_days)
    return Storage(
        database, Keys(database), AuditLog(database), Jobs(database), answers, Inbox(database),
        CuratedAnswers(database), Statistics(database),
    )  # fmt: skip
