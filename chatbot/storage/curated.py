"""Curated answers, kept; what they are and when they hold is chatbot.curated's business."""

import logging
import threading
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from time import monotonic

from pydantic import TypeAdapter
from sqlalchemy import select

from chatbot.curated import CuratedAnswer, PinnedStatement
from chatbot.question import Language
from chatbot.storage.answers import Served
from chatbot.storage.audit import write
from chatbot.storage.database import Database
from chatbot.storage.errors import StorageUnavailableError, UnknownRecordError
from chatbot.storage.tables import CuratedRow

_log = logging.getLogger(__name__)
_STATEMENTS = TypeAdapter(tuple[PinnedStatement, ...])
#: Seconds after which another process' change is seen.
_FRESH = 1.0


class CuratedAnswers:
    """The curated answers of an installation: a ``chatbot.curated.CuratedStore``.

    ``answers`` is asked at every question and stops none: what was read last holds for a second, and while the
    database is gone. The other methods raise StorageUnavailableError.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._kept: tuple[CuratedAnswer, ...] = ()
        self._until = 0.0
        self._gone = False

    def answers(self) -> Sequence[CuratedAnswer]:
        """All of them, oldest first."""
        if monotonic() >= self._until and self._lock.acquire(blocking=False):
            try:
                self._kept, self._gone = self.all(), False
            except StorageUnavailableError as error:
                if not self._gone:  # once an outage
                    _log.warning("curated answers are those read last: %s", error)
                self._gone = True
            finally:
                self._until = monotonic() + _FRESH
                self._lock.release()
        return self._kept

    def all(self) -> tuple[CuratedAnswer, ...]:
        """All of them, oldest first, as they are now."""
        if self._database.file is not None and not self._database.file.exists():
            return ()
        with self._database.reading() as session:
            return tuple(map(_answer, session.scalars(select(CuratedRow).order_by(CuratedRow.created, CuratedRow.id))))

    def add(self, question: str, language: Language, statements: Sequence[PinnedStatement], actor: str) -> str:
        """Keep an answer, in the place of that to the same words; returns its id."""
        curated = CuratedAnswer(uuid.uuid4().hex, question, language, tuple(statements))
        with self._database.writing() as session:
            for before in session.scalars(select(CuratedRow).where(CuratedRow.question == question)):
                session.delete(before)
            kept = _STATEMENTS.dump_python(curated.statements, mode="json")
            session.add(CuratedRow(id=curated.id, question=question, language=language, statements=kept,
                                   created=datetime.now(UTC), actor=actor))  # fmt: skip
            write(session, actor, "curated.add", curated.id)
        self._until = 0.0
        return curated.id

    def remove(self, curated_id: str, actor: str) -> None:
        """Withdraw an answer; raises UnknownRecordError."""
        with self._database.writing() as session:
            row = session.get(CuratedRow, curated_id)
            if row is None:
                raise UnknownRecordError(f"no curated answer {curated_id!r}")
            session.delete(row)
            write(session, actor, "curated.remove", curated_id)
        self._database.scrub()
        self._until = 0.0

    def keep_only(self, served: Served) -> None:
        """Remove every answer that quotes a document not served: the words of what was deleted are to be nowhere."""
        with self._database.writing() as session:
            ids, removed = served(), 0
            for row in session.scalars(select(CuratedRow)):
                if any(e["document_id"] not in ids for s in row.statements for e in s["evidence"]):
                    session.delete(row)
                    removed += 1
        if removed:
            self._database.scrub()
            self._until = 0.0


def _answer(row: CuratedRow) -> CuratedAnswer:
    return CuratedAnswer(row.id, row.question, Language(row.language), _STATEMENTS.validate_python(row.statements))
