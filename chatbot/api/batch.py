"""POST /api/ask/batch: many questions, answered one after another, as any other question is."""

from typing import Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from chatbot.api.access import requires
from chatbot.api.answering import until_gone
from chatbot.api.errors import documented, problem
from chatbot.api.memory import record
from chatbot.api.paces import count_question
from chatbot.api.state import answering, root, taken
from chatbot.batch import answers_as_csv, from_csv
from chatbot.bootstrap import Services
from chatbot.errors import BusyError
from chatbot.schemas import AskOut, BatchIn, BatchOut, asked
from chatbot.security import Scope

router = APIRouter(tags=["ask"])

#: Batches that are answered at once; each takes one place among the answers at a time.
_MOST = 2


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with its definitions in their places: FastAPI collects none for a body that is read by hand."""
    definitions = schema.pop("$defs", {})

    def resolved(value: Any) -> Any:
        if isinstance(value, dict):
            name = str(value.get("$ref", "")).rpartition("/")[2]
            return resolved(definitions[name]) if name else {key: resolved(part) for key, part in value.items()}
        return [resolved(part) for part in value] if isinstance(value, list) else value

    found: dict[str, Any] = resolved(schema)
    return found


_EXAMPLE = {"questions": [{"question": "第15项任务由哪些单位负责？"}, {"question": "学制是几年？", "language": "zh"}]}
_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": _inlined(BatchIn.model_json_schema()), "example": _EXAMPLE},
        "text/csv": {"schema": {"type": "string"}, "example": "question\n第15项任务由哪些单位负责？\n"},
    },
}


@router.post(
    "/api/ask/batch",
    response_model=BatchOut,
    dependencies=[Depends(requires(Scope.READ))],
    openapi_extra={"requestBody": _BODY},
    responses={
        200: {"content": {"text/csv": {"schema": {"type": "string"}}}},
        **documented(415),
    },
)
async def batch(request: Request, format: Literal["json", "csv"] = "json") -> Response | BatchOut:
    """Answer up to 500 questions, from JSON or from a CSV file with a column ``question``, in their order."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/json", "text/csv"):
        return problem(request, 415, f"a batch is application/json or text/csv, not {kind or 'untyped'}")
    body = await request.body()
    try:
        questions = from_csv(body) if kind == "text/csv" else BatchIn.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError([{**e, "loc": ("body", *e["loc"])} for e in error.errors()]) from error
    except ValueError as error:
        return problem(request, 422, str(error))
    await count_question(request, None, len(questions.questions))
    found = await taken(request)
    running = request.app.state.batches
    if running >= _MOST:
        raise BusyError(f"{running} batches are being answered")
    request.app.state.batches += 1
    try:
        answers = await until_gone(request, _answers(request, found, questions))
    finally:
        request.app.state.batches -= 1
    if format == "csv":
        name = {"Content-Disposition": 'attachment; filename="answers.csv"'}
        return Response(answers_as_csv(answers), media_type="text/csv; charset=utf-8", headers=name)
    return BatchOut(answers=answers)


async def _answers(request: Request, found: Services, batch: BatchIn) -> list[AskOut]:
    work, prefix, answers = answering(request), root(request), []
    for question in batch.questions:
        reply = await work.reply(found.answerer, asked(question), patient=True)
        record(request, reply, None)
        answers.append(AskOut.of(reply, prefix))
    return answers
