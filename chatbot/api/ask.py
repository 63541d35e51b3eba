"""POST /api/ask: JSON or server-sent events, two renderings of one stream."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from sse_starlette import EventSourceResponse

from chatbot.answer import Ask
from chatbot.api.memory import continued, record, recording
from chatbot.api.paces import count_question
from chatbot.api.state import services
from chatbot.conversation import Turn
from chatbot.question import Language
from chatbot.schemas import AskIn, AskOut, ErrorOut
from chatbot.sse import server_sent

router = APIRouter(tags=["ask"])

_PING_SECONDS = 15


@router.post(
    "/api/ask",
    response_model=AskOut,
    responses={
        200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
        **{status: {"model": ErrorOut} for status in (400, 401, 403, 404, 408, 413, 422, 429, 503)},
    },
)
def ask(body: AskIn, request: Request, accept: Annotated[str, Header()] = "") -> Response | AskOut:
    """Answer a question from the documents, with citations."""
    count_question(request, body.session_id)
    answerer = services(request).answerer
    root = str(request.scope.get("root_path", ""))
    for document_id in body.document_ids:
        answerer.index.document(document_id)
    asked = Ask(
        question=body.question,
        history=[Turn(turn.question, turn.answer) for turn in body.history],
        language=None if body.language == "auto" else Language(body.language),
        document_ids=body.document_ids,
    )
    asked = continued(request, asked, body.session_id)
    if "text/event-stream" in accept:
        events = recording(answerer.events(asked), request, body.session_id)
        return EventSourceResponse(server_sent(events, root), ping=_PING_SECONDS)
    reply = answerer.reply(asked)
    record(request, reply, body.session_id)
    return AskOut.of(reply, root)
