"""``reformqa serve`` as processes of its own, to load and to look at: what they use of memory and processor.

Reads /proc, so Linux only.
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from eval_sets.errors import TargetError

_START_SECONDS = 120.0
_STOP_SECONDS = 30.0
#: A service that uses less of a processor than this, for so many seconds, has nothing to load any more.
_QUIET, _QUIET_SECONDS = 0.1, 1.0
_PSS = re.compile(r"^Pss: +(\d+) kB", re.MULTILINE)
_ENCODER = re.compile(r"^reformqa_encoder_processor_seconds_total (\S+)", re.MULTILINE)
_ENCODINGS = re.compile(r"^reformqa_encoder_seconds_count (\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Usage:
    """Of all processes of a service: processor seconds since their start, those in the encoder, questions encoded; MB
    of memory, what is shared with others counted by its share (PSS)."""

    processor_seconds: float
    encoder_seconds: float
    encodings: int
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Service:
    """A running service; with the process that was started here, or with none."""

    url: str
    pid: int | None = None

    def usage(self) -> Usage | None:
        """What it has used until now; None where it was not started here."""
        if self.pid is None:
            return None
        told = httpx.get(f"{self.url}/metrics", trust_env=False, timeout=30).text
        processes = _tree(self.pid)
        memory = [_PSS.search(_read(process / "smaps_rollup")) for process in processes]
        return Usage(
            _used(self.pid),
            _number(_ENCODER, told),
            round(_number(_ENCODINGS, told)),
            sum(int(found[1]) / 1000 for found in memory if found),
        )


@contextmanager
def started(workers: int) -> Iterator[Service]:
    """``reformqa serve`` with this process's settings and no rate limit, on a free port; raises TargetError."""
    if not Path("/proc/self/smaps_rollup").exists():
        raise TargetError("a service is started and looked at on Linux only; give the URL of a running one with --url")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "chatbot", "serve", "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(
        command, env=os.environ | {"REFORMQA_RATE_LIMIT": "off"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await(process, url)
        yield Service(url, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", trust_env=False, timeout=5).status_code == httpx.codes.OK:
                break
        except httpx.TransportError:
            time.sleep(0.1)
    # One worker answers while others load: they have when the processes have little to do.
    used = _used(process.pid)
    while time.monotonic() < deadline and process.poll() is None:
        time.sleep(_QUIET_SECONDS)
        before, used = used, _used(process.pid)
        if used - before < _QUIET * _QUIET_SECONDS:
            return
    raise TargetError("reformqa serve did not start; run it by itself to see why")


def _tree(pid: int) -> list[Path]:
    """The process's folder in /proc and those of all below it."""
    found = [Path("/proc", str(pid))]
    for process in found:
        for thread in sorted(process.glob("task/*/children")):
            found += [Path("/proc", child) for child in _read(thread).split()]
    return found


def _used(pid: int) -> float:
    return sum(map(_processor_seconds, _tree(pid)))


def _processor_seconds(process: Path) -> float:
    fields = _read(process / "stat").rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _read(path: Path) -> str:
    """A file of /proc; nothing of a process that has ended."""
    try:
        return path.read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _number(pattern: re.Pattern[str], told: str) -> float:
    found = pattern.search(told)
    return float(found[1]) if found else 0.0
