"""Jobs: work that outlasts the request that asked for it, as its client sees it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from chatbot.storage.database import Database
from chatbot.storage.errors import UnknownRecordError
from chatbot.storage.tables import JobRow


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


#: Days that an ended job is kept.
_DAYS = 30
#: Nothing more happens to these.
ENDED = frozenset({JobState.DONE, JobState.FAILED})


@dataclass(frozen=True, slots=True)
class Job:
    """``progress`` is 0 to 1; ``receipt`` and ``error`` are JSON as the HTTP contract has them."""

    id: str
    kind: str
    state: JobState
    progress: float
    stage: str
    document_id: str | None
    receipt: Mapping[str, Any] | None
    error: Mapping[str, Any] | None
    created: datetime
    updated: datetime


class Jobs:
    """The jobs of an installation, of all its processes. Every method raises StorageUnavailableError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, kind: str, document_id: str | None = None, stage: str = "") -> Job:
        """A queued job."""
        now = datetime.now(UTC)
        row = JobRow(id=uuid.uuid4().hex, kind=kind, state=JobState.QUEUED, progress=0.0, stage=stage,
                     document_id=document_id, created=now, updated=now)  # fmt: skip
        with self._database.writing() as session:
            session.add(row)
        return _job(row)

    def get(self, job_id: str) -> Job:
        """A job; raises UnknownRecordError."""
        with self._database.reading() as session:
            return _job(_row(session, job_id))

    def unfinished(self) -> tuple[Job, ...]:
        """Jobs that are queued or running, oldest first."""
        with self._database.reading() as session:
            found = select(JobRow).where(JobRow.state.not_in(ENDED)).order_by(JobRow.created, JobRow.id)
            return tuple(map(_job, session.scalars(found)))

    def claim(self, job_id: str) -> bool:
        """Make a queued job a running one; False if it is none, so that of several workers one runs it."""
        with self._database.writing() as session:
            row = session.get(JobRow, job_id, with_for_update=True)
            if row is None or row.state != JobState.QUEUED:
                return False
            row.state, row.updated = JobState.RUNNING, datetime.now(UTC)
            return True

    def advance(self, job_id: str, progress: float, stage: str, document_id: str | None = None) -> None:
        """How far a job is; ``document_id`` where it has become known. An ended job stays as it ended."""
        with self._database.writing() as session:
            row = _row(session, job_id)
            if row.state not in ENDED:
                row.progress, row.stage, row.updated = progress, stage, datetime.now(UTC)
                row.document_id = document_id or row.document_id

    def finish(self, job_id: str, receipt: Mapping[str, Any] | None = None, stage: str = "") -> None:
        """A job is done."""
        with self._database.writing() as session:
            row = _row(session, job_id)
            row.state, row.progress, row.stage, row.updated = JobState.DONE, 1.0, stage, datetime.now(UTC)
            row.receipt = dict(receipt) if receipt is not None else None

    def fail(self, job_id: str, error: Mapping[str, Any]) -> None:
        """A job has failed, for the reason given."""
        with self._database.writing() as session:
            row = _row(session, job_id)
            row.state, row.updated, row.error = JobState.FAILED, datetime.now(UTC), dict(error)

    def forget_document(self, document_id: str) -> None:
        """Blank the receipts of a document that was deleted."""
        with self._database.writing() as session:
            session.execute(update(JobRow).where(JobRow.document_id == document_id).values(receipt=None))
        self._database.scrub()

    def expire(self, now: datetime) -> None:
        """Delete jobs that ended more than 30 days before ``now``."""
        with self._database.writing() as session:
            old = JobRow.updated < now - timedelta(days=_DAYS)
            session.execute(delete(JobRow).where(JobRow.state.in_(ENDED), old))


def _row(session: Session, job_id: str) -> JobRow:
    row = session.get(JobRow, job_id)
    if row is None:
        raise UnknownRecordError(f"no job {job_id!r}")
    return row


def _job(row: JobRow) -> Job:
    return Job(row.id, row.kind, JobState(row.state), row.progress, row.stage, row.document_id, row.receipt, row.error,
               row.created, row.updated)  # fmt: skip
