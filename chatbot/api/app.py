"""The FastAPI application."""

from importlib.metadata import version

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot.api import ask, batch, documents, errors, metrics, middleware, openai, pages, service, units
from chatbot.api.answering import Answering
from chatbot.api.methods import HeadAndOptions
from chatbot.bootstrap import Services
from chatbot.live import Live
from index.query_cache import CachedQueries


class PrefixKept:
    """Serves a path prefix whether the proxy before it strips the prefix or not.

    The server puts ``root_path`` before every path (ASGI); where the proxy left it on, it stands there twice.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the prefix once."""
        root = scope.get("root_path", "")
        if root and scope.get("path", "").startswith(root + root + "/"):
            scope = {**scope, "path": scope["path"].removeprefix(root)}
        await self._app(scope, receive, send)


def create_app(services: Services, loopback: bool = True) -> FastAPI:
    """An app over ``services``; ``loopback`` says whether only this machine can reach it."""
    app = FastAPI(
        title="reformqa",
        version=version("reformqa"),
        summary="Grounded answers from Chinese education-reform documents.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.live = Live(services)
    app.state.metrics = counts = metrics.Metrics()
    app.state.answering = Answering(services.settings, counts.answered, counts.refusals.inc)
    if isinstance(services.encoder, CachedQueries):
        services.encoder.told = counts.encoder_seconds.observe
    app.state.batches = 0
    errors.install(app)
    middleware.install(app, services.settings, middleware.rate_limit(services.settings.rate_limit, loopback))
    for part in (ask, batch, units, openai, documents, service, metrics, pages):
        app.include_router(part.router, responses=errors.documented(400, 413, 422, 429, 431, 503))
    pages.mount(app)
    app.add_middleware(HeadAndOptions, api=app)
    app.add_middleware(metrics.Counted, metrics=counts)
    app.add_middleware(PrefixKept)
    return app
