"""What was asked and answered in a time: counts and shares, for those who run the service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from chatbot.storage.database import Database
from chatbot.storage.tables import AnswerRow, FeedbackRow


@dataclass(frozen=True, slots=True)
class Day:
    """A day in UTC (``2026-11-23``) and its answers by outcome."""

    day: str
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in these very words, and how often."""

    question: str
    count: int


@dataclass(frozen=True, slots=True)
class Volume:
    """Answers of a time: how many, by day and outcome, by outcome, by method; milliseconds a half and 95 % of them took
    at most; thumbs; the questions asked most."""

    answers: int
    days: tuple[Day, ...]
    outcomes: Mapping[str, int]
    methods: Mapping[str, int]
    ms_p50: float | None
    ms_p95: float | None
    up: int
    down: int
    top: tuple[Asked, ...]


class Statistics:
    """Counts over stored answers. Every method raises StorageUnavailableError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def volume(self, since: datetime, top: int = 20) -> Volume:
        """All answers from ``since`` on."""
        recent = AnswerRow.created >= since
        day = func.substr(cast(AnswerRow.created, String), 1, 10)
        with self._database.reading() as session:
            days: dict[str, dict[str, int]] = {}
            grouped = select(day, AnswerRow.outcome, func.count()).where(recent).group_by(day, AnswerRow.outcome)
            for named, outcome, count in session.execute(grouped.order_by(day)):
                days.setdefault(named, {})[outcome] = count
            outcomes: dict[str, int] = {}
            for counted in days.values():
                for outcome, count in counted.items():
                    outcomes[outcome] = outcomes.get(outcome, 0) + count
            method_counts = select(AnswerRow.method, func.count()).where(recent).group_by(AnswerRow.method)
            rated = select(FeedbackRow.rating, func.count()).where(FeedbackRow.at >= since).group_by(FeedbackRow.rating)
            thumbs = {row.rating: row[1] for row in session.execute(rated)}
            count = func.count().label("count")
            asked = (
                select(AnswerRow.question, count).where(recent, AnswerRow.question.is_not(None))
                .group_by(AnswerRow.question).order_by(count.desc(), AnswerRow.question).limit(top)
            )  # fmt: skip
            total = sum(outcomes.values())
            return Volume(
                answers=total,
                days=tuple(Day(named, counted) for named, counted in days.items()),
                outcomes=outcomes,
                methods={row.method: row[1] for row in session.execute(method_counts)},
                ms_p50=_percentile(session, since, total, 0.5),
                ms_p95=_percentile(session, since, total, 0.95),
                up=thumbs.get("up", 0),
                down=thumbs.get("down", 0),
                top=tuple(Asked(row.question or "", row[1]) for row in session.execute(asked)),
            )


def _percentile(session: Session, since: datetime, total: int, share: float) -> float | None:
    """The nearest rank; neither SQLite nor the smallest common SQL has percentiles."""
    at = max(0, min(total - 1, round(share * total) - 1))
    found = select(AnswerRow.milliseconds).where(AnswerRow.created >= since).order_by(AnswerRow.milliseconds)
    return session.scalar(found.offset(at).limit(1))
