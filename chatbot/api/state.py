"""What handlers get at: the services of one generation, the same for a whole request; settings and storage."""

from fastapi import Request

from chatbot.bootstrap import Services
from chatbot.live import Live
from chatbot.settings import Settings
from chatbot.storage import Storage


def services(request: Request) -> Services:
    """The services that answer ``request``."""
    taken = getattr(request.state, "services", None)
    if taken is None:
        live = request.app.state.live
        assert isinstance(live, Live)
        taken = request.state.services = live.current()
    assert isinstance(taken, Services)
    return taken


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
