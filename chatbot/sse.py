"""Events of an answer as server-sent events; the ``done`` event is the whole JSON reply."""

import json
from collections.abc import Iterator

from sse_starlette import ServerSentEvent

from chatbot.answer import Delta, Done, Event, Quotes, Started
from chatbot.schemas import AskOut, citation_out


def server_sent(events: Iterator[Event], root: str) -> Iterator[ServerSentEvent]:
    """meta, delta…, citations, done."""
    for event in events:
        match event:
            case Started():
                yield _event("meta", {"id": event.id, "language": event.language, "method": event.method})
            case Delta():
                yield _event("delta", {"text": event.text})
            case Quotes():
                yield _event("citations", {"citations": [citation_out(c, root).model_dump() for c in event.citations]})
            case Done():
                yield _event("done", AskOut.of(event.reply, root).model_dump())


def _event(name: str, data: object) -> ServerSentEvent:
    return ServerSentEvent(event=name, data=json.dumps(data, ensure_ascii=False))
