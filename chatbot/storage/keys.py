"""API keys as they are kept: never the secret, only its digest."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from chatbot.storage.audit import write
from chatbot.storage.database import Database
from chatbot.storage.errors import StorageError, UnknownRecordError
from chatbot.storage.tables import ApiKeyRow


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key: ``id`` is public, ``digest`` the sha256 of the secret, ``scope`` a chatbot.security.Scope."""

    id: str
    name: str
    scope: str
    digest: str
    created: datetime
    revoked: datetime | None = None


class Keys:
    """The keys of an installation. Every method raises StorageUnavailableError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, key: StoredKey, actor: str) -> None:
        """Keep a new key; raises StorageError if an active one has its name."""
        with self._database.writing() as session:
            if session.scalar(select(ApiKeyRow.id).where(ApiKeyRow.name == key.name, ApiKeyRow.revoked.is_(None))):
                raise StorageError(f"there is an active key named {key.name!r}; revoke it, or choose another name")
            session.add(ApiKeyRow(id=key.id, name=key.name, scope=key.scope, digest=key.digest, created=key.created))
            write(session, actor, "key.create", key.id, {"name": key.name, "scope": key.scope})

    def get(self, key_id: str) -> StoredKey | None:
        """An active key; None if there is none with this id."""
        with self._database.reading() as session:
            row = session.get(ApiKeyRow, key_id)
            return _stored(row) if row and row.revoked is None else None

    def all(self) -> tuple[StoredKey, ...]:
        """Every key ever made, oldest first."""
        with self._database.reading() as session:
            return tuple(map(_stored, session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.created, ApiKeyRow.id))))

    def revoke(self, named: str, actor: str) -> StoredKey:
        """End an active key, by id or name: no request after this is let in by it. Raises UnknownRecordError."""
        with self._database.writing() as session:
            wanted = (ApiKeyRow.id == named) | (ApiKeyRow.name == named)
            row = session.scalar(select(ApiKeyRow).where(wanted, ApiKeyRow.revoked.is_(None)))
            if row is None:
                raise UnknownRecordError(f"no active key {named!r}; see reformqa keys list")
            row.revoked = datetime.now(UTC)
            write(session, actor, "key.revoke", row.id, {"name": row.name})
            return _stored(row)


def _stored(row: ApiKeyRow) -> StoredKey:
    return StoredKey(row.id, row.name, row.scope, row.digest, row.created, row.revoked)
