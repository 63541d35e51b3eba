"""What handlers get at: the services of one generation, the same for a whole request."""

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from chatbot.api.answering import Answering
from chatbot.bootstrap import Services
from chatbot.live import Live


def services(request: Request) -> Services:
    """The services that answer ``request``."""
    taken = getattr(request.state, "services", None)
    if taken is None:
        live = request.app.state.live
        assert isinstance(live, Live)
        taken = request.state.services = live.current()
    assert isinstance(taken, Services)
    return taken


async def taken(request: Request) -> Services:
    """``services``, awaited: after a deletion they may have to be loaded first."""
    return await run_in_threadpool(services, request)


def answering(request: Request) -> Answering:
    """Where answers are worked out."""
    found = request.app.state.answering
    assert isinstance(found, Answering)
    return found


def root(request: Request) -> str:
    """The path prefix that every URL in a reply carries."""
    return str(request.scope.get("root_path", ""))
