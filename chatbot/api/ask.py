"""POST /api/ask: JSON or server-sent events, two renderings of one stream."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from sse_starlette import EventSourceResponse

from chatbot.answer import Ask
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
        **{status: {"model": ErrorOut} for status in (400, 404, 413, 422, 429)},
    },
)
def ask(body: AskIn, request: Request, accept: Annotated[str, Header()] = "") -> Response | AskOut:
    """Answer a question from the documents, with citations."""
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
    if "text/event-stream" in accept:
        return EventSourceResponse(server_sent(answerer.events(asked), root), ping=_PING_SECONDS)
    return AskOut.of(answerer.reply(asked), root)
