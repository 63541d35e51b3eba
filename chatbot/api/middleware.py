"""What every request passes, in this order."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from chatbot.api.bodies import Bodies
from chatbot.api.paces import Paces
from chatbot.api.requests import Requests
from chatbot.security.rates import Rates
from chatbot.settings import Settings


def install(app: FastAPI, settings: Settings, rates: Rates) -> None:
    """Add the layers, innermost first: pure ASGI, so that a client that leaves is noticed through all of them."""
    app.add_middleware(Paces, rates=rates)
    app.add_middleware(Bodies)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Accept", "Authorization", "Content-Type", "X-API-Key"],
            expose_headers=["Retry-After", "X-Request-ID"],
        )
    if settings.proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.proxies)
    # Sees who really connects: a proxy that is trusted, or somebody.
    app.add_middleware(Requests, origins=settings.origins, proxies=settings.proxies)
