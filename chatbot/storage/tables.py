"""The tables, as SQLAlchemy sees them; nothing outside this package does. A change here needs a migration."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, LargeBinary, MetaData, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware, in UTC; SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    })  # fmt: skip
    type_annotation_map = {  # noqa: RUF012
        datetime: UtcDateTime,
        str: Text,
        dict[str, Any]: JSON(none_as_null=True),
        list[dict[str, Any]]: JSON(none_as_null=True),
    }


class ApiKeyRow(Base):
    """A key as ``sha256`` of its secret; revoked ones stay, so that the audit log's names keep their meaning."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    scope: Mapped[str]
    digest: Mapped[str]
    created: Mapped[datetime]
    revoked: Mapped[datetime | None]


class AuditRow(Base):
    """Who did what to what."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any] | None]


class JobRow(Base):
    """Work that outlasts the request that asked for it."""

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    progress: Mapped[float]
    stage: Mapped[str]
    document_id: Mapped[str | None]
    receipt: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    created: Mapped[datetime]
    updated: Mapped[datetime] = mapped_column(index=True)


class AnswerRow(Base):
    """A question and its answer; ``session`` is the sha256 of the session's id.

    ``question``, ``session`` and ``answer`` are null where nothing that people wrote is kept; ``answer`` also where
    a document it named was deleted.
    """

    __tablename__ = "answers"
    # Counts over many answers read these alone: with the answers themselves a scan is ten times as long.
    __table_args__ = (
        Index("ix_answers_volume", "created", "outcome", "method", "milliseconds"),
        Index("ix_answers_asked", "created", "question"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    created: Mapped[datetime] = mapped_column(index=True)
    session: Mapped[str | None] = mapped_column(index=True)
    question: Mapped[str | None]
    language: Mapped[str]
    outcome: Mapped[str] = mapped_column(index=True)
    method: Mapped[str]
    milliseconds: Mapped[float]
    answer: Mapped[dict[str, Any] | None]


class AnswerDocumentRow(Base):
    """A document that a stored answer names."""

    __tablename__ = "answer_documents"

    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    document_id: Mapped[str] = mapped_column(primary_key=True, index=True)


class FeedbackRow(Base):
    """What somebody thought of an answer; the last word counts."""

    __tablename__ = "feedback"

    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    rating: Mapped[str]
    comment: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(index=True)


class TopicRow(Base):
    """Questions of one meaning that were refused or disliked, as staff see them: one entry of the inbox.

    It holds no words: those are its members', and go with them. ``vector`` is that of its first question, float32, by
    the ``encoder`` of that fingerprint; ``numbers`` what the question counts or names by number.
    """

    __tablename__ = "topics"

    id: Mapped[str] = mapped_column(primary_key=True)
    created: Mapped[datetime] = mapped_column(index=True)
    language: Mapped[str]
    encoder: Mapped[str]
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    numbers: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    changed: Mapped[datetime]
    actor: Mapped[str | None]


class InboxRow(Base):
    """An answer that was refused or disliked; ``topic_id`` is null until it is sorted."""

    __tablename__ = "inbox"

    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[str | None] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), index=True)


class CuratedRow(Base):
    """What staff answer to a question; ``statements`` as chatbot.curated has them."""

    __tablename__ = "curated"

    id: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str]
    language: Mapped[str]
    statements: Mapped[list[dict[str, Any]]]
    created: Mapped[datetime]
    actor: Mapped[str]
