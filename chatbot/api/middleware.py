"""What every request passes: an id, limits on its size and rate, security headers on the reply."""

import time
import uuid
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.middleware.cors import CORSMiddleware

from chatbot.api.errors import problem
from chatbot.api.form import FORM_BYTES
from chatbot.settings import Settings

#: Bytes of a request body; a question with a long history stays far below.
MAX_BODY = 4 * 1024 * 1024
#: Bytes of all header fields.
MAX_HEADERS = 64 * 1024
_LIMITED_PATHS = ("/api/ask",)
_CSP = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
#: Swagger UI starts with an inline script.
_DOCS_CSP = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)

Next = Callable[[Request], Awaitable[Response]]


def install(app: FastAPI, settings: Settings, rate_limit: RateLimitItem | None) -> None:
    """Add the layers, outermost last."""
    limiter = MovingWindowRateLimiter(MemoryStorage())

    @app.middleware("http")
    async def guard(request: Request, call_next: Next) -> Response:
        request.state.request_id = str(uuid.uuid4())
        refused = _too_large(request, settings) or _too_fast(request, limiter, rate_limit)
        response = refused or await call_next(request)
        response.headers["X-Request-ID"] = request.state.request_id
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Content-Security-Policy"] = _DOCS_CSP if request.url.path.endswith("/docs") else _CSP
        return response

    if settings.origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=settings.origins, allow_methods=["GET", "POST", "DELETE"], allow_headers=["*"]
        )


def _too_large(request: Request, settings: Settings) -> Response | None:
    if sum(len(name) + len(value) for name, value in request.headers.raw) > MAX_HEADERS:
        return problem(request, 431, f"header fields exceed {MAX_HEADERS} bytes", "send fewer or shorter header fields")
    length = request.headers.get("content-length", "")
    upload = request.method == "POST" and request.url.path.endswith("/api/documents")
    most = settings.upload_max_mb * 1_000_000 + FORM_BYTES if upload else MAX_BODY
    if length.isdigit() and int(length) > most:
        return problem(request, 413, f"the body has {length} bytes, at most {most} are read", "send less")
    return None


def _too_fast(request: Request, limiter: MovingWindowRateLimiter, limit: RateLimitItem | None) -> Response | None:
    if limit is None or not request.url.path.endswith(_LIMITED_PATHS):
        return None
    address = request.client.host if request.client else "unknown"
    if limiter.hit(limit, address):
        return None
    wait = max(1, round(limiter.get_window_stats(limit, address).reset_time - time.time()))
    return problem(
        request, 429, f"more than {limit} from this address", f"try again in {wait} s", {"Retry-After": str(wait)}
    )


def rate_limit(setting: str | None, loopback: bool) -> RateLimitItem | None:
    """The limit a setting means: off on loopback and 60 a minute elsewhere if it is unset; raises ValueError."""
    if setting is None:
        return None if loopback else parse("60/minute")
    return None if setting == "off" else parse(setting)
