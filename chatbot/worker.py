"""The app of one worker process of ``reformqa serve --workers N``; the parent has built the index by then."""

import os

from fastapi import FastAPI

from chatbot.api import create_app
from chatbot.bootstrap import open_services
from chatbot.logs import configure_logs
from chatbot.server import finish_streams
from chatbot.settings import read_settings


def app() -> FastAPI:
    """Called by uvicorn in every worker."""
    finish_streams()
    settings = read_settings()
    configure_logs(settings)
    return create_app(open_services(settings), os.environ.get("_REFORMQA_LOOPBACK") == "1")
