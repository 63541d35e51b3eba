"""HEAD and OPTIONS for every route, as HTTP means them (RFC 9110, 9.3.2 and 9.3.7)."""

from fastapi import FastAPI
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TRIED = ("GET", "POST", "PUT", "PATCH", "DELETE")


class HeadAndOptions:
    """HEAD is GET without its body; OPTIONS names the methods of a path. A browser's preflight is CORS' business."""

    def __init__(self, app: ASGIApp, api: FastAPI) -> None:
        self._app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer OPTIONS, pass HEAD on as GET, everything else as it is."""
        method = scope.get("method")
        if method == "HEAD" and "GET" in self._methods(scope):

            async def without_body(message: Message) -> None:
                if message["type"] == "http.response.body":
                    message = {"type": "http.response.body", "body": b"", "more_body": message.get("more_body", False)}
                await send(message)

            await self._app({**scope, "method": "GET"}, receive, without_body)
        elif method == "OPTIONS" and not _is_preflight(scope) and (methods := self._methods(scope)):
            allowed = [*methods, "HEAD"] if "GET" in methods else methods
            await Response(status_code=204, headers={"Allow": ", ".join([*allowed, "OPTIONS"])})(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _methods(self, scope: Scope) -> list[str]:
        def answers(route: BaseRoute, method: str) -> bool:
            return route.matches({**scope, "method": method})[0] is Match.FULL

        return [method for method in _TRIED if any(answers(route, method) for route in self._api.router.routes)]


def _is_preflight(scope: Scope) -> bool:
    return any(name == b"access-control-request-method" for name, _ in scope["headers"])
