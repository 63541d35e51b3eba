"""A client that costs little of the processor it shares with the service it loads: HTTP/1.1 over asyncio's streams.

A request costs 0.3 to 0.6 ms of processor, beside an answer's 4 to 30.
"""

import asyncio
import json
import re
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import SplitResult, urlsplit

from eval_sets.errors import TargetError

#: Bytes of a reply's head at most.
_HEAD = 64 * 1024
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
#: What a reply says of itself; in its texts the quotation marks are escaped.
_OUTCOME = re.compile(rb'"outcome":"(\w+)"')
_METHOD = re.compile(rb'"method":"(\w+)"')


@dataclass(frozen=True, slots=True)
class Came:
    """What came back: an HTTP status, and of an answer its outcome and method."""

    status: int
    outcome: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class LoadClient:
    """Posts to one URL, as many requests at once as are asked for; connections are kept and used again."""

    def __init__(self, url: str, seconds: float) -> None:
        try:
            self._to: SplitResult = urlsplit(url)
            self._port = self._to.port or 80
        except ValueError as error:
            raise TargetError(f"{url} is no URL ({error}); give one such as http://127.0.0.1:8000") from None
        if self._to.scheme != "http" or not self._to.hostname:
            raise TargetError(f"{url} cannot be loaded; give a URL such as http://127.0.0.1:8000, without TLS")
        self._seconds = seconds
        self._free: list[_Connection] = []

    async def __aenter__(self) -> "LoadClient":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._free:
            self._free.pop().writer.close()

    async def post(self, value: object) -> Came:
        """What comes back for ``value`` as JSON; raises OSError, TimeoutError."""
        async with asyncio.timeout(self._seconds):
            while True:
                kept = bool(self._free)
                connection = self._free.pop() if kept else await self._connect()
                try:
                    return await self._exchange(connection, value)
                except (ConnectionError, asyncio.IncompleteReadError) as error:
                    connection.writer.close()
                    # A kept connection may have been closed by the service meanwhile: another one is tried.
                    if not kept:
                        raise ConnectionResetError("the service ended the connection") from error
                except BaseException:
                    connection.writer.close()
                    raise

    async def _connect(self) -> _Connection:
        return _Connection(*await asyncio.open_connection(self._to.hostname, self._port, limit=_HEAD))

    async def _exchange(self, connection: _Connection, value: object) -> Came:
        body = json.dumps(value).encode()
        head = (
            f"POST {self._to.path} HTTP/1.1\r\nHost: {self._to.netloc}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        connection.writer.write(head.encode() + body)
        told = await connection.reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(told)
        if length is None:
            raise ConnectionAbortedError("a reply without Content-Length is none of this service")
        reply = await connection.reader.readexactly(int(length[1]))
        if _CLOSES.search(told):
            connection.writer.close()
        else:
            self._free.append(connection)
        outcome, method = _OUTCOME.search(reply), _METHOD.search(reply)
        return Came(
            int(told.split(b" ", 2)[1]), outcome[1].decode() if outcome else "", method[1].decode() if method else ""
        )
