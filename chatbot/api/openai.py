"""POST /v1/chat/completions and GET /v1/models, as OpenAI's clients expect them."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from chatbot import openai_chat
from chatbot.answer import Delta, Done, Event, Started
from chatbot.api.answering import until_gone
from chatbot.api.ask import PING_SECONDS
from chatbot.api.errors import documented, problem
from chatbot.api.memory import record, recording
from chatbot.api.paces import count_question
from chatbot.api.state import answering, root, taken
from chatbot.api.streams import told_to_the_end
from chatbot.bootstrap import Services
from chatbot.openai_chat import MODEL, ChatIn, Choice, Completion, Model, ModelList
from chatbot.schemas import AskOut, Text

#: When the one model came to be, in seconds of 1970: 2026-01-01.
_SINCE = 1_767_225_600

router = APIRouter(tags=["openai"], prefix="/v1")


@router.get("/models")
async def models() -> ModelList:
    """What can be asked: one model."""
    return ModelList(data=[_model()])


@router.get("/models/{model}", response_model=Model, responses=documented(404))
async def model(model: Annotated[Text, Path(examples=[MODEL])], request: Request) -> Response | Model:
    """One of them."""
    return _model() if model == MODEL else _unknown(request, model)


@router.post(
    "/chat/completions",
    response_model=Completion,
    responses={
        200: {"content": {"text/event-stream": {}}},
        **documented(404),
    },
)
async def chat(body: ChatIn, request: Request) -> Response | Completion:
    """Answer the last user message; the user messages before it are the conversation, nothing else is read."""
    if body.model != MODEL:
        return _unknown(request, body.model)
    openai_chat.check(body)
    await count_question(request, None)
    asked, found, work = openai_chat.asked(body), await taken(request), answering(request)
    if body.stream:
        events = recording(await work.events(found.answerer, asked), request, None)
        chunks = told_to_the_end(_chunks(events, body, found, root(request)), request, name=None)
        return EventSourceResponse(chunks, ping=PING_SECONDS, sep="\n")
    answer = await until_gone(request, work.reply(found.answerer, asked))
    record(request, answer, None)
    reply = AskOut.of(answer, root(request))
    message = openai_chat.answered(reply)
    return Completion(
        id=f"chatcmpl-{reply.id}",
        created=_now(),
        system_fingerprint=found.generation,
        choices=[Choice(message=message)],
        usage=openai_chat.usage(body, message.content, found.token_count),
        reformqa=reply,
    )


async def _chunks(
    events: AsyncGenerator[Event, None], chat: ChatIn, found: Services, prefix: str
) -> AsyncGenerator[ServerSentEvent, None]:
    """The answer as it comes; what follows it in the text, and its citations, when it is whole; then the usage."""
    wants_usage = bool(chat.stream_options and chat.stream_options.include_usage)
    head: dict[str, Any] = {}

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> ServerSentEvent:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        usage = {"usage": None} if wants_usage else {}
        return _data({**head, "choices": [choice], **usage, **more})

    async with aclosing(events):
        async for event in events:
            match event:
                case Started():
                    head = {
                        "id": f"chatcmpl-{event.id}", "object": "chat.completion.chunk", "created": _now(),
                        "model": MODEL, "system_fingerprint": found.generation,
                    }  # fmt: skip
                    yield chunk({"role": "assistant", "content": ""})
                case Delta():
                    yield chunk({"content": event.text})
                case Done():
                    reply = AskOut.of(event.reply, prefix)
                    message = openai_chat.answered(reply)
                    marked = [annotation.model_dump() for annotation in message.annotations]
                    yield chunk({"content": message.content[len(reply.answer) :], "annotations": marked})
                    yield chunk({}, "stop", reformqa=reply.model_dump())
                    if wants_usage:
                        usage = openai_chat.usage(chat, message.content, found.token_count)
                        yield _data({**head, "choices": [], "usage": usage.model_dump()})
    yield ServerSentEvent(data="[DONE]")


def _data(value: object) -> ServerSentEvent:
    return ServerSentEvent(data=json.dumps(value, ensure_ascii=False))


def _model() -> Model:
    return Model(created=_SINCE)


def _unknown(request: Request, model: str) -> Response:
    message, hint = f"The model '{model}' does not exist", f"there is one model: {MODEL}"
    return problem(request, 404, message, hint, code="model_not_found", param="model")


def _now() -> int:
    return int(datetime.now(UTC).timestamp())
