"""What surrounds every request: an id, headers on the reply, a line in the log, and an answer to the unexpected."""

import logging
import re
import time
import uuid
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.api.errors import problem
from chatbot.logs import about, without_words

_log = logging.getLogger("chatbot.access")

_CSP = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
#: Of a proxy, what is taken for a request's id.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
#: Who runs a script in the desk has the key: a text that is set as HTML is an error of the browser (Trusted Types).
_DESK_CSP = f"{_CSP}; require-trusted-types-for 'script'; trusted-types 'none'"
#: Swagger UI starts with an inline script.
_DOCS_CSP = f"{_CSP}; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"


class Requests:
    """The outermost layer; ``origins`` are those whose pages may frame ours, ``proxies`` the addresses and networks
    whose X-Request-ID is the request's."""

    def __init__(self, app: ASGIApp, origins: Sequence[str], proxies: Sequence[str]) -> None:
        self._app = app
        self._proxies = [ip_network(proxy) for proxy in proxies]
        self._ancestors = " ".join(["'self'", *origins])
        self._only_self = not origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its reply back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request = Request(scope)
        request.state.request_id = self._id(request)
        with about(request_id=request.state.request_id):
            await self._pass_on(request, receive, send, began)

    async def _pass_on(self, request: Request, receive: Receive, send: Send, began: float) -> None:
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._mark(MutableHeaders(scope=message), request)
            await send(message)

        try:
            await self._app(request.scope, receive, sending)
        except Exception as error:
            _log.error("unexpected %s", without_words(error))
            if not status:
                said = "something went wrong on our side"
                reply = problem(request, 500, said, "try again; if it persists, report the request id")
                await reply(request.scope, receive, sending)
        finally:
            _log.info("request", extra={"request": _line(request, status, 1000 * (time.perf_counter() - began))})

    def _id(self, request: Request) -> str:
        said, peer = request.headers.get("x-request-id", ""), request.client and request.client.host
        if not self._proxies or not peer or not _REQUEST_ID.fullmatch(said):
            return str(uuid.uuid4())
        try:
            address = ip_address(peer)
        except ValueError:  # a socket of another kind
            return str(uuid.uuid4())
        return said if any(address in network for network in self._proxies) else str(uuid.uuid4())

    def _mark(self, headers: MutableHeaders, request: Request) -> None:
        path = request.url.path
        desk = path.endswith("/admin")
        csp = _DESK_CSP if desk else _DOCS_CSP if path.endswith("/docs") else _CSP
        headers["X-Request-ID"] = request.state.request_id
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        ancestors = "'none'" if desk else self._ancestors
        headers["Content-Security-Policy"] = f"{csp}; frame-ancestors {ancestors}"
        if desk:
            headers["X-Frame-Options"] = "DENY"
        elif self._only_self:  # for browsers that do not know frame-ancestors; it has no list of origins
            headers["X-Frame-Options"] = "SAMEORIGIN"


def _line(request: Request, status: int, milliseconds: float) -> dict[str, object]:
    """What is logged of a request: no address, and nothing that its sender wrote, such as a question in the query or
    the id of a session in the path."""
    caller = getattr(request.state, "caller", None)
    return {
        "method": request.method if request.method.isalpha() else "?",
        "path": getattr(request.scope.get("route"), "path", "(none)"),
        "status": status or 499,  # as nginx says where the client left before a reply
        "ms": round(milliseconds, 1),
        "key": caller.key_id if caller else None,
    }
