"""Running the service: one process, or several that share a listening socket and the mapped index."""

import os
import socket
import tempfile

import uvicorn
from sse_starlette.sse import AppStatus
from uvicorn.supervisors import Multiprocess

from chatbot.bootstrap import Services

#: Seconds that replies under way have to end, streams included, after the service was told to stop.
_GRACE = 30
#: Connections that wait to be accepted.
_BACKLOG = 2048


def run(services: Services, host: str, port: int, workers: int, root_path: str, loopback: bool) -> None:
    """Serve until told to stop (SIGINT, SIGTERM); replies that are under way are finished first."""
    finish_streams()
    grace = round(_GRACE + services.settings.llm_timeout)
    if workers == 1:
        from chatbot.api import create_app

        app = create_app(services, loopback)
        uvicorn.run(app, host=host, port=port, root_path=root_path, log_level="warning", server_header=False,
                    access_log=False, backlog=_BACKLOG, timeout_graceful_shutdown=grace)  # fmt: skip
        return
    os.environ["_REFORMQA_LOOPBACK"] = "1" if loopback else "0"
    config = uvicorn.Config("chatbot.worker:app", factory=True, host=host, port=port, workers=workers,
                            root_path=root_path, log_level="warning", server_header=False, access_log=False,
                            backlog=_BACKLOG, timeout_graceful_shutdown=grace)  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="reformqa-metrics-") as folder, listening(host, port) as shared:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        Multiprocess(config, [shared]).run()


def listening(host: str, port: int) -> socket.socket:
    """A bound socket for worker processes.

    It names its protocol: asyncio turns Nagle's algorithm off on what it accepts only where that is so, and uvicorn's
    own socket does not, which makes every reply wait 40 ms for the client's delayed acknowledgement.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    shared = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    shared.bind((host, port))
    shared.set_inheritable(True)
    return shared


def finish_streams() -> None:
    """Let streams end by themselves when the service stops, where sse-starlette would cut them."""
    AppStatus.disable_automatic_graceful_drain()  # type: ignore[no-untyped-call]
