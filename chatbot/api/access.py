"""Who may call an endpoint: ``Depends(requires(Scope.WRITE))`` in a handler's signature, or among a router's."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import HTTPException, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from chatbot.api.state import settings
from chatbot.security import Caller, KeyRing, Scope
from chatbot.storage import StorageUnavailableError

# For the OpenAPI description alone; given_key reads the key, which the rate limits need earlier.
_Bearer = Annotated[
    HTTPAuthorizationCredentials | None,
    Security(HTTPBearer(auto_error=False, scheme_name="bearer", description="A key made with `reformqa keys create`")),
]
_Header = Annotated[str | None, Security(APIKeyHeader(name="X-API-Key", auto_error=False, scheme_name="header"))]


def requires(scope: Scope) -> Callable[..., Awaitable[Caller]]:
    """A dependency that gives the caller, who has ``scope``.

    Without a valid key it is 401, with one of a lesser scope 403, and 503 where keys cannot be looked up.
    """

    async def caller(request: Request, _bearer: _Bearer = None, _header: _Header = None) -> Caller:
        key = given_key(request)
        found = await identify(request, key)
        if found is None:
            said = "this key is not valid, or was revoked" if key else f"this needs a key of scope {scope}"
            raise HTTPException(401, said, {"WWW-Authenticate": "Bearer"})
        if not found.scope.includes(scope):
            raise HTTPException(403, f"this key has scope {found.scope}, {scope} is needed")
        return found

    return caller


async def asking(request: Request, _bearer: _Bearer = None, _header: _Header = None) -> Caller | None:
    """Who asks: anybody, unless REFORMQA_PUBLIC_ASK is false, which needs scope read.

    Where anybody may ask, a key that is unknown is no key: clients made for other services always send one.
    """
    if not settings(request).public_ask:
        return await requires(Scope.READ)(request)
    try:
        return await identify(request, given_key(request))
    except StorageUnavailableError:
        return None


async def known(request: Request, bearer: _Bearer, header: _Header) -> Caller | None:
    """Who calls, where that can be known; nobody is refused."""
    try:
        return await identify(request, bearer.credentials if bearer else header)
    except StorageUnavailableError:
        return None


async def identify(request: Request, key: str | None) -> Caller | None:
    """Whose key this is, looked up once a request; asks the database in a thread, and only where there is a key."""
    if not key:
        return None
    if not hasattr(request.state, "caller"):
        ring = request.app.state.keys
        assert isinstance(ring, KeyRing)
        request.state.caller = await run_in_threadpool(ring.caller, key)
    found = request.state.caller
    assert found is None or isinstance(found, Caller)
    return found


def given_key(request: Request) -> str | None:
    """The key that a request carries, as ``requires`` finds it."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.headers.get("x-api-key")
