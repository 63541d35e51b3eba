"""Another site's page with the widget on it, and a service whose replies the test spells out."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: A school's page may load one script and ask one service: no style, no image, nothing else.
POLICY = "default-src 'none'; script-src {service}; connect-src {service}"
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>某某小学</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
{script}</head><body><main><h1>某某小学</h1><p>{text}</p>{body}</main></body></html>"""

#: Writes pieces of a reply: what is written is with the reader before the next line runs.
Answering = Callable[[Callable[[str], None]], None]


@dataclass
class School:
    """A running site; set ``body`` to what stands on its page, ``policy`` to its Content-Security-Policy."""

    origin: str
    #: Base URL of the service its page asks; set once that runs.
    service: str = ""
    body: str = "<reform-chat></reform-chat>"
    policy: str | None = None
    script: str = '<script src="{service}/widget.js" defer></script>'
    text: str = "欢迎。"
    #: Asked by ``endpoint="/scripted"`` in place of the service.
    answering: Answering | None = None
    asked: list[dict[str, object]] = field(default_factory=list)

    def page(self) -> bytes:
        """The page as it is sent."""
        script = self.script.format(service=self.service)
        return _PAGE.format(script=script, body=self.body, text=self.text).encode()

    def csp(self) -> str:
        """The policy as it is sent."""
        return (POLICY if self.policy is None else self.policy).format(service=self.service)


@contextmanager
def school() -> Iterator[School]:
    """A site of an origin of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    # Another name than the service's makes it another site, not only another origin.
    site = School(f"http://localhost:{server.server_address[1]}")
    server.site = site  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    @property
    def site(self) -> School:
        site: School = self.server.site  # type: ignore[attr-defined]
        return site

    def do_GET(self) -> None:
        found = self.path == "/"
        body = self.site.page() if found else b'{"documents": []}'
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8" if found else "application/json")
        if found and self.site.csp():
            self.send_header("Content-Security-Policy", self.site.csp())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.site.asked.append(json.loads(self.rfile.read(length)))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        if self.site.answering:
            self.site.answering(self._write)

    def _write(self, piece: str) -> None:
        self.wfile.write(piece.encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the browser's console is what is watched."""
