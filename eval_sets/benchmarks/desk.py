"""What the staff desk costs when many questions were asked: the size of the database, and how long staff wait."""

import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import text

from chatbot.answer import Ask, Reply
from chatbot.api.memory import recorded
from chatbot.bootstrap import Services
from chatbot.conversation import MAX_TURNS
from chatbot.settings import Settings
from chatbot.staff.sorting import Sorter
from chatbot.storage import Rating, Storage, open_storage
from eval_sets.statistics import percentile

#: Days that the questions are spread over, questions of a session, and those written in one transaction.
_DAYS, _SESSION, _BATCH = 30, 4, 1000
#: Of questions asked, those in words nobody used before, and those somebody disliked.
_NEW, _DISLIKED = 0.1, 0.01
_REPEATED = 7


@dataclass(frozen=True, slots=True)
class Cost:
    """One thing that staff ask of the database, in milliseconds: the median of seven times, and the first."""

    what: str
    ms_p50: float
    ms_first: float


@dataclass(frozen=True, slots=True)
class DeskReport:
    """``sort_seconds`` is what sorting the whole inbox at once takes; a running service sorts as it answers."""

    engine: str
    questions: int
    topics: int
    bytes: int
    write_seconds: float
    sort_seconds: float
    costs: tuple[Cost, ...]


def measure(
    services: Services, questions: Sequence[str], count: int, data_dir: Path, database_url: str | None,
    progress: Callable[[str], None],
) -> DeskReport:  # fmt: skip
    """Fill an empty database with ``count`` answers to ``questions``, drawn at random, and time what the desk does.

    A tenth of them are given a number nobody asked with before, so that they are topics of their own.
    """
    settings = Settings(data_dir=data_dir, database_url=database_url, _env_file=None)
    storage = open_storage(settings)
    replies = [services.answerer.reply(Ask(question)) for question in questions]
    progress(f"writing {count:,} answers")
    started = perf_counter()
    _fill(storage, services, replies, count)
    written = perf_counter()
    progress("sorting the inbox")
    Sorter(storage.inbox, lambda: services.encoder).sort()
    ended = perf_counter()
    since = datetime.now(UTC) - timedelta(days=_DAYS)
    topic = storage.inbox.topics(None, 1)[0].id
    asked: dict[str, Callable[[], object]] = {
        "volume of 30 days": lambda: storage.statistics.volume(since),
        "volume of a day": lambda: storage.statistics.volume(datetime.now(UTC) - timedelta(days=1)),
        "first page of the inbox": lambda: (storage.inbox.topics(None, 50), storage.inbox.counts()),
        "a topic with 50 questions": lambda: storage.inbox.members(topic, 50, MAX_TURNS),
        "what a session asked before": lambda: storage.answers.questions("session-7", MAX_TURNS),
        "what is not sorted": lambda: storage.inbox.unsorted(50),
    }
    costs = tuple(_cost(what, work) for what, work in asked.items())
    report = DeskReport(
        storage.database.url.get_backend_name(), count, sum(storage.inbox.counts().values()), _size(storage),
        written - started, ended - written, costs,
    )  # fmt: skip
    storage.database.close()
    return report


def _fill(storage: Storage, services: Services, replies: Sequence[Reply], count: int) -> None:
    drawn = random.Random(20)
    now = datetime.now(UTC)
    served = {document.id for document in services.answerer.index.documents}
    for begin in range(0, count, _BATCH):
        rows = []
        for n in range(begin, min(begin + _BATCH, count)):
            reply = replace(drawn.choice(replies), id=str(uuid.UUID(int=drawn.getrandbits(128))))
            if drawn.random() < _NEW:
                reply = replace(reply, question=f"{reply.question}（{n}班）")
            at = now - timedelta(days=_DAYS * (1 - (n + 1) / count))
            rows.append(recorded(reply, f"session-{n // _SESSION}", services, at))
        storage.answers.add(rows, lambda: served)
        for row in rows[: round(_DISLIKED * len(rows))]:
            storage.answers.rate(row.id, Rating.DOWN, "没有回答我的问题")


def _cost(what: str, work: Callable[[], object]) -> Cost:
    took = []
    for _ in range(_REPEATED):
        started = perf_counter()
        work()
        took.append(1000 * (perf_counter() - started))
    return Cost(what, percentile(took, 50) or 0.0, took[0])


def _size(storage: Storage) -> int:
    if storage.database.file is not None:
        storage.database.scrub()
        return storage.database.file.stat().st_size
    with storage.database.reading() as session:
        return int(session.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
