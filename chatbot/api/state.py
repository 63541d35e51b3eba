"""What handlers get at: the services of one generation, the same for a whole request; settings and storage."""

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from chatbot.api.answering import Answering
from chatbot.bootstrap import Services
from chatbot.live import Live
from chatbot.settings import Settings
from chatbot.staff.sorting import Sorter
from chatbot.storage import Recorder, Storage
from chatbot.uploads.desk import Desk


def services(request: Request) -> Services:
    """The services that answer ``request``."""
    taken = getattr(request.state, "services", None)
    if taken is None:
        taken = request.state.services = live(request).current()
    assert isinstance(taken, Services)
    return taken


def live(request: Request) -> Live:
    """The generation that is served."""
    found = request.app.state.live
    assert isinstance(found, Live)
    return found


def desk(request: Request) -> Desk:
    """Where documents are sent to, published and deleted."""
    found = request.app.state.desk
    assert isinstance(found, Desk)
    return found


def settings(request: Request) -> Settings:
    """What the service was told."""
    found = request.app.state.settings
    assert isinstance(found, Settings)
    return found


def storage(request: Request) -> Storage:
    """What the service remembers."""
    found = request.app.state.storage
    assert isinstance(found, Storage)
    return found


def recorder(request: Request) -> Recorder:
    """What keeps answers."""
    found = request.app.state.recorder
    assert isinstance(found, Recorder)
    return found


async def taken(request: Request) -> Services:
    """``services``, awaited: after a deletion they may have to be loaded first."""
    # A change of threads costs more than the file that is read.
    if (found := live(request).at_once()) is not None:
        request.state.services = found
        return found
    return await run_in_threadpool(services, request)


def answering(request: Request) -> Answering:
    """Where answers are worked out."""
    found = request.app.state.answering
    assert isinstance(found, Answering)
    return found


def root(request: Request) -> str:
    """The path prefix that every URL in a reply carries."""
    return str(request.scope.get("root_path", ""))


def sorter(request: Request) -> Sorter:
    """What sorts the inbox."""
    found = request.app.state.sorter
    assert isinstance(found, Sorter)
    return found
