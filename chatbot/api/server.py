"""How uvicorn is to serve the application."""

from typing import Any

from chatbot.api.connections import Connection
from chatbot.settings import Settings

#: Bytes of a request's head that are read; past 64 KiB of header fields the application refuses them in its own words.
_HEAD = 128 * 1024


def server_options(settings: Settings) -> dict[str, Any]:
    """Options of ``uvicorn.run`` and ``uvicorn.Config`` that do not depend on host and port."""
    return {
        "http": Connection,
        "ws": "none",
        "h11_max_incomplete_event_size": _HEAD,
        # Whose X-Forwarded-For is believed; uvicorn would believe any client of loopback.
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": settings.trusted_proxies,
        "server_header": False,
        "access_log": False,
        "log_config": None,
    }
