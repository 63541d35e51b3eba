"""The FastAPI application."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.metadata import version

from fastapi import Depends, FastAPI, Response
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot.api import (
    administration,
    ask,
    batch,
    documents,
    errors,
    evaluations,
    memory,
    metrics,
    middleware,
    openai,
    pages,
    service,
    staff,
    units,
)
from chatbot.api.access import asking
from chatbot.api.answering import Answering
from chatbot.api.methods import HeadAndOptions
from chatbot.bootstrap import Services, open_keys, open_rates
from chatbot.live import Live
from chatbot.staff.sorting import Sorter
from chatbot.storage import StorageUnavailableError, open_storage
from chatbot.uploads.desk import Desk
from index.query_cache import CachedQueries

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
        if root and scope.get("path") == root + root:
            await Response(status_code=307, headers={"Location": f"{root}/"})(scope, receive, send)
            return
        if root and scope.get("path", "").startswith(root + root + "/"):
            scope = {**scope, "path": scope["path"].removeprefix(root)}
        await self._app(scope, receive, send)


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    """Answers are kept and orders carried out while the service runs; what waits is written before it ends."""
    app.state.recorder.start()
    await run_in_threadpool(_open, app.state.desk)
    yield
    await run_in_threadpool(app.state.desk.close)
    await run_in_threadpool(app.state.recorder.close)
    app.state.storage.database.close()


def _open(desk: Desk) -> None:
    try:
        desk.open()
    except StorageUnavailableError as error:
        _log.warning("jobs that were interrupted cannot be looked for: %s", error)


def create_app(services: Services, loopback: bool = True) -> FastAPI:
    """An app over ``services``; ``loopback`` says whether only this machine can reach it."""
    app = FastAPI(
        title="reformqa",
        version=version("reformqa"),
        summary="Grounded answers from Chinese education-reform documents.",
        docs_url=None,
        redoc_url=None,
        lifespan=_running,
        redirect_slashes=False,  # to a URL with the host that the client claims
    )
    app.state.settings = services.settings
    app.state.storage = storage = open_storage(services.settings)
    services = replace(services, answerer=services.answerer.with_curated(storage.curated))
    app.state.live = live = Live(services)
    app.state.sorter = sorter = Sorter(storage.inbox, lambda: live.current().encoder)
    app.state.desk = Desk(services.settings, services.collection, storage)
    app.state.recorder = storage.recorder(lambda: services.collection.store.sources().keys(), sorter.sort)
    app.state.keys = open_keys(services.settings, storage)
    app.state.metrics = counts = metrics.Metrics()
    app.state.answering = Answering(services.settings, counts.answered, counts.refusals.inc)
    if isinstance(services.encoder, CachedQueries):
        services.encoder.told = counts.encoded
    app.state.batches = 0
    errors.install(app)
    app.state.rates = open_rates(services.settings, loopback)
    middleware.install(app, services.settings, app.state.rates)
    declared = errors.documented(400, 401, 403, 408, 413, 422, 429, 431, 503)
    for asked in (ask, units, openai, documents):
        app.include_router(asked.router, dependencies=[Depends(asking)], responses=declared)
    for part in (batch, administration, memory, staff, evaluations, service, metrics, pages):
        app.include_router(part.router, responses=declared)
    pages.mount(app)
    app.add_middleware(HeadAndOptions, api=app)
    app.add_middleware(metrics.Counted, metrics=counts)
    app.add_middleware(PrefixKept)
    return app
