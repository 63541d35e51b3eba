"""What is read of a request: header fields and body, in size and in time."""

import asyncio
import time

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.api.errors import problem
from chatbot.api.form import FORM_BYTES, upload_bytes
from chatbot.api.state import settings

#: Bytes of a request body; a question with a long history stays far below.
MAX_BODY = 4 * 1024 * 1024
#: Bytes of all header fields.
MAX_HEADERS = 64 * 1024
#: A body may take this many seconds, and one more for so many bytes.
GRACE_SECONDS, BYTES_A_SECOND = 20.0, 16 * 1024


class Bodies:
    """Refuses header fields and bodies that are too large, announced or not, and bodies that come too slowly."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADERS:
            refused = problem(Request(scope), 431, f"header fields exceed {MAX_HEADERS} bytes", "send fewer of them")
            await refused(scope, receive, send)
            return
        limit = body_limit(scope)
        announced = dict(scope["headers"]).get(b"content-length", b"")
        if announced.isdigit() and int(announced) > limit:
            refused = problem(Request(scope), 413, f"the body has {int(announced):,} bytes, at most {limit:,} are read")
            await refused(scope, receive, send)
            return
        await self._app(scope, Body(receive, limit), send)


class Body:
    """The ``receive`` of a request; raises HTTPException 413 past ``limit`` bytes, 408 where they come too slowly."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._began = time.monotonic()
        self._read = 0
        self._complete = False

    async def __call__(self) -> Message:
        """The next message."""
        if self._complete:
            return await self._receive()
        left = self._began + GRACE_SECONDS + self._read / BYTES_A_SECOND - time.monotonic()
        try:
            async with asyncio.timeout(max(0.0, left)):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, "the body came too slowly", {"Connection": "close"}) from None
        self._read += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._read > self._limit:
            raise HTTPException(413, f"the body has more than {self._limit:,} bytes", {"Connection": "close"})
        return message


def body_limit(scope: Scope) -> int:
    """Bytes that a request may send: more where documents are sent to."""
    if scope["method"] == "POST" and scope["path"].endswith("/api/documents"):
        return upload_bytes(settings(Request(scope))) + FORM_BYTES
    return MAX_BODY
