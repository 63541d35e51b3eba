"""OpenAI's chat completions as a way to ask: what is read of a request, what an answer looks like.

User messages are the question and the turns before it. System, developer, assistant and tool messages are read by
nobody: they are neither instructions nor evidence. Parameters that only tune how a model writes (temperature, seed,
stop, max_tokens, tools that need not be called …) mean nothing here and are ignored; those that ask for something that
an answer would not have are refused.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chatbot.answer import Ask
from chatbot.conversation import Turn
from chatbot.errors import UnsupportedError
from chatbot.plain_text import plain_text
from chatbot.schemas import MAX_QUESTION, AskOut, Text

#: The one model there is.
MODEL = "reformqa"


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="ignore", strict=True)

    type: Annotated[Text, StringConstraints(max_length=64)]
    text: Text | None = None


class Message(BaseModel):
    """One message of a chat."""

    model_config = ConfigDict(extra="ignore", strict=True)

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Text | list[Part] | None = None


class StreamOptions(BaseModel):
    """What a stream has beside the answer."""

    model_config = ConfigDict(extra="ignore", strict=True)

    include_usage: bool | None = None


class ChatIn(BaseModel):
    """A chat; fields that are not named here are ignored."""

    model_config = ConfigDict(
        extra="ignore",
        strict=True,
        json_schema_extra={
            "example": {"model": MODEL, "messages": [{"role": "user", "content": "第15项任务由哪些单位负责？"}]}
        },
    )

    model: Text
    messages: list[Message] = Field(min_length=1, max_length=2000)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    logprobs: bool | None = None
    response_format: dict[str, Any] | None = None
    tool_choice: str | dict[str, Any] | None = None
    modalities: list[str] | None = None


class QuoteCitation(BaseModel):
    """Where a marker stands in the content, and what it refers to; OpenAI's fields first, then ours."""

    start_index: int
    end_index: int
    title: str
    url: str
    marker: int
    document_id: str
    clause_id: str | None
    quote: str
    start: int
    end: int


class Annotation(BaseModel):
    """A citation in OpenAI's shape."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: QuoteCitation


class Answered(BaseModel):
    """The assistant's message."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The one answer."""

    index: int = 0
    message: Answered
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(BaseModel):
    """Tokens as the encoder's tokenizer counts them: of every message's text, and of the answer's."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """A whole reply; ``reformqa`` is the answer as from /api/ask."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    system_fingerprint: str
    choices: list[Choice]
    usage: Usage
    reformqa: AskOut


class Model(BaseModel):
    """What can be asked."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int
    owned_by: str = MODEL


class ModelList(BaseModel):
    """All that can be asked."""

    object: Literal["list"] = "list"
    data: list[Model]


def check(chat: ChatIn) -> None:
    """Raises UnsupportedError for what no answer here has."""
    refused = {
        "n": chat.n not in (None, 1),
        "logprobs": bool(chat.logprobs),
        "response_format": chat.response_format is not None and chat.response_format.get("type") != "text",
        "tool_choice": chat.tool_choice not in (None, "auto", "none"),
        "modalities": chat.modalities not in (None, ["text"]),
        "messages": any(part.type != "text" for m in chat.messages if m.role == "user" for part in _parts(m)),
    }
    for name, is_asked in refused.items():
        if is_asked:
            raise UnsupportedError(name, f"Unsupported value: '{name}' asks for what this model has not")


def asked(chat: ChatIn) -> Ask:
    """The question of a chat, its last user message; raises UnsupportedError where there is none that can be answered.

    Earlier user messages that are too long to have been answered are no turns.
    """
    said = [text for message in chat.messages if message.role == "user" and (text := _text(message).strip())]
    if not said:
        raise UnsupportedError("messages", "no user message has any text")
    if len(said[-1]) > MAX_QUESTION:
        reason = f"a question has at most {MAX_QUESTION} characters, the last user message has {len(said[-1])}"
        raise UnsupportedError("messages", reason, "string_above_max_length")
    return Ask(said[-1], [Turn(text) for text in said[:-1] if len(text) <= MAX_QUESTION])


def usage(chat: ChatIn, content: str, count: Callable[[str], int]) -> Usage:
    """What a chat and its answer come to by ``count``."""
    prompt, completion = sum(count(_text(message)) for message in chat.messages), count(content)
    return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)


def answered(reply: AskOut) -> Answered:
    """The message of an answer: with notices and sources in its text, with citations as annotations.

    A citation that several places refer to is annotated at each of them.
    """
    return Answered(content=plain_text(reply), annotations=annotations(reply))


def annotations(reply: AskOut) -> list[Annotation]:
    """The citations, by where their markers stand."""
    found = []
    for citation in reply.citations:
        marker, at = f"[{citation.marker}]", -1
        while (at := reply.answer.find(marker, at + 1)) >= 0:
            quoted = QuoteCitation(
                start_index=at, end_index=at + len(marker), title=citation.document_title, url=citation.url,
                marker=citation.marker, document_id=citation.document_id, clause_id=citation.clause_id,
                quote=citation.quote, start=citation.start, end=citation.end,
            )  # fmt: skip
            found.append(Annotation(url_citation=quoted))
    return found


def _text(message: Message) -> str:
    return message.content if isinstance(message.content, str) else "\n".join(p.text or "" for p in _parts(message))


def _parts(message: Message) -> Sequence[Part]:
    return message.content if isinstance(message.content, list) else ()
