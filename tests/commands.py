"""The installed command as a process of its own, over real HTTP."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

_COMMAND = [sys.executable, "-c", "from chatbot.cli import main; main()"]


@dataclass(frozen=True)
class Service:
    """A running ``reformqa serve``."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def lines(self) -> str:
        """What it has logged."""
        return self.log.read_text("utf-8")


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """That of a process with these settings alone, named without their prefix."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REFORMQA_")}
    given = {f"REFORMQA_{name.upper()}": value for name, value in settings.items()}
    return kept | given | {"REFORMQA_DATA_DIR": str(data_dir), "PYTHONPATH": str(Path(__file__).parent.parent)}


def reformqa(data_dir: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """``reformqa`` run to its end."""
    return subprocess.run([*_COMMAND, *arguments], env=environment(data_dir, **settings), cwd=data_dir,
                          capture_output=True, text=True, check=False, timeout=120)  # fmt: skip


def with_index(index_of: Path, data_dir: Path) -> Path:
    """A data directory with a copy of another one's index."""
    shutil.copytree(index_of / "indexes", data_dir / "indexes", ignore=shutil.ignore_patterns("LOCK"))
    shutil.copytree(index_of / "cache", data_dir / "cache", dirs_exist_ok=True)
    return data_dir


@contextmanager
def serving_command(
    data_dir: Path,
    *arguments: str,
    log: Path | None = None,
    around: Sequence[str] = (),
    prepare: Callable[[], None] | None = None,
    **settings: str,
) -> Iterator[Service]:
    """``reformqa serve`` on a free port of loopback, until the end.

    ``around`` is a command that runs it, ``prepare`` is called in the new process.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = log or data_dir / "log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [*around, *_COMMAND, "serve", "--port", str(port), *arguments],
            stderr=stderr, env=environment(data_dir, **settings), cwd="/", preexec_fn=prepare,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            assert process.poll() is None, log.read_text("utf-8") if log.is_file() else "it ended"
            assert time.monotonic() < deadline, "the service did not start"
            try:
                httpx.get(f"{url}/readyz", timeout=5, trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield Service(url, process, log)
    finally:
        process.terminate()
        process.wait(20)
