"""The installed command in processes of its own, over real HTTP: to be asked, killed, starved and measured."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

_COMMAND = [sys.executable, "-c", "from chatbot.cli import main; main()"]
#: Seconds for a start, on a machine that is busy with other tests.
_START, _STOP = 120.0, 40.0


def environment(data_dir: Path, **settings: object) -> dict[str, str]:
    """That of a process with these settings alone, named without their prefix."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REFORMQA_")}
    given = {f"REFORMQA_{name.upper()}": str(value) for name, value in settings.items()}
    return kept | given | {"REFORMQA_DATA_DIR": str(data_dir), "PYTHONPATH": str(Path(__file__).parent.parent)}


def reformqa(data_dir: Path, *arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """``reformqa`` run to its end."""
    return subprocess.run([*_COMMAND, *arguments], env=environment(data_dir, **settings), cwd=data_dir,
                          capture_output=True, text=True, check=False, timeout=120)  # fmt: skip


def with_index(index_of: Path, data_dir: Path) -> Path:
    """A data directory with a copy of another one's index."""
    shutil.copytree(index_of / "indexes", data_dir / "indexes", ignore=shutil.ignore_patterns("LOCK"))
    shutil.copytree(index_of / "cache", data_dir / "cache", dirs_exist_ok=True)
    return data_dir


class Service:
    """``reformqa serve`` on a free port of loopback, maybe not ready yet; ``log`` is what it says, beside its data.

    ``around`` is a command that runs it, ``prepare`` is called in the new process.
    """

    def __init__(
        self,
        data_dir: Path,
        *arguments: str,
        log: Path | None = None,
        around: Sequence[str] = (),
        prepare: Callable[[], None] | None = None,
        **settings: object,
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.data_dir, self.url = data_dir, f"http://127.0.0.1:{port}"
        self.log = log or data_dir.with_name(f"{data_dir.name}-{port}.log")
        command = [*around, *_COMMAND, "serve", "--port", str(port), *arguments]
        with self.log.open("wb") as said:
            self.process = subprocess.Popen(
                command, env=environment(data_dir, **settings), cwd="/", stdout=said, stderr=said, preexec_fn=prepare
            )

    def ready(self) -> "Service":
        """Itself, when it answers."""
        ends = time.monotonic() + _START
        while True:
            assert self.process.poll() is None, self.lines()
            assert time.monotonic() < ends, self.lines()
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5, trust_env=False).status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.05)

    def lines(self) -> str:
        """What it said so far."""
        return self.log.read_text("utf-8") if self.log.is_file() else ""

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
                self.process.wait(_STOP)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextmanager
def running(
    data_dir: Path,
    *arguments: str,
    log: Path | None = None,
    around: Sequence[str] = (),
    prepare: Callable[[], None] | None = None,
    **settings: object,
) -> Iterator[Service]:
    """A service that answers, stopped at the end."""
    service = Service(data_dir, *arguments, log=log, around=around, prepare=prepare, **settings)
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
