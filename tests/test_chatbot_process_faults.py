"""The real command's processes killed and stopped while they stream and ingest: what people see, and what is left."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from chatbot.bootstrap import Services
from tests.commands import Service, running
from tests.model_endpoint import STREAM, Endpoint, chunk
from tests.patience import until
from tests.uploading import OFFICE, Staff

pytestmark = pytest.mark.slow

WORDED, REGISTER = "幼儿园多久评估一次？", "第15项任务由哪些单位负责？"
FAITHFUL = "幼儿园的办园质量评价每五年一轮。[E1]"
SSE = {"Accept": "text/event-stream"}
LONG = "关于校车的通知\n" + "".join(f"{n}.第{n}所学校每日检查校车{n}辆，司机{n}名。\n" for n in range(1, 300))
#: uvicorn's workers, and the process that works on uploads.
WORKERS, UPLOADS = "spawn_main", "chatbot.uploads"


@pytest.fixture
def folder(services: Services, tmp_path: Path) -> Path:
    """A data directory with the bundled documents indexed."""
    data = tmp_path / "data"
    for part in ("indexes", "cache"):
        shutil.copytree(services.settings.data_dir / part, data / part)
    return data


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A model that takes four seconds over its answer."""
    pytest.importorskip("langchain_openai", reason="the client: pip install 'reformqa[llm]'")

    def slowly() -> Iterator[bytes]:
        yield STREAM + chunk(FAITHFUL)
        for _ in range(40):
            time.sleep(0.1)
            yield chunk("")
        yield b"data: [DONE]\n\n"

    opened = Endpoint()
    opened.behaviour = slowly
    yield opened
    opened.close()


def told(reply: httpx.Response) -> str:
    """What came of a stream until it ended or was cut."""
    text = ""
    try:
        for piece in reply.iter_text():
            text += piece
    except httpx.RemoteProtocolError:
        return f"{text}CUT"
    return text


def answers_to(reply: httpx.Response, among: list[int]) -> int:
    """Which of some processes has the connection of a reply."""
    _, port = reply.extensions["network_stream"].get_extra_info("client_addr")
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    # Addresses as the kernel prints them: 0100007F:1F90
    wanted = f"socket:[{next(row[9] for row in rows if row[2].endswith(f':{port:04X}'))}]"
    held = {pid: {os.readlink(f) for f in Path(f"/proc/{pid}/fd").iterdir() if f.is_symlink()} for pid in among}
    return next(pid for pid in among if wanted in held[pid])


def ask(service: Service, question: str = REGISTER) -> httpx.Response:
    return httpx.post(f"{service.url}/api/ask", json={"question": question}, timeout=60, trust_env=False)


def test_a_killed_worker_cuts_its_streams_and_another_takes_its_place(folder: Path, endpoint: Endpoint) -> None:
    with (
        running(folder, "--workers", "2", llm="openai:m", llm_base_url=endpoint.url, **OFFICE) as service,
        ExitStack() as open_streams,
    ):
        both = service.processes(WORKERS)
        assert len(both) == 2
        client = open_streams.enter_context(httpx.Client(base_url=service.url, timeout=60, trust_env=False))
        body = {"question": WORDED}
        streams = [open_streams.enter_context(client.stream("POST", "/api/ask", json=body, headers=SSE))
                   for _ in range(6)]  # fmt: skip
        holders = [answers_to(reply, both) for reply in streams]
        killed = holders[0]
        os.kill(killed, signal.SIGKILL)
        assert ask(service).json()["outcome"] == "answered", "the other goes on"
        for reply, holder in zip(streams, holders, strict=True):
            text = told(reply)
            assert text.endswith("CUT") == (holder == killed)
            assert ("event: done" in text) == (holder != killed)
        retried = client.post("/api/ask", json=body)
        assert (retried.status_code, retried.json()["method"]) == (200, "generated"), "who asks again is answered"
        until(lambda: len(service.processes(WORKERS)) == 2 and killed not in service.processes(WORKERS))
        new = next(pid for pid in service.processes(WORKERS) if pid not in both)
        # Its connections are those of a worker that answers.
        until(lambda: _serves(service, new))
    assert service.processes() == [service.process.pid] or not service.processes()


def _serves(service: Service, pid: int) -> bool:
    with httpx.stream("GET", f"{service.url}/readyz", timeout=30, trust_env=False) as reply:
        return reply.status_code == 200 and answers_to(reply, service.processes(WORKERS)) == pid


@pytest.mark.parametrize("workers", [1, 2])
def test_told_to_stop_it_finishes_streams_and_says_what_became_of_the_upload(
    folder: Path, endpoint: Endpoint, workers: int
) -> None:
    with running(folder, "--workers", str(workers), llm="openai:m", llm_base_url=endpoint.url, **OFFICE) as service:
        staff = Staff(service.url)
        job = staff.send(LONG, publish=True).json()["id"]
        until(lambda: staff.http.get(f"/api/jobs/{job}").json()["stage"] == "encoding")
        every = service.processes()
        with httpx.stream(
            "POST", f"{service.url}/api/ask", json={"question": WORDED}, headers=SSE, timeout=60
        ) as reply:
            service.process.terminate()
            assert "event: done" in told(reply)
        staff.http.close()
        assert service.process.wait(30) in (0, -signal.SIGTERM)
        until(lambda: not [pid for pid in every if Path(f"/proc/{pid}").exists()])
    assert "Traceback" not in service.lines()
    with running(folder, **OFFICE) as again:
        staff = Staff(again.url)
        until(lambda: staff.http.get(f"/api/jobs/{job}").json()["state"] == "failed")
        error = staff.http.get(f"/api/jobs/{job}").json()["error"]
        assert (error["code"], error["hint"]) == ("interrupted", "publish it again: its preview is kept")
        assert staff.rows()["bus"]["preview"] is True
        assert staff.http.delete("/api/documents/bus").status_code == 204
        staff.http.close()
