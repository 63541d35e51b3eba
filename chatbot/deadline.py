"""Reading a stream no longer than a deadline, even while it says nothing."""

import threading
from collections.abc import Callable, Generator
from contextlib import closing
from contextvars import copy_context
from queue import Empty, SimpleQueue
from time import monotonic

from chatbot.errors import GenerationError
from chatbot.waiting import Waiting


def until(
    end: float, stream: Callable[[], Generator[str, None, None]], waiting: Waiting | None = None
) -> Generator[str, None, None]:
    """What ``stream()`` yields, read in a thread of its own.

    Raises GenerationError at ``end``, a time of the monotonic clock, or with what the stream raises; CalledOffError
    where ``waiting`` is called off. When the reader goes away or time is up, the thread closes the stream at its next
    piece, or at that of the client's own time-out.
    """
    waiting = waiting or Waiting()
    pieces: SimpleQueue[str | Exception | None] = SimpleQueue()
    over = threading.Event()

    def read() -> None:
        # Providers raise what they like (openai, httpx, json …); the reader is told, whatever it is.
        try:
            with closing(stream()) as source:
                for piece in source:
                    if over.is_set():
                        return
                    pieces.put(piece)
        except Exception as error:
            pieces.put(error)
        else:
            pieces.put(None)

    threading.Thread(target=copy_context().run, args=(read,), name="language model", daemon=True).start()
    try:
        while True:
            try:
                piece = waiting.next(pieces, end - monotonic())
            except Empty:
                raise GenerationError("not finished in time") from None
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise GenerationError(f"{type(piece).__name__}: {piece}") from piece
            yield piece
    finally:
        over.set()
