"""POST /api/ask: JSON or server-sent events, two renderings of one stream."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from sse_starlette import EventSourceResponse

from chatbot.api.answering import until_gone
from chatbot.api.errors import documented
from chatbot.api.state import answering, root, taken
from chatbot.schemas import AskIn, AskOut, asked
from chatbot.sse import server_sent

router = APIRouter(tags=["ask"])

PING_SECONDS = 15


@router.post(
    "/api/ask",
    response_model=AskOut,
    responses={
        200: {"content": {"text/event-stream": {}}},
        **documented(404),
    },
)
async def ask(body: AskIn, request: Request, accept: Annotated[str, Header()] = "") -> Response | AskOut:
    """Answer a question from the documents, with citations."""
    answerer = (await taken(request)).answerer
    for document_id in body.document_ids:
        answerer.index.document(document_id)
    wanted, desk = asked(body, body.document_ids), answering(request)
    if "text/event-stream" in accept:
        events = await desk.events(answerer, wanted)
        return EventSourceResponse(server_sent(events, root(request)), ping=PING_SECONDS)
    return AskOut.of(await until_gone(request, desk.reply(answerer, wanted)), root(request))
