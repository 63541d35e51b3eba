"""The process that works on orders, as the processes that take them in see it."""

import json
import subprocess
import sys
import threading
from contextlib import suppress
from time import monotonic

from filelock import Timeout
from pydantic import SecretStr

from chatbot.settings import Settings
from chatbot.uploads.inbox import Inbox

#: Seconds after which a process that was started has the lock, or will not get it.
STARTING = 15.0
_STOPPING = 5.0


class WorkerProcess:
    """Starts the process when there is work and none works; it ends by itself when nothing is left, and when the
    process that started it does, however that ends."""

    def __init__(self, settings: Settings, inbox: Inbox) -> None:
        self._settings = settings
        self._inbox = inbox
        self._guard = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    def wake(self) -> None:
        """See to it that somebody works; a service that cannot start a process takes orders in all the same."""
        with self._guard, suppress(OSError):
            starting = self._child is not None and self._child.poll() is None and monotonic() - self._started < STARTING
            if not starting and self._nobody_works():
                self._start()

    def stop(self) -> None:
        """End the process that was started here."""
        with self._guard:
            if self._child is not None and self._child.stdin is not None:
                with suppress(OSError):
                    self._child.stdin.close()
                with suppress(subprocess.TimeoutExpired):
                    self._child.wait(_STOPPING)
                self._child.kill()
                self._child.wait()
                self._child = None

    def _nobody_works(self) -> bool:
        try:
            with self._inbox.working().acquire(timeout=0):
                return True
        except Timeout:
            return False

    def _start(self) -> None:
        if self._child is not None and self._child.stdin is not None:
            self._child.stdin.close()
            self._child.wait()
        # Settings by pipe, not by environment or arguments: one of them may hold a password. The pipe stays open, and
        # its end tells the child that this process is gone.
        self._child = subprocess.Popen([sys.executable, "-m", "chatbot.uploads"], stdin=subprocess.PIPE)
        self._started = monotonic()
        assert self._child.stdin is not None
        self._child.stdin.write(_told(self._settings) + b"\n")
        self._child.stdin.flush()


def _told(settings: Settings) -> bytes:
    plain = {name: _plain(value) for name, value in settings.model_dump().items()}
    return json.dumps(plain, default=str).encode()


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
