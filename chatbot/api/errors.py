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
from chatbot.errors import BusyError, UnsupportedError
from chatbot.schemas import ErrorBody, ErrorOut
from index.errors import IndexingError, UnknownDocumentError

_log = logging.getLogger(__name__)

#: What nobody reads, in logs and metrics (nginx's word for it).
CLIENT_LEFT = 499
_CODES = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    409: "conflict", 413: "too_large", 415: "unsupported_media_type", 422: "invalid", 429: "rate_limited",
    431: "headers_too_large", 503: "unavailable",
}  # fmt: skip
#: OpenAI's families of errors, by which its clients tell them apart.
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_HINTS = {
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
    request_id = str(getattr(request.state, "request_id", "") or uuid.uuid4())
    body = ErrorBody(
        code=code or _CODES.get(status, "error"),
        message=message,
        hint=hint or _HINTS.get(status, ""),
        request_id=request_id,
        type=_TYPES.get(status, "invalid_request_error" if status < 500 else "server_error"),
        param=param,
    )
    return JSONResponse(ErrorOut(error=body).model_dump(), status, headers=dict(headers or {}))


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

    @app.exception_handler(IndexingError)
    def no_index(request: Request, error: IndexingError) -> JSONResponse:
        _log.error("the index cannot be served: %s", error)
        return problem(request, 503, "the index cannot be read", "tell whoever runs this service to look at its log",
                       {"Retry-After": "60"})  # fmt: skip

    @app.exception_handler(BusyError)
    def busy(request: Request, error: BusyError) -> JSONResponse:
        wait = {"Retry-After": str(RETRY_AFTER)}
        return problem(request, 503, str(error), f"try again in {RETRY_AFTER} s", wait, code="busy")

    @app.exception_handler(ClientDisconnect)
    def left(request: Request, error: ClientDisconnect) -> Response:
        return Response(status_code=CLIENT_LEFT)

    @app.exception_handler(UnicodeDecodeError)
    def undecodable(request: Request, error: UnicodeDecodeError) -> JSONResponse:
        return problem(request, 400, f"the body is not UTF-8: byte {error.start} cannot be decoded",
                       "send a JSON object encoded in UTF-8")  # fmt: skip

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        _log.exception("unexpected error on %s", request.url.path, exc_info=error)
        return problem(
            request, 500, "something went wrong on our side", "try again; if it persists, report the request id"
        )
