"""The FastAPI application."""

from importlib.metadata import version

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot.api import ask, batch, documents, errors, middleware, openai, pages, service, units
from chatbot.api.answering import Answering
from chatbot.bootstrap import Services
from chatbot.live import Live


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
    app.state.answering = Answering(services.settings)
    app.state.batches = 0
    errors.install(app)
    middleware.install(app, services.settings, middleware.rate_limit(services.settings.rate_limit, loopback))
    for router in (
        ask.router,
        batch.router,
        units.router,
        openai.router,
        documents.router,
        service.router,
        pages.router,
    ):
        app.include_router(router)
    pages.mount(app)
    app.add_middleware(PrefixKept)
    return app
