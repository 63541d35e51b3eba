"""Rate limits: every request to the API before its body is read, and every question."""

import math

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot.api.access import given_key, identify
from chatbot.api.errors import problem
from chatbot.security.rates import Rates, Refused
from chatbot.security.scopes import Caller
from chatbot.storage import StorageUnavailableError

#: Paths that cost something; pages and health checks do not.
_COUNTED = ("/api/", "/v1/")


class Paces:
    """Refuses requests of an address or key that sends too many."""

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self._app = app
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] == "http" and path.startswith(_COUNTED):
            request = Request(scope)
            caller = await _caller(request)
            if self._rates.waits:
                refused = await run_in_threadpool(self._rates.request, _address(request), caller)
            else:
                refused = self._rates.request(_address(request), caller)
            if refused:
                await problem(request, 429, *_told(refused))(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def count_question(request: Request, session: str | None, cost: int = 1) -> None:
    """Count ``cost`` questions of whoever sent ``request``; raises HTTPException 429."""
    rates = request.app.state.rates
    assert isinstance(rates, Rates)
    asked = _address(request), session, getattr(request.state, "caller", None), cost
    refused = await run_in_threadpool(rates.question, *asked) if rates.waits else rates.question(*asked)
    if refused:
        message, _, headers = _told(refused)
        raise HTTPException(429, message, headers)


async def _caller(request: Request) -> Caller | None:
    try:
        return await identify(request, given_key(request))
    except StorageUnavailableError:  # whoever needs to know asks again and is told
        return None


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None


def _told(refused: Refused) -> tuple[str, str, dict[str, str]]:
    wait = max(1, math.ceil(refused.wait))
    return refused.whose, f"try again in {wait} s", {"Retry-After": str(wait)}
