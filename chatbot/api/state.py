"""What handlers get at: the services of one generation, the same for a whole request."""

from fastapi import Request

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
