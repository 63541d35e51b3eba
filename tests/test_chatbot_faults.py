"""What people see when disk or database fail: answers. What is lost: rows and lines of logs, and nothing else."""

import contextlib
import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from chatbot.bootstrap import Services
from chatbot.settings import Settings
from chatbot.storage import Storage, open_storage
from tests.commands import Service, running, with_index
from tests.machine import cannot
from tests.patience import until
from tests.postgres import Postgres
from tests.test_chatbot_storage import answered, rows, served

ASK = {"question": "第15项任务由哪些单位负责？", "session_id": "s"}


def asked(service: Service, times: int = 3) -> list[str]:
    with httpx.Client(base_url=service.url, timeout=30, trust_env=False) as http:
        replies = [http.post("/api/ask", json=ASK) for _ in range(times)]
    assert [reply.status_code for reply in replies] == [200] * times
    return [reply.json()["id"] for reply in replies]


@contextmanager
def stored(data_dir: Path, database_url: str | None = None) -> Iterator[Storage]:
    settings = Settings(data_dir=data_dir, database_url=database_url, _env_file=None)
    opened = open_storage(settings)
    try:
        yield opened
    finally:
        opened.database.close()


def ids_stored(data_dir: Path, database_url: str | None = None) -> set[object]:
    with stored(data_dir, database_url) as storage:
        return {row["id"] for row in rows(storage, "answers")}


def test_a_log_on_a_full_disk_stops_no_answer(services: Services, tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        cannot("it has no /dev/full")
    data = with_index(services.settings.data_dir, tmp_path / "data")
    with running(data, log=full) as service:
        ids = asked(service)
    assert ids_stored(data) == set(ids)


def test_a_database_on_a_full_disk_stops_no_answer(services: Services, tmp_path: Path) -> None:
    data = with_index(services.settings.data_dir, tmp_path / "data")

    def no_file_grows() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    with running(data, prepare=no_file_grows) as service:
        asked(service, 20)
        until(lambda: "answers are not recorded for now" in service.lines())
        feedback = httpx.post(f"{service.url}/api/feedback", json={"answer_id": "a", "rating": "up"}, trust_env=False)
        assert feedback.status_code == 503
        assert feedback.headers["retry-after"]
        assert service.lines().count("answers are not recorded for now") == 1, "an outage is told once"


def test_a_read_only_data_directory_stops_no_answer(services: Services, tmp_path: Path) -> None:
    data = with_index(services.settings.data_dir, tmp_path / "data")
    mounting = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    read_only = ["unshare", "-rm", "sh", "-c", mounting, str(data)]
    works = shutil.which("unshare") and subprocess.run([*read_only, "true"], check=False).returncode == 0
    if not works:
        cannot("mount in a namespace of one's own")
    with running(data, log=tmp_path / "log", around=read_only) as service:
        asked(service)
        until(lambda: "answers are not recorded for now" in service.lines())
    assert not (data / "reformqa.sqlite3").exists()


def test_a_database_that_goes_and_comes_back_loses_nothing_that_was_asked_meanwhile(
    services: Services, tmp_path: Path, postgresql: Postgres
) -> None:
    data = with_index(services.settings.data_dir, tmp_path / "data")
    with stored(data, postgresql.url) as storage, storage.database.writing() as session:
        session.execute(text("DELETE FROM answers"))
    with running(data, database_url=postgresql.url) as service:
        before = asked(service)
        until(lambda: ids_stored(data, postgresql.url) == set(before))
        postgresql.stop()
        try:
            meanwhile = asked(service)
            until(lambda: "answers are not recorded for now" in service.lines())
            meanwhile += asked(service)
        finally:
            postgresql.start()
        after = asked(service)
        until(lambda: "answers are recorded again; 0 were dropped" in service.lines())
    assert ids_stored(data, postgresql.url) == {*before, *meanwhile, *after}
    assert service.lines().count("curated answers are those read last") <= 1


def test_a_database_that_is_gone_at_the_start_is_used_when_it_is_there(
    services: Services, tmp_path: Path, postgresql: Postgres
) -> None:
    data = with_index(services.settings.data_dir, tmp_path / "data")
    postgresql.stop()
    started = False
    try:
        with running(data, database_url=postgresql.url) as service:
            ids = asked(service)
            until(lambda: "answers are not recorded for now" in service.lines())
            postgresql.start()
            started = True
            until(lambda: "answers are recorded again" in service.lines())
    finally:
        if not started:
            with contextlib.suppress(subprocess.CalledProcessError):
                postgresql.start()
    assert set(ids) <= ids_stored(data, postgresql.url)


@pytest.mark.parametrize(("days", "left"), [(-400, 2), (1, 2), (400, 0)])
def test_a_clock_that_jumps_costs_rows_of_the_log_at_most(tmp_path: Path, days: int, left: int) -> None:
    with stored(tmp_path) as storage:
        storage.answers.add([answered("a", session="s"), answered("b", session="s")], served)
        job = storage.jobs.create("ingest", "sport")
        storage.audit.add("somebody", "document.delete", "bus")
        now = datetime.now(UTC) + timedelta(days=days)
        storage.answers.expire(now)
        storage.jobs.expire(now)
        assert len(rows(storage, "answers")) == left
        assert storage.jobs.get(job.id) == job, "work that has not ended is not forgotten"
        assert len(storage.audit.latest()) == 1
