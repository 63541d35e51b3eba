"""How an answer waits for its language model: others may compute meanwhile, and the wait can be called off."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from queue import Empty, SimpleQueue
from typing import TypeVar

from chatbot.errors import CalledOffError

_T = TypeVar("_T")


class Waiting:
    """The waits of one answer; ``pause`` is entered for as long as each of them takes."""

    def __init__(self, pause: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self._pause = pause
        self._off = threading.Event()
        self._pieces: SimpleQueue[object] | None = None
        self._lock = threading.Lock()

    @property
    def called_off(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self._off.is_set()

    def call_off(self) -> None:
        """End the wait, and every later one, with CalledOffError; from any thread."""
        with self._lock:
            self._off.set()
            if self._pieces is not None:
                self._pieces.put(None)

    def next(self, pieces: "SimpleQueue[_T]", seconds: float) -> _T:
        """The next of ``pieces``; raises queue.Empty after ``seconds``, CalledOffError when called off."""
        with self._lock:
            self._pieces = pieces  # type: ignore[assignment]
        if not self.called_off:
            try:
                piece = pieces.get_nowait()
            except Empty:
                with self._pause():
                    piece = pieces.get(timeout=max(0.0, seconds))
        if self.called_off:
            raise CalledOffError("the client has left")
        return piece
