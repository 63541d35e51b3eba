"""Every error in one shape: code, message, hint, request id; never a stack trace."""

import logging
import uuid
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect

from chatbot.api.answering import RETRY_AFTER
from chatbot.errors import (
    BusyError,
    CuratedAnswerError,
    DataFolderError,
    DocumentBusyError,
    NoPreviewError,
    QueueFullError,
    UnsupportedError,
)
from chatbot.schemas import ErrorBody, ErrorOut
from chatbot.storage import StorageError, StorageUnavailableError, UnknownRecordError
from index.errors import IndexBusyError, IndexingError, UnknownDocumentError

_log = logging.getLogger(__name__)

#: What nobody reads, in logs and metrics (nginx's word for it).
CLIENT_LEFT = 499
_CODES = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    408: "too_slow", 409: "conflict", 413: "too_large", 415: "unsupported_media_type", 422: "invalid",
    429: "rate_limited", 431: "headers_too_large", 503: "unavailable",
}  # fmt: skip
#: OpenAI's families of errors, by which its clients tell them apart.
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_HINTS = {
    401: "send a key as Authorization: Bearer KEY; who runs the service makes one with: reformqa keys create NAME",
    408: "send the body at once",
    413: "send less at once; a document may have REFORMQA_UPLOAD_MAX_MB megabytes, everything else 4",
    415: "send a .txt, .md, .html, .docx or .pdf with text",
    429: "try again after the seconds of Retry-After",
    403: "ask who runs the service for a key of that scope",
    404: "see /docs for the endpoints and GET /api/documents for document ids",
    405: "see /docs for the methods of this endpoint",
    422: "see /docs for the request's shape",
}


def problem(
    request: Request,
    status: int,
    message: str,
    hint: str = "",
    headers: Mapping[str, str] | None = None,
    *,
    code: str | None = None,
    param: str | None = None,
) -> JSONResponse:
    """An error reply in the contract's shape, which is OpenAI's too; ``param`` is the field that is wrong."""
    body = error_body(request, status, message, hint, code=code, param=param)
    return JSONResponse(ErrorOut(error=body).model_dump(), status, headers=dict(headers or {}))


def error_body(
    request: Request, status: int, message: str, hint: str = "", *, code: str | None = None, param: str | None = None
) -> ErrorBody:
    """What an error reply, or the last event of a stream that broke, says."""
    return ErrorBody(
        code=code or _CODES.get(status, "error"),
        message=message,
        hint=hint or _HINTS.get(status, ""),
        request_id=str(getattr(request.state, "request_id", "") or uuid.uuid4()),
        type=_TYPES.get(status, "invalid_request_error" if status < 500 else "server_error"),
        param=param,
    )


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of an operation, for its OpenAPI."""
    return {status: {"model": ErrorOut, "description": _CODES[status].replace("_", " ")} for status in statuses}


def _is_openai(request: Request) -> bool:
    """Whether OpenAI's clients are answered, who know 400 as the status of what is invalid."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", "")).startswith("/v1/")


def install(app: FastAPI) -> None:
    """Give every error the contract's shape."""

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            reason = first.get("ctx", {}).get("error", first["msg"])
            return problem(request, 400, f"the body is not valid JSON: {reason}", "send a JSON object encoded in UTF-8")
        reason = str(first["msg"]).removeprefix("Value error, ")
        where = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path"))
        status = 400 if _is_openai(request) else 422
        return problem(request, status, f"{where or 'the body'}: {reason}", _HINTS[422], param=where or None)

    @app.exception_handler(UnsupportedError)
    def unsupported(request: Request, error: UnsupportedError) -> JSONResponse:
        return problem(request, 400, str(error), _HINTS[422], code=error.code, param=error.param)

    @app.exception_handler(StarletteHTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        return problem(request, error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(UnknownDocumentError)
    def unknown(request: Request, error: UnknownDocumentError) -> JSONResponse:
        return problem(request, 404, str(error))

    @app.exception_handler(UnknownRecordError)
    def unknown_record(request: Request, error: UnknownRecordError) -> JSONResponse:
        return problem(request, 404, str(error))

    @app.exception_handler(StorageError)
    def not_storable(request: Request, error: StorageError) -> JSONResponse:
        return problem(request, 422, str(error))

    @app.exception_handler(StorageUnavailableError)
    def no_storage(request: Request, error: StorageUnavailableError) -> JSONResponse:
        _log.error("%s", error)
        return problem(request, 503, "the database cannot be reached; answers are given all the same",
                       "try again in a minute", {"Retry-After": "60"})  # fmt: skip

    @app.exception_handler(DocumentBusyError)
    def busy(request: Request, error: DocumentBusyError) -> JSONResponse:
        return problem(request, 409, str(error), "wait for it, or delete the document, which ends it")

    @app.exception_handler(NoPreviewError)
    def nothing_to_publish(request: Request, error: NoPreviewError) -> JSONResponse:
        return problem(request, 409, str(error), "send a file to POST /api/documents first")

    @app.exception_handler(CuratedAnswerError)
    def not_curated(request: Request, error: CuratedAnswerError) -> JSONResponse:
        return problem(request, 422, str(error))

    @app.exception_handler(QueueFullError)
    def full(request: Request, error: QueueFullError) -> JSONResponse:
        return problem(request, 503, str(error), "try again when some have ended", {"Retry-After": "30"})

    @app.exception_handler(IndexBusyError)
    def writing(request: Request, error: IndexBusyError) -> JSONResponse:
        return problem(request, 503, "another process is changing the index", "try again", {"Retry-After": "30"})

    @app.exception_handler(DataFolderError)
    def unwritable(request: Request, error: DataFolderError) -> JSONResponse:
        _log.error("%s", error)
        return problem(request, 503, str(error), "tell whoever runs this service; answers are given all the same",
                       {"Retry-After": "60"})  # fmt: skip

    @app.exception_handler(IndexingError)
    def no_index(request: Request, error: IndexingError) -> JSONResponse:
        _log.error("the index cannot be served: %s", error)
        return problem(request, 503, "the index cannot be read", "tell whoever runs this service to look at its log",
                       {"Retry-After": "60"})  # fmt: skip

    @app.exception_handler(BusyError)
    def overloaded(request: Request, error: BusyError) -> JSONResponse:
        wait = {"Retry-After": str(RETRY_AFTER)}
        return problem(request, 503, str(error), f"try again in {RETRY_AFTER} s", wait, code="busy")

    @app.exception_handler(ClientDisconnect)
    def left(request: Request, error: ClientDisconnect) -> Response:
        return Response(status_code=CLIENT_LEFT)

    @app.exception_handler(UnicodeDecodeError)
    def undecodable(request: Request, error: UnicodeDecodeError) -> JSONResponse:
        return problem(request, 400, f"the body is not UTF-8: byte {error.start} cannot be decoded",
                       "send a JSON object encoded in UTF-8")  # fmt: skip
