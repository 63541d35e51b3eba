"""The inbox: questions that were refused or disliked, put together by meaning, and what staff did about them."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, delete, exists, func, select
from sqlalchemy.orm import Session

from chatbot.storage.audit import write
from chatbot.storage.database import Database
from chatbot.storage.errors import UnknownRecordError
from chatbot.storage.tables import AnswerRow, FeedbackRow, InboxRow, TopicRow


class TopicState(StrEnum):
    """What became of a topic."""

    OPEN = "open"
    ANSWERED = "answered"  # by a document that came since
    CURATED = "curated"
    GOLDEN = "golden"
    DISMISSED = "dismissed"


#: Asked again and refused again, these were not settled after all.
_REOPENS = frozenset({TopicState.ANSWERED, TopicState.CURATED})


@dataclass(frozen=True, slots=True)
class Unsorted:
    """A question that has no topic yet."""

    answer_id: str
    question: str
    language: str


@dataclass(frozen=True, slots=True)
class Centre:
    """What a topic is recognised by: the vector of its first question (float32 bytes), its numbers and language."""

    id: str
    created: datetime
    language: str
    numbers: str
    vector: bytes


@dataclass(frozen=True, slots=True)
class Topic:
    """An entry of the inbox: ``question`` is its newest, ``outcome`` what that was told; how often it was asked, how
    often disliked, first and last."""

    id: str
    state: TopicState
    question: str
    language: str
    outcome: str
    answer_id: str
    asked: int
    disliked: int
    first: datetime
    last: datetime
    actor: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """One question of a topic: what was answered, and what its asker thought; ``before`` are the questions of its
    session before it, oldest first."""

    answer_id: str
    at: datetime
    question: str
    outcome: str
    answer: Mapping[str, Any] | None
    rating: str | None
    comment: str | None
    before: tuple[str, ...]


class Inbox:
    """Topics and their questions. Every method raises StorageUnavailableError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unsorted(self, limit: int) -> tuple[Unsorted, ...]:
        """Questions without a topic, oldest first."""
        with self._database.reading() as session:
            found = (
                select(AnswerRow.id, AnswerRow.question, AnswerRow.language)
                .join(InboxRow, InboxRow.answer_id == AnswerRow.id)
                .where(InboxRow.topic_id.is_(None), AnswerRow.question.is_not(None))
                .order_by(AnswerRow.created)
                .limit(limit)
            )
            return tuple(Unsorted(row.id, row.question or "", row.language) for row in session.execute(found))

    def centres(self, encoder: str, since: datetime | None = None) -> tuple[Centre, ...]:
        """The topics by vectors of ``encoder`` (its fingerprint) made at ``since`` or later, oldest first."""
        with self._database.reading() as session:
            found = select(TopicRow).where(TopicRow.encoder == encoder).order_by(TopicRow.created, TopicRow.id)
            if since is not None:
                found = found.where(TopicRow.created >= since)
            return tuple(Centre(t.id, t.created, t.language, t.numbers, t.vector) for t in session.scalars(found))

    def sort(self, encoder: str, sorted_: Iterable[tuple[Unsorted, Centre]]) -> None:
        """Give questions their topics; those of topics that are not there, or not any more, are made."""
        with self._database.writing() as session:
            for question, centre in sorted_:
                row = session.get(InboxRow, question.answer_id)
                if row is None:  # erased meanwhile
                    continue
                topic = session.get(TopicRow, centre.id)
                if topic is None:
                    now = datetime.now(UTC)
                    topic = TopicRow(id=centre.id, created=centre.created, language=centre.language, encoder=encoder,
                                     vector=centre.vector, numbers=centre.numbers, state=TopicState.OPEN,
                                     changed=now)  # fmt: skip
                    session.add(topic)
                    session.flush()  # questions refer to it
                elif topic.state in _REOPENS:
                    topic.state, topic.changed = TopicState.OPEN, datetime.now(UTC)
                row.topic_id = topic.id

    def topics(self, state: TopicState | None, limit: int, offset: int = 0) -> tuple[Topic, ...]:
        """Topics, the one that was asked last first."""
        with self._database.reading() as session:
            found = _grouped(state).order_by(func.max(AnswerRow.created).desc(), TopicRow.id)
            return tuple(_topic(session, row) for row in session.execute(found.limit(limit).offset(offset)))

    def topic(self, topic_id: str) -> Topic:
        """One topic; raises UnknownRecordError."""
        with self._database.reading() as session:
            row = session.execute(_grouped(None).where(TopicRow.id == topic_id)).one_or_none()
            if row is None:
                raise UnknownRecordError(f"no topic {topic_id!r}; what was asked may be erased, or past its retention")
            return _topic(session, row)

    def counts(self) -> dict[str, int]:
        """Topics by state."""
        with self._database.reading() as session:
            alive = exists().where(InboxRow.topic_id == TopicRow.id)
            rows = session.execute(select(TopicRow.state, func.count()).where(alive).group_by(TopicRow.state))
            return {row.state: row[1] for row in rows}

    def members(self, topic_id: str, limit: int, turns: int) -> tuple[Member, ...]:
        """The questions of a topic, newest first, each with at most ``turns`` before it."""
        with self._database.reading() as session:
            found = (
                select(AnswerRow, FeedbackRow)
                .join(InboxRow, InboxRow.answer_id == AnswerRow.id)
                .outerjoin(FeedbackRow, FeedbackRow.answer_id == AnswerRow.id)
                .where(InboxRow.topic_id == topic_id)
                .order_by(AnswerRow.created.desc())
                .limit(limit)
            )
            return tuple(
                Member(answer.id, answer.created, answer.question or "", answer.outcome, answer.answer,
                       feedback.rating if feedback else None, feedback.comment if feedback else None,
                       _before(session, answer, turns))
                for answer, feedback in session.execute(found)
            )  # fmt: skip

    def settle(self, topic_id: str, state: TopicState, actor: str) -> None:
        """Say what became of a topic; raises UnknownRecordError."""
        with self._database.writing() as session:
            topic = session.get(TopicRow, topic_id)
            if topic is None:
                raise UnknownRecordError(f"no topic {topic_id!r}")
            topic.state, topic.changed, topic.actor = state, datetime.now(UTC), actor
            write(session, actor, f"topic.{state}", topic_id)

    def tidy(self) -> None:
        """Delete topics that nobody's question belongs to any more."""
        with self._database.writing() as session:
            session.execute(delete(TopicRow).where(~exists().where(InboxRow.topic_id == TopicRow.id)))


def new_centre(language: str, numbers: str, vector: bytes) -> Centre:
    """The centre of a topic that is about to be made."""
    return Centre(uuid.uuid4().hex, datetime.now(UTC), language, numbers, vector)


def _grouped(state: TopicState | None) -> Select[TopicRow, int, int, datetime, datetime]:
    disliked = func.count(FeedbackRow.answer_id)
    found = (
        select(TopicRow, func.count(AnswerRow.id), disliked, func.min(AnswerRow.created), func.max(AnswerRow.created))
        .join(InboxRow, InboxRow.topic_id == TopicRow.id)
        .join(AnswerRow, AnswerRow.id == InboxRow.answer_id)
        .outerjoin(FeedbackRow, (FeedbackRow.answer_id == AnswerRow.id) & (FeedbackRow.rating == "down"))
        .group_by(TopicRow.id)
    )
    return found if state is None else found.where(TopicRow.state == state)


def _topic(session: Session, row: Sequence[Any]) -> Topic:
    topic, asked, disliked, first, last = row
    newest = session.execute(
        select(AnswerRow.id, AnswerRow.question, AnswerRow.outcome)
        .join(InboxRow, InboxRow.answer_id == AnswerRow.id)
        .where(InboxRow.topic_id == topic.id)
        .order_by(AnswerRow.created.desc())
        .limit(1)
    ).one()
    return Topic(topic.id, TopicState(topic.state), newest.question or "", topic.language, newest.outcome, newest.id,
                 asked, disliked, first, last, topic.actor)  # fmt: skip


def _before(session: Session, answer: AnswerRow, turns: int) -> tuple[str, ...]:
    if answer.session is None:
        return ()
    found = (
        select(AnswerRow.question)
        .where(AnswerRow.session == answer.session, AnswerRow.created < answer.created,
               AnswerRow.question.is_not(None))
        .order_by(AnswerRow.created.desc())
        .limit(turns)
    )  # fmt: skip
    return tuple(question for question in reversed(session.scalars(found).all()) if question)
