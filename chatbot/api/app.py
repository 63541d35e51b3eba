"""The FastAPI application."""

from importlib.metadata import version

from fastapi import FastAPI

from chatbot.api import ask, documents, errors, middleware, pages, service
from chatbot.bootstrap import Services


def create_app(services: Services, loopback: bool = True) -> FastAPI:
    """An app over ``services``; ``loopback`` says whether only this machine can reach it."""
    app = FastAPI(
        title="reformqa",
        version=version("reformqa"),
        summary="Grounded answers from Chinese education-reform documents.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.services = services
    errors.install(app)
    middleware.install(app, services.settings, middleware.rate_limit(services.settings.rate_limit, loopback))
    for router in (ask.router, documents.router, service.router, pages.router):
        app.include_router(router)
    pages.mount(app)
    return app
