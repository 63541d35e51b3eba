"""The installed command ``reformqa serve`` in processes of its own, to be killed, starved and measured."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.uploading import KEYS


class Service:
    """A running service; ``folder`` is its data directory."""

    def __init__(self, folder: Path, workers: int = 1, **settings: object) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.folder, self.url, self._log = folder, f"http://127.0.0.1:{port}", folder.parent / f"{folder.name}.log"
        told = {"data_dir": folder, "api_keys": KEYS, "rate_limit": "off", **settings}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("REFORMQA_")}
        environment |= {f"REFORMQA_{name.upper()}": str(value) for name, value in told.items()}
        command = [sys.executable, "-m", "chatbot", "serve", "--port", str(port), "--workers", str(workers)]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def ready(self, seconds: float = 60) -> "Service":
        """Itself, when it answers."""
        ends = time.monotonic() + seconds
        while True:
            assert self.process.poll() is None, self.log
            assert time.monotonic() < ends, self.log
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.1)

    @property
    def log(self) -> str:
        """What it said so far."""
        return self._log.read_text("utf-8")

    def processes(self, words: str = "") -> list[int]:
        """Its processes and theirs, by what their command line has."""
        parents = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
        found, ours = [self.process.pid], {self.process.pid}
        while more := [pid for pid, parent in parents.items() if parent in ours and pid not in ours]:
            ours |= set(more)
            found += more
        return [pid for pid in found if words in _command(pid)]

    def memory(self, words: str = "") -> int:
        """MiB in memory of its processes, shared pages counted for each."""
        return sum(_resident(pid) for pid in self.processes(words))

    def kill(self) -> None:
        """kill -9 of the service itself, not of what it started."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it as a supervisor does."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextmanager
def running(folder: Path, workers: int = 1, **settings: object) -> Iterator[Service]:
    """A service that answers, stopped at the end."""
    service = Service(folder, workers, **settings)
    try:
        yield service.ready()
    finally:
        service.stop()


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")), 0)
