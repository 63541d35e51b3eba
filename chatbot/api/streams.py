"""Server-sent events whose working out fails halfway: the status is sent, so the last event says it."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import Request
from sse_starlette import ServerSentEvent

from chatbot.api.errors import error_body
from chatbot.logs import without_words
from chatbot.schemas import ErrorOut

_log = logging.getLogger(__name__)


async def told_to_the_end(
    events: AsyncGenerator[ServerSentEvent, None], request: Request, name: str | None = "error"
) -> AsyncGenerator[ServerSentEvent, None]:
    """``events``; where one cannot be had, an event ``name`` with an error of the contract's shape is the last."""
    async with aclosing(events):
        try:
            async for event in events:
                yield event
        # Whatever it is, the client is told, and not left with half an answer that looks whole.
        except Exception as error:
            body = error_body(request, 500, "something went wrong on our side", "ask again; the answer is not whole")
            _log.error("a stream broke: %s", without_words(error))
            yield ServerSentEvent(ErrorOut(error=body).model_dump_json(), event=name)
