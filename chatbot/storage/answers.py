"""Questions that were asked, what was answered, and what people thought of it.

What people wrote is kept as long as the retention setting says, and no longer than they want; what was answered from a
document is kept no longer than the document.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import CursorResult, delete, exists, select, text, update
from sqlalchemy.orm import Session

from chatbot.storage.database import Database
from chatbot.storage.errors import UnknownRecordError
from chatbot.storage.tables import AnswerDocumentRow, AnswerRow, FeedbackRow, InboxRow

#: Outcomes that staff should see: the documents may lack something, or were not understood.
REFUSED = frozenset({"not_found", "out_of_scope"})
#: Days that rows without words are kept where words are not: for counts, and so that feedback finds its answer.
_WORDLESS_DAYS = 30


#: The ids of the documents that are served at the moment it is called.
Served = Callable[[], Set[str]]


class Rating(StrEnum):
    """What somebody thought of an answer."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and its answer, to be kept: ``answer`` is the reply as JSON, ``documents`` the ids of all documents it
    names, ``session`` the session's id as the client has it."""

    id: str
    created: datetime
    session: str | None
    question: str
    language: str
    outcome: str
    method: str
    milliseconds: float
    answer: Mapping[str, Any]
    documents: frozenset[str]


class Answers:
    """Stored answers and feedback. ``retention_days`` 0: no word of a question, answer or comment is ever written.

    Every method raises StorageUnavailableError.
    """

    def __init__(self, database: Database, retention_days: int) -> None:
        self._database = database
        self._days = retention_days

    def add(self, answers: Sequence[Answered], served: Served) -> None:
        """Keep answers; of one that names a document not served any more, only what was asked."""
        with self._database.writing() as session:
            ids = _alone(session, served)
            whole = {answer.id for answer in answers if self._days and answer.documents <= ids}
            session.add_all(self._row(answer, answer.id in whole) for answer in answers)
            session.flush()  # documents refer to rows
            session.add_all(
                InboxRow(answer_id=answer.id) for answer in answers if self._days and answer.outcome in REFUSED
            )
            session.add_all(
                AnswerDocumentRow(answer_id=answer.id, document_id=document_id)
                for answer in answers
                if answer.id in whole
                for document_id in answer.documents
            )

    def _row(self, answer: Answered, whole: bool) -> AnswerRow:
        words = self._days > 0
        return AnswerRow(
            id=answer.id, created=answer.created, language=answer.language, outcome=answer.outcome,
            method=answer.method, milliseconds=answer.milliseconds,
            session=hashed(answer.session) if words and answer.session else None,
            question=_storable(answer.question) if words else None,
            answer=dict(answer.answer) if whole else None,
        )  # fmt: skip

    def questions(self, session_id: str, limit: int) -> tuple[str, ...]:
        """The last questions of a session, oldest first."""
        with self._database.reading() as session:
            found = (
                select(AnswerRow.question)
                .where(AnswerRow.session == hashed(session_id), AnswerRow.question.is_not(None))
                .order_by(AnswerRow.created.desc())
                .limit(limit)
            )
            return tuple(question for question in reversed(session.scalars(found).all()) if question)

    def rate(self, answer_id: str, rating: Rating, comment: str | None) -> None:
        """Keep what somebody thinks of an answer, in place of what they thought before; raises UnknownRecordError."""
        with self._database.writing() as session:
            answer = session.get(AnswerRow, answer_id)
            if answer is None:
                raise UnknownRecordError(f"no answer {answer_id!r}; it may have been erased, or be past its retention")
            kept = _storable(comment) if comment and self._days else None
            session.merge(FeedbackRow(answer_id=answer_id, rating=rating, comment=kept, at=datetime.now(UTC)))
            listed = session.get(InboxRow, answer_id)
            if rating is Rating.DOWN and listed is None and answer.question:
                session.add(InboxRow(answer_id=answer_id))
            elif rating is Rating.UP and listed is not None and answer.outcome not in REFUSED:
                session.delete(listed)

    def erase_session(self, session_id: str) -> int:
        """Erase all that was asked in a session, with answers and feedback; returns how many questions there were."""
        with self._database.writing() as session:
            erased = _count(session.execute(delete(AnswerRow).where(AnswerRow.session == hashed(session_id))))
        self._database.scrub()
        return erased

    def keep_only(self, served: Served) -> int:
        """Blank every stored answer that names a document not served; returns how many.

        Questions stay: people asked them.
        """
        with self._database.writing() as session:
            gone = AnswerDocumentRow.document_id.not_in(_alone(session, served))
            naming = exists().where(AnswerDocumentRow.answer_id == AnswerRow.id, gone)
            blanked = _count(session.execute(update(AnswerRow).where(naming).values(answer=None)))
            blank = exists().where(AnswerRow.id == AnswerDocumentRow.answer_id, AnswerRow.answer.is_(None))
            session.execute(delete(AnswerDocumentRow).where(blank))
        if blanked:
            self._database.scrub()
        return blanked

    def expire(self, now: datetime) -> int:
        """Delete what is past its retention at ``now``; returns how many questions."""
        with self._database.writing() as session:
            limit = now - timedelta(days=self._days or _WORDLESS_DAYS)
            expired = _count(session.execute(delete(AnswerRow).where(AnswerRow.created < limit)))
            if not self._days:  # words from before the setting was changed
                words = {"question": None, "answer": None, "session": None}
                expired += _count(session.execute(
                    update(AnswerRow).where(AnswerRow.question.is_not(None)).values(words)
                ))  # fmt: skip
                session.execute(delete(AnswerDocumentRow))
                session.execute(update(FeedbackRow).where(FeedbackRow.comment.is_not(None)).values(comment=None))
        if expired:
            self._database.scrub()
        return expired


def hashed(session_id: str) -> str:
    """What is kept of a session's id: who reads the database cannot erase a session or take it up."""
    return sha256(session_id.encode()).hexdigest()


def _storable(words: str) -> str:
    return words.replace("\0", "\N{REPLACEMENT CHARACTER}")  # PostgreSQL has no NUL


def _alone(session: Session, served: Served) -> Set[str]:
    """The ids of the documents served, read while nobody else writes answers.

    A deletion first stops serving, then blanks. So an answer is either written before and blanked, or read here not to
    be served any more.
    """
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyway
        session.execute(text("LOCK TABLE answers IN SHARE ROW EXCLUSIVE MODE"))
    return served()


def _count(result: object) -> int:
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
