"""The audit log: who changed what. Rows are only ever added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chatbot.storage.database import Database
from chatbot.storage.tables import AuditRow

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """``actor`` did ``action`` (such as document.publish) to ``subject`` (an id)."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]


class AuditLog:
    """Who published, deleted, curated, made or revoked keys. Every method raises StorageUnavailableError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, actor: str, action: str, subject: str, detail: Mapping[str, Any] = _NOTHING) -> None:
        """Write an entry; it is on disk when this returns. ``detail`` is JSON."""
        with self._database.writing() as session:
            write(session, actor, action, subject, detail)

    def add_all(self, actor: str, action: str, subjects: Iterable[str]) -> None:
        """Write one entry a subject; all are on disk when this returns."""
        with self._database.writing() as session:
            for subject in subjects:
                write(session, actor, action, subject)

    def latest(self, limit: int = 100) -> tuple[AuditEntry, ...]:
        """The newest entries, newest first."""
        with self._database.reading() as session:
            rows = session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(limit))
            return tuple(AuditEntry(r.at, r.actor, r.action, r.subject, r.detail or _NOTHING) for r in rows)


def write(session: Session, actor: str, action: str, subject: str, detail: Mapping[str, Any] = _NOTHING) -> None:
    """Write an entry in the transaction that makes the change: both are kept, or neither."""
    session.add(
        AuditRow(at=datetime.now(UTC), actor=actor, action=action, subject=subject, detail=dict(detail) or None)
    )
