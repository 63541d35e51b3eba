"""The real command, killed, starved of disk, given damaged files: nothing is lost but the job, and it says what to do.

What a full disk does needs a small file system, which only the superuser can mount.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.bootstrap import Services
from chatbot.library import Parsed
from chatbot.settings import Settings
from chatbot.storage import JobState, open_storage
from chatbot.uploads.inbox import Inbox, Order
from chatbot.uploads.parsing import ingest_file
from chatbot.uploads.previews import Previews
from chatbot.uploads.worker import Worker
from tests.commands import Service, running
from tests.machine import cannot
from tests.patience import until
from tests.uploading import OFFICE, POLICY, Staff, files_with

#: Seconds for a job: the worker yields to everything else on the machine.
PATIENCE = 180.0
QUESTION = "第15项任务由哪些单位负责？"
#: Takes some seconds to encode.
LONG = POLICY + "".join(f"{n}.第{n}所学校每日检查校车{n}辆，司机{n}名。\n" for n in range(3, 150))


@pytest.fixture
def folder(services: Services, tmp_path: Path) -> Path:
    """A data directory with the bundled documents indexed."""
    data = tmp_path / "data"
    for part in ("indexes", "cache"):
        shutil.copytree(services.settings.data_dir / part, data / part)
    return data


def come_to(staff: Staff, job_id: str, stage: str = "") -> dict[str, Any]:
    """The job when it has come so far, or has ended."""
    ends = time.monotonic() + PATIENCE
    while True:
        job: dict[str, Any] = staff.http.get(f"/api/jobs/{job_id}").json()
        if job["stage"] == stage or job["state"] in ("done", "failed"):
            return job
        assert time.monotonic() < ends, job
        time.sleep(0.05)


@pytest.fixture
def closing() -> Iterator[list[Staff]]:
    clients: list[Staff] = []
    yield clients
    for client in clients:
        client.http.close()


def test_asking_after_a_job_that_has_ended_starts_no_process(folder: Path) -> None:
    storage = open_storage(Settings(data_dir=folder, _env_file=None))
    job = storage.jobs.create("upload", "bus")
    storage.jobs.finish(job.id)
    storage.database.close()
    with running(folder, **OFFICE) as service:
        staff = Staff(service.url)
        assert staff.http.get(f"/api/jobs/{job.id}").json()["state"] == "done"
        staff.http.close()
        assert service.processes("chatbot.uploads") == []


@pytest.mark.slow
@pytest.mark.parametrize("killed", ["service", "worker"])
def test_killed_while_encoding_the_job_has_failed_and_nothing_of_it_is_published(
    folder: Path, closing: list[Staff], killed: str
) -> None:
    service = Service(folder, **OFFICE).ready()
    try:
        staff = Staff(service.url)
        closing.append(staff)
        before = staff.ask(QUESTION)["answer"]
        sent = staff.send(LONG, publish=True).json()
        assert come_to(staff, sent["id"], "encoding")["stage"] == "encoding"
        if killed == "service":
            service.kill()
            service = Service(folder, **OFFICE).ready()
            staff = Staff(service.url)
            closing.append(staff)
        else:
            subprocess.run(["kill", "-9", *map(str, service.processes("chatbot.uploads"))], check=True)
            assert staff.ask(QUESTION)["answer"] == before, "answers go on"
        job = come_to(staff, sent["id"])
        assert (job["state"], job["error"]["code"]) == ("failed", "interrupted")
        assert "bus.txt" in job["error"]["message"]
        assert job["error"]["hint"] == "publish it again: its preview is kept"
        assert staff.rows()["bus"]["published"] is False
        assert staff.ask(QUESTION)["answer"] == before
        assert staff.publish("bus")["state"] == "done", "what the hint says helps"
        assert staff.rows()["bus"]["published"] is True
    finally:
        service.stop()
    time.sleep(0.5)
    assert service.processes("chatbot") in ([], [service.process.pid])


def test_a_job_whose_worker_was_killed_has_failed_though_the_index_is_damaged_too(folder: Path) -> None:
    settings = Settings(data_dir=folder, _env_file=None)
    storage, inbox = open_storage(settings), Inbox(folder / "uploads")
    document = ingest_file(POLICY.encode(), "bus.txt", "bus")
    Previews(folder / "previews").put(Parsed(document, POLICY.encode()))
    job = storage.jobs.create("publish", "bus")
    assert storage.jobs.claim(job.id)
    inbox.taking()
    inbox.put(job.id, Order("bus", None, True, "clerk"))
    (folder / "indexes" / "000001" / "manifest.json").write_bytes(b"[")
    Worker(settings, inbox, storage).close_interrupted()
    assert storage.jobs.get(job.id).state is JobState.FAILED
    assert Previews(folder / "previews").ids() == ["bus"]
    storage.database.close()


@pytest.mark.slow
def test_every_worker_reports_every_job(folder: Path, closing: list[Staff]) -> None:
    with running(folder, "--workers", "2", **OFFICE) as service:
        jobs, seen = [], set()
        for n in range(2):
            staff = Staff(service.url)  # a connection of its own, so whichever worker takes it
            closing.append(staff)
            jobs.append(staff.wait(staff.send(POLICY, f"w{n}.txt", publish=True))["id"])
        for _ in range(10):
            with httpx.Client(base_url=service.url, headers=closing[0].http.headers, timeout=30) as fresh:
                seen |= {fresh.get(f"/api/jobs/{job}").json()["state"] for job in jobs}
        assert seen == {"done"}


@pytest.mark.slow
def test_a_full_disk_fails_the_job_and_answers_go_on(services: Services, tmp_path: Path, closing: list[Staff]) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(folder)], check=False).returncode:
        cannot("mount a small file system")
    try:
        data = folder / "data"
        shutil.copytree(services.settings.data_dir / "indexes", data / "indexes")
        with running(data, **OFFICE) as service:
            staff = Staff(service.url)
            closing.append(staff)
            before = staff.ask(QUESTION)["answer"]
            staff.wait(staff.send(POLICY))
            free = shutil.disk_usage(folder).free
            filler = folder / "filler"
            filler.write_bytes(bytes(max(0, free - 700_000)))
            job = staff.publish("bus")
            assert job["state"] == "failed", job
            assert "No space left on device" in job["error"]["message"]
            refused = staff.send(LONG * 120, "large.txt")
            assert refused.status_code == 503, refused.text
            assert refused.json()["error"]["hint"]
            assert staff.http.delete("/api/documents/jinan-2024").status_code == 503
            assert staff.ask(QUESTION)["answer"] == before
            assert staff.rows()["bus"]["published"] is False
            filler.unlink()
            assert staff.publish("bus")["state"] == "done", "with room again it works"
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.mark.slow
def test_on_a_read_only_folder_questions_are_answered_and_uploads_are_refused(
    folder: Path, closing: list[Staff]
) -> None:
    mount = ["mount", "--bind", str(folder), str(folder)]
    if subprocess.run(mount, check=False).returncode:
        cannot("mount read-only")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        with running(folder, **OFFICE) as service:
            staff = Staff(service.url)
            closing.append(staff)
            assert staff.ask(QUESTION)["outcome"] == "answered"
            refused = staff.send(POLICY)
            assert refused.status_code == 503, refused.text
            assert staff.http.delete("/api/documents/jinan-2024").status_code == 503
            assert staff.ask(QUESTION)["outcome"] == "answered"
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.mark.slow
def test_a_damaged_index_is_named_at_the_start_and_ignored_while_serving(folder: Path, closing: list[Staff]) -> None:
    with running(folder, **OFFICE) as service:
        staff = Staff(service.url)
        closing.append(staff)
        before = staff.ask(QUESTION)["answer"]
        newer = folder / "indexes" / "000002"
        shutil.copytree(folder / "indexes" / "000001", newer)
        (newer / "documents.json").write_bytes(b"[")
        current = folder / "indexes" / "CURRENT"
        current.write_text(current.read_text().replace('"generation": "000001"', '"generation": "000002"'))
        for _ in range(20):
            assert staff.ask(QUESTION)["answer"] == before
            time.sleep(0.05)
        until(lambda: "cannot be loaded" in service.lines())
        job = staff.wait(staff.send(POLICY, publish=True))
        assert job["state"] == "failed"
        assert "reformqa rebuild" in job["error"]["message"]
        for path in (folder / "indexes" / "000001").rglob("*.*"):
            path.unlink()
        assert staff.ask(QUESTION)["answer"] == before, "what is served is mapped, and its files may go"
    broken = Service(folder, **OFFICE)
    assert broken.process.wait(60) == 1
    assert "documents.json is damaged" in broken.lines().replace("\n", " ")
    assert files_with(folder / "previews", "校车司机"), "what was sent is still there"
