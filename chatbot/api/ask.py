"""POST /api/ask: JSON or server-sent events, two renderings of one stream."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from sse_starlette import EventSourceResponse

from chatbot.api.answering import until_gone
from chatbot.api.errors import documented
from chatbot.api.memory import continued, record, recording
from chatbot.api.paces import count_question
from chatbot.api.state import answering, root, taken
from chatbot.api.streams import told_to_the_end
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
    await count_question(request, body.session_id)
    answerer = (await taken(request)).answerer
    for document_id in body.document_ids:
        answerer.index.document(document_id)
    wanted = asked(body, body.document_ids)
    if body.session_id:
        wanted = await run_in_threadpool(continued, request, wanted, body.session_id)
    work = answering(request)
    if "text/event-stream" in accept:
        events = recording(await work.events(answerer, wanted), request, body.session_id)
        return EventSourceResponse(told_to_the_end(server_sent(events, root(request)), request), ping=PING_SECONDS)
    reply = await until_gone(request, work.reply(answerer, wanted))
    record(request, reply, body.session_id)
    return AskOut.of(reply, root(request))
