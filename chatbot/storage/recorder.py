"""Answers are recorded behind the answering: a bounded queue and one thread, so that no reply waits for a database."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from chatbot.storage.answers import Answered, Answers, Served
from chatbot.storage.errors import StorageUnavailableError

_log = logging.getLogger(__name__)

#: Answers that wait for the database at most; further ones are dropped.
CAPACITY = 1000
#: Answers written in one transaction.
_BATCH = 100
#: Seconds in which answers are gathered, between tries while the database is gone, and between sweeps.
_GATHER, _RETRY, _SWEEP = 0.2, 2.0, 3600.0

#: Makes the record of an answer; called on the recorder's thread, because it takes time.
Making = Callable[[], Answered]


@dataclass(frozen=True, slots=True)
class Recorded:
    """Since the start: answers written, answers dropped; answers waiting now, and whether the database is there."""

    written: int
    dropped: int
    waiting: int
    well: bool


class Recorder:
    """Writes answers in the background, has ``sort`` look at them after, and ``sweep`` by the hour delete what is past
    its time.

    While the database is gone, answers wait; past CAPACITY they are dropped and counted. An outage is logged once, and
    its end.
    """

    def __init__(
        self, answers: Answers, served: Served, sweep: Callable[[], None], sort: Callable[[], None] = lambda: None
    ) -> None:
        self._answers, self._served, self._sweep, self._sort = answers, served, sweep, sort
        self._waiting: deque[Making] = deque()
        self._changed = threading.Condition()
        self._writing = 0
        self._written = self._dropped = 0
        self._well = True
        self._closing = False
        self._hurry = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    def start(self) -> None:
        """From now on what waits is written."""
        self._thread.start()

    def record(self, making: Making) -> None:
        """Have an answer written; returns at once."""
        with self._changed:
            if self._closing or len(self._waiting) >= CAPACITY:
                self._dropped += 1
                return
            self._waiting.append(making)
            self._changed.notify_all()

    def state(self) -> Recorded:
        """What was written and dropped."""
        with self._changed:
            return Recorded(self._written, self._dropped, len(self._waiting) + self._writing, self._well)

    def flush(self, seconds: float) -> bool:
        """Whether all that was recorded is written, after waiting for it up to ``seconds``; not where the database is
        gone."""
        self._hurry.set()
        with self._changed:
            if self._thread.is_alive():
                self._changed.wait_for(lambda: not self._well or not self._busy(), seconds)
            return not self._busy()

    def close(self, seconds: float = 5.0) -> None:
        """Write what waits, for ``seconds`` at most, and end."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._hurry.set()
        if self._thread.is_alive():
            self._thread.join(seconds)
        if left := self.state().waiting:
            _log.warning("%d answers were not recorded", left)

    def _busy(self) -> bool:
        return bool(self._waiting or self._writing)

    def _run(self) -> None:
        sweep_at = monotonic()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing, max(0.0, sweep_at - monotonic()))
                if self._closing and not (self._waiting and self._well):
                    return
            if monotonic() >= sweep_at and not self._closing:
                sweep_at = monotonic() + (_SWEEP if self._tried(self._sweep) else _RETRY)
            if self._waiting:
                # Those that come together are written together; after a failure, with more patience.
                self._hurry.wait(_GATHER if self._well else _RETRY)
                self._hurry.clear()
                self._write()
                if not self._waiting and self._well:
                    self._tried(self._sort)

    def _write(self) -> None:
        with self._changed:
            batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
            self._writing = len(batch)
        written = 0

        def add() -> None:
            nonlocal written
            written = self._add([answer for answer in map(_made, batch) if answer])

        done = self._tried(add)
        with self._changed:
            self._writing = 0
            if done:
                self._written += written
                self._dropped += len(batch) - written
            else:
                self._waiting.extendleft(reversed(batch))
            self._changed.notify_all()

    def _add(self, answers: Sequence[Answered]) -> int:
        """Write answers, those that can be where one cannot; returns how many."""
        try:
            self._answers.add(answers, self._served)
        except StorageUnavailableError:
            raise
        except Exception:
            if len(answers) == 1:
                _log.exception("answer %s was not recorded", answers[0].id)
                return 0
            return sum(self._add([answer]) for answer in answers)
        return len(answers)

    def _tried(self, work: Callable[[], None]) -> bool:
        """Whether the database was there to do some work."""
        try:
            work()
            well = True
        except StorageUnavailableError as error:
            well = False
            if self._well:
                _log.warning("answers are not recorded for now, at most %d wait: %s", CAPACITY, error)
        # Whatever else is wrong with the work, answering and recording go on.
        except Exception:
            _log.exception("stored answers were not looked after")
            return True
        if well and not self._well:
            _log.warning("answers are recorded again; %d were dropped", self._dropped)
        with self._changed:
            self._well = well
            self._changed.notify_all()
        return well


def _made(making: Making) -> Answered | None:
    try:
        return making()
    except Exception:
        _log.exception("an answer was not recorded")
        return None
