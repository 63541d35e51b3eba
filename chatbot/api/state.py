"""What handlers get at: the services, put on the app when it is made."""

from fastapi import Request

from chatbot.bootstrap import Services


def services(request: Request) -> Services:
    """The services of the app that serves ``request``."""
    found = request.app.state.services
    assert isinstance(found, Services)
    return found
