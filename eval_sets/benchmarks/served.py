"""The real application behind a real socket, in a thread of this process."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import uvicorn
from fastapi import FastAPI

from chatbot.api import create_app
from chatbot.bootstrap import Services
from chatbot.server import server_options
from eval_sets.errors import TargetError

_START_SECONDS = 10


@contextmanager
def serving(services: Services, root_path: str = "") -> Iterator[str]:
    """The base URL of a server over ``services``, on a free port of loopback, without a rate limit."""
    unlimited = replace(services, settings=services.settings.model_copy(update={"rate_limit": "off"}))
    with serving_app(create_app(unlimited), root_path) as url:
        yield url


@contextmanager
def serving_app(app: FastAPI, root_path: str = "") -> Iterator[str]:
    """The base URL of ``app`` on a free port of loopback."""
    # asyncio turns Nagle's algorithm off only where the protocol is named; left on, every answer waits 40 ms.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, root_path=root_path, **server_options()))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise TargetError(f"the service did not start on loopback within {_START_SECONDS} s")
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_START_SECONDS)
