"""Events of an answer as server-sent events; the ``done`` event is the whole JSON reply."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing

from sse_starlette import ServerSentEvent

from chatbot.answer import Delta, Done, Event, Quotes, Started
from chatbot.schemas import AskOut, citation_out


async def server_sent(events: AsyncGenerator[Event, None], root: str) -> AsyncGenerator[ServerSentEvent, None]:
    """meta, delta…, citations, done."""
    async with aclosing(events):
        async for event in events:
            yield _rendered(event, root)


def _rendered(event: Event, root: str) -> ServerSentEvent:
    match event:
        case Started():
            return _event("meta", {"id": event.id, "language": event.language, "method": event.method})
        case Delta():
            return _event("delta", {"text": event.text})
        case Quotes():
            return _event("citations", {"citations": [citation_out(c, root).model_dump() for c in event.citations]})
        case Done():
            return _event("done", AskOut.of(event.reply, root).model_dump())


def _event(name: str, data: object) -> ServerSentEvent:
    return ServerSentEvent(event=name, data=json.dumps(data, ensure_ascii=False))
