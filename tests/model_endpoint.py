"""An endpoint like that of an OpenAI-compatible language model, which says what a test wants."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

#: What the endpoint sends, piece by piece.
Behaviour = Callable[[], Iterator[bytes]]


class Endpoint:
    """Listens like an OpenAI-compatible server, reads each request and does as ``behaviour`` says; ``sent`` counts the
    bytes that it got rid of."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        self.behaviour: Behaviour = says()
        self.sent = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as request, suppress(OSError):
            length = 0
            while (line := request.readline().lower()) not in (b"\r\n", b""):
                if line.startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            request.read(length)  # a socket closed with something unread would take back what was said
            for piece in self.behaviour():
                client.sendall(piece)
                self.sent += len(piece)

    def close(self) -> None:
        """Nobody listens any more."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def chunk(text: str) -> bytes:
    said = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{"index": 0, "delta": {"content": text}}]}  # fmt: skip
    return f"data: {json.dumps(said)}\n\n".encode()


def says(*pieces: bytes) -> Behaviour:
    return lambda: iter(pieces)
