"""What a connection may do before there is a request: nothing for long.

uvicorn ends idle connections after a response, but waits without end for a first request, for the rest of its header
fields, and for a client that does not read its reply (slow loris and slow read).
"""

import asyncio
import json
import uuid

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds for a request's head to arrive, and for a client to read on.
HEAD_SECONDS = 20.0
READ_SECONDS = 60.0


class Connection(H11Protocol):
    """A connection that is cut where its client is too slow, and whose errors have the contract's shape."""

    _head: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Bytes came: of a head, which must end in time, or of a body, whose pace is the application's matter."""
        super().data_received(data)
        self._await_head()

    def on_response_complete(self) -> None:
        """A reply was sent; what waits behind it is the next head."""
        super().on_response_complete()
        self._await_head()

    def pause_writing(self) -> None:
        """The client reads more slowly than is written."""
        super().pause_writing()
        self._unread = self._unread or self.loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It has read on."""
        super().resume_writing()
        if self._unread:
            self._unread.cancel()
            self._unread = None

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        super().connection_lost(exc)
        for timer in (self._head, self._unread):
            if timer:
                timer.cancel()

    def send_400_response(self, msg: str) -> None:
        """What came is not HTTP."""
        error = {"code": "bad_request", "message": msg, "hint": "send HTTP/1.1", "request_id": str(uuid.uuid4())}
        body = json.dumps({"error": error}).encode()
        headers = [("content-type", "application/json"), ("content-length", str(len(body))), ("connection", "close")]
        for event in (h11.Response(status_code=400, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event))
        self.transport.close()

    def _await_head(self) -> None:
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering or self.timeout_keep_alive_task is not None:
            if self._head:
                self._head.cancel()
                self._head = None
        elif self._head is None:
            self._head = self.loop.call_later(HEAD_SECONDS, self.transport.abort)
