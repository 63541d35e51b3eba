"""The FastAPI application."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot.api import administration, ask, documents, errors, middleware, pages, service
from chatbot.bootstrap import Services, open_keys
from chatbot.live import Live
from chatbot.storage import StorageUnavailableError, open_storage
from chatbot.uploads.desk import Desk

_log = logging.getLogger(__name__)


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


def _open(desk: Desk) -> None:
    try:
        desk.open()
    except StorageUnavailableError as error:
        _log.warning("jobs that were interrupted cannot be looked for: %s", error)


def create_app(services: Services, loopback: bool = True) -> FastAPI:
    """An app over ``services``; ``loopback`` says whether only this machine can reach it."""
    storage = open_storage(services.settings)
    desk = Desk(services.settings, services.collection, storage)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(_open, desk)
        yield
        await run_in_threadpool(desk.close)

    app = FastAPI(
        lifespan=running,
        title="reformqa",
        version=version("reformqa"),
        summary="Grounded answers from Chinese education-reform documents.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.live = Live(services)
    app.state.settings = services.settings
    app.state.storage = storage
    app.state.desk = desk
    app.state.keys = open_keys(services.settings, storage)
    errors.install(app)
    middleware.install(app, services.settings, middleware.rate_limit(services.settings.rate_limit, loopback))
    for router in (ask.router, documents.router, administration.router, service.router, pages.router):
        app.include_router(router)
    pages.mount(app)
    app.add_middleware(PrefixKept)
    return app
