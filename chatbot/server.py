"""Running the service: one process, or several that share a listening socket and the mapped index."""

import os
import socket
import tempfile
from dataclasses import dataclass
from typing import Any

import uvicorn
from sse_starlette.sse import AppStatus
from uvicorn.supervisors import Multiprocess

from chatbot.api.connections import Connection
from chatbot.bootstrap import Services
from chatbot.settings import Settings

#: Bytes of a request's head that are read; past 64 KiB of header fields the application refuses them in its own words.
_HEAD = 128 * 1024
#: Seconds that replies under way have to end, streams included, after the service was told to stop.
_GRACE = 30
#: Seconds a worker process may be silent before it is taken for hung and killed. It is while it starts, which takes two
#: seconds of processor: with uvicorn's five, a busy machine would start and kill workers for ever.
_HEALTHY = 60
#: Connections that wait to be accepted.
_BACKLOG = 2048


@dataclass(frozen=True, slots=True)
class Address:
    """Where to serve: ``root_path`` is the path prefix behind a proxy."""

    host: str
    port: int
    root_path: str

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in ("127.0.0.1", "::1", "localhost")


def run(services: Services, at: Address) -> None:
    """Serve until told to stop (SIGINT, SIGTERM); replies that are under way are finished first."""
    from chatbot.api import create_app

    finish_streams()
    uvicorn.run(create_app(services, at.loopback), **_options(services.settings, at))


def run_workers(settings: Settings, at: Address, workers: int) -> None:
    """As ``run``, in ``workers`` processes that open the services themselves; whoever calls this holds none."""
    os.environ["_REFORMQA_LOOPBACK"] = "1" if at.loopback else "0"
    config = uvicorn.Config("chatbot.worker:app", factory=True, workers=workers,
                            timeout_worker_healthcheck=_HEALTHY, **_options(settings, at))  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="reformqa-metrics-") as folder, listening(at.host, at.port) as shared:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        Multiprocess(config, [shared]).run()


def _options(settings: Settings, at: Address) -> dict[str, Any]:
    grace = round(_GRACE + settings.llm_timeout)
    return {"host": at.host, "port": at.port, "root_path": at.root_path, "backlog": _BACKLOG,
            "timeout_graceful_shutdown": grace, **server_options()}  # fmt: skip


def server_options() -> dict[str, Any]:
    """Options of ``uvicorn.run`` and ``uvicorn.Config`` that do not depend on host and port."""
    return {
        "http": Connection,
        "ws": "none",
        "h11_max_incomplete_event_size": _HEAD,
        "proxy_headers": False,  # the application's own, which believes those of the settings alone
        "server_header": False,
        "access_log": False,
        "log_config": None,
    }


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
