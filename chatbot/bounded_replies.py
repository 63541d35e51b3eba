"""HTTP replies that end, in bytes and in time, whatever the server goes on sending.

A client's own time-out is for each read: a line that never ends passes it for ever, and is kept in memory whole.
"""

from collections.abc import Iterator
from time import monotonic

import httpx


class _Bounded(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, size: int, end: float) -> None:
        self._stream, self._left, self._end = stream, size, end

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._left -= len(piece)
            if self._left < 0:
                raise httpx.ReadError("the reply is too long")
            if monotonic() > self._end:
                raise httpx.ReadTimeout("the reply is not finished in time")
            yield piece

    def close(self) -> None:
        self._stream.close()


def bounded_client(seconds: float, size: int) -> httpx.Client:
    """A client that reads a reply for ``seconds`` after its head, and ``size`` bytes of it; raises httpx.ReadError,
    httpx.ReadTimeout past them. Each wait before is bounded by ``seconds`` too."""

    def bind(response: httpx.Response) -> None:
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Bounded(response.stream, size, monotonic() + seconds)

    return httpx.Client(timeout=seconds, event_hooks={"response": [bind]})
