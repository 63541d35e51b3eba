"""Bounded work: a few answers are worked out at once, some wait for their turn, the rest are refused.

An answer has a thread of its own, and computes only while it holds one of a few places. While it waits for a language
model it gives its place back, so that any number of slow streams leaves the others their places.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

from chatbot.answer import Answerer, Ask, Done, Event, Reply
from chatbot.errors import BusyError, CalledOffError
from chatbot.settings import Settings
from chatbot.waiting import Waiting

_T = TypeVar("_T")

#: Seconds after which who was refused may try again.
RETRY_AFTER = 1
#: Seconds after which a patient one looks for a place again.
_PATIENCE = 0.02


class Answering:
    """Where answers are worked out; ``told`` hears of each that is finished, ``refused`` of each that is not begun."""

    def __init__(
        self,
        settings: Settings,
        told: Callable[[Reply], None] = lambda reply: None,
        refused: Callable[[], None] = lambda: None,
    ) -> None:
        self._told, self._refused = told, refused
        self._most = settings.answer_threads
        self._queue = settings.answer_queue
        self._streams = settings.answer_streams
        self._places = threading.Semaphore(self._most)
        self._lock = threading.Lock()
        self._admitted = self._waiting = 0
        # A thread for each that may be admitted: one that waits for a place or a model needs little more than a stack.
        self._pool = ThreadPoolExecutor(self._most + self._queue + self._streams + self._most, "answer")

    @property
    def in_flight(self) -> int:
        """Answers begun and not finished."""
        return self._admitted

    async def reply(self, answerer: Answerer, ask: Ask, patient: bool = False) -> Reply:
        """The whole reply; raises BusyError where too many wait, unless ``patient``, which waits for a place."""
        async with aclosing(await self.events(answerer, ask, patient)) as events:
            async for event in events:
                if isinstance(event, Done):
                    return event.reply
        raise AssertionError("the stream ended without a reply")

    async def run(self, work: Callable[[], _T]) -> _T:
        """What ``work`` gives, in one of the places; raises BusyError."""
        async with aclosing(await self._begin(lambda waiting: iter((work(),)), False)) as results:
            async for result in results:
                return result
        raise AssertionError("the work gave nothing")

    async def events(self, answerer: Answerer, ask: Ask, patient: bool = False) -> AsyncGenerator[Event, None]:
        """The reply as a stream, admitted at once; closing it ends the work. Raises BusyError as ``reply`` does."""

        def work(waiting: Waiting) -> Iterator[Event]:
            for event in answerer.events(ask, waiting):
                if isinstance(event, Done):
                    self._told(event.reply)
                yield event

        return await self._begin(work, patient)

    def close(self) -> None:
        """End the threads that have nothing to do."""
        self._pool.shutdown(wait=False)

    async def _begin(self, work: Callable[[Waiting], Iterator[_T]], patient: bool) -> AsyncGenerator[_T, None]:
        while not self._admit():
            if not patient:
                self._refused()
                raise BusyError(f"more than {self._queue} questions wait to be answered")
            await asyncio.sleep(_PATIENCE)
        loop = asyncio.get_running_loop()
        found: asyncio.Queue[_Found[_T]] = asyncio.Queue()
        waiting = Waiting(self._paused)

        def tell(item: _Found[_T]) -> None:
            with suppress(RuntimeError):  # the loop is closed: the service has stopped
                loop.call_soon_threadsafe(found.put_nowait, item)

        def answer() -> None:
            error: Exception | None = None
            try:
                with self._places:
                    if not waiting.called_off:
                        for value in work(waiting):
                            tell(_Found(value=value))
                            if waiting.called_off:
                                break
            except CalledOffError:
                pass
            # Whatever it is, the request is told.
            except Exception as raised:
                error = raised
            finally:
                with self._lock:
                    self._admitted -= 1
                tell(_Found(error=error))

        self._pool.submit(copy_context().run, answer)  # its lines in the log are the request's
        return _values(found, waiting)

    def _admit(self) -> bool:
        with self._lock:
            free = self._admitted - self._waiting < self._most + self._queue and self._waiting < self._streams
            self._admitted += free
        return free

    @contextmanager
    def _paused(self) -> Iterator[None]:
        with self._lock:
            self._waiting += 1
        self._places.release()
        try:
            yield
        finally:
            self._places.acquire()
            with self._lock:
                self._waiting -= 1


@dataclass(frozen=True, slots=True)
class _Found(Generic[_T]):
    """A value, or with none the end: in an error, or well."""

    value: _T | None = None
    error: Exception | None = None


async def _values(found: "asyncio.Queue[_Found[_T]]", waiting: Waiting) -> AsyncGenerator[_T, None]:
    try:
        while (item := await found.get()).value is not None:
            yield item.value
        if item.error is not None:
            raise item.error
    finally:
        waiting.call_off()


async def until_gone(request: Request, work: Coroutine[Any, Any, _T]) -> _T:
    """What ``work`` gives; where the client leaves before, it is cancelled and ClientDisconnect raised."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
