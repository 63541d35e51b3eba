"""What is backed up under load answers the same elsewhere; what is no whole backup changes nothing."""

import gzip
import io
import json
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.backup import back_up, restore
from chatbot.bootstrap import Services
from chatbot.collection import Collection
from chatbot.errors import BackupError
from chatbot.library import Parsed
from chatbot.settings import Settings
from chatbot.staff.golden import golden_file, keep
from chatbot.storage import open_storage
from ingest.pipeline import ingest
from ingest.readers import read
from tests.commands import environment, reformqa, running, with_index
from tests.uploading import POLICY

QUESTIONS = (
    "第15项任务由哪些单位负责？",
    "Which tasks does the Sports Bureau share?",
    "学校食堂一顿饭多少钱？",
    "谁培训校车司机？",
)


@pytest.fixture
def folder(services: Services, data_dir: Path, tmp_path: Path) -> Path:
    """A data directory with the bundled documents, an ingested one and a database."""
    data = with_index(data_dir, tmp_path / "data")
    put(collection(services, data), "bus.txt")
    open_storage(told(data)).database.prepare()
    keep({"id": "desk-1", "question": QUESTIONS[0]}, data)
    return data


def told(data: Path) -> Settings:
    return Settings(data_dir=data, _env_file=None)


def collection(services: Services, data: Path) -> Collection:
    return Collection(told(data), services.encoder)


def put(into: Collection, name: str) -> None:
    into.put([Parsed(ingest(read(POLICY.encode(), name)), POLICY.encode())], str)


def backed_up(services: Services, data: Path, target: Path) -> Path:
    back_up(collection(services, data), open_storage(told(data)).database, data, target)
    return target


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != "LOCK"}


def same(reply: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in reply.items() if name not in ("id", "timings_ms")}


def asked(url: str) -> list[dict[str, Any]]:
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as http:
        return [same(http.post("/api/ask", json={"question": q}).raise_for_status().json()) for q in QUESTIONS]


@pytest.mark.slow
def test_a_backup_under_load_answers_the_same_elsewhere(folder: Path, tmp_path: Path) -> None:
    stop, failures, answered = threading.Event(), list[Exception](), 0

    def load(url: str) -> None:
        nonlocal answered
        while not stop.is_set():
            try:
                asked(url)
                answered += len(QUESTIONS)
            except httpx.HTTPError as error:
                failures.append(error)

    archive = tmp_path / "backup.tar.gz"
    with running(folder) as service:
        before = asked(service.url)
        threads = [threading.Thread(target=load, args=(service.url,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        done = reformqa(folder, "backup", str(archive))
        stop.set()
        for thread in threads:
            thread.join()
    assert done.returncode == 0, done.stderr
    assert (failures, answered > 0) == ([], True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = reformqa(elsewhere, "restore", str(archive))
    assert done.returncode == 0, done.stderr
    assert "3 documents, with a database" in done.stdout
    with closing(sqlite3.connect(elsewhere / "reformqa.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT action FROM audit_log ORDER BY id DESC").fetchone() == ("restore",)
    with running(elsewhere) as service:
        assert asked(service.url) == before


def test_a_restore_brings_back_every_file_and_can_be_rebuilt_from(
    services: Services, folder: Path, tmp_path: Path
) -> None:
    archive = backed_up(services, folder, tmp_path / "b.tar.gz")
    assert archive.stat().st_mode & 0o777 == 0o600
    made = restore(archive, tmp_path / "new")
    assert "bus" in made.documents
    assert golden_file(tmp_path / "new").read_bytes() == golden_file(folder).read_bytes()
    kept = tree(folder / "sources") | tree(folder / "indexes" / made.generation)
    assert tree(tmp_path / "new" / "sources") | tree(tmp_path / "new" / "indexes" / made.generation) == kept
    assert not (tmp_path / "new" / ".restoring").exists()
    collection(services, tmp_path / "new").rebuild(str)
    assert "bus" in collection(services, tmp_path / "new").store.sources()


def test_what_was_deleted_is_in_no_backup_made_after(services: Services, folder: Path, tmp_path: Path) -> None:
    assert POLICY in text_of(backed_up(services, folder, tmp_path / "before.tar.gz"))
    collection(services, folder).remove("bus", str)
    after = text_of(backed_up(services, folder, tmp_path / "after.tar.gz"))
    assert "校车由市公安局" not in after
    assert "sources/bus" not in after


def text_of(archive: Path) -> str:
    return gzip.decompress(archive.read_bytes()).decode("utf-8", "replace")


def test_a_folder_with_something_in_it_is_replaced_only_when_told(
    services: Services, folder: Path, tmp_path: Path
) -> None:
    archive = backed_up(services, folder, tmp_path / "b.tar.gz")
    put(collection(services, folder), "later.txt")
    before = tree(folder)
    with pytest.raises(BackupError, match="--replace"):
        restore(archive, folder)
    assert tree(folder) == before
    restore(archive, folder, replace=True)
    assert "later" not in collection(services, folder).store.sources()
    assert not (folder / "sources" / "later.bin").exists()


def flipped(data: bytes) -> bytes:
    return data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]


@pytest.mark.parametrize(
    "harm",
    [flipped, lambda data: data[:-1], lambda data: data[: len(data) // 2], lambda data: data[:5], lambda data: b"",
     lambda data: b"no archive" * 100],
    ids=["a flipped bit", "the last byte missing", "half of it", "five bytes", "empty", "another file"],
)  # fmt: skip
def test_a_damaged_archive_is_named_and_changes_nothing(
    harm: Callable[[bytes], bytes], services: Services, folder: Path, tmp_path: Path
) -> None:
    archive = backed_up(services, folder, tmp_path / "b.tar.gz")
    archive.write_bytes(harm(archive.read_bytes()))
    before = tree(folder)
    with pytest.raises(BackupError, match=r"b\.tar\.gz"):
        restore(archive, folder, replace=True)
    assert tree(folder) == before


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


@pytest.mark.parametrize(
    "hostile",
    [
        member("../outside"),
        member("/tmp/outside"),
        member("sources/../../outside"),
        member("sources/./x"),
        member("indexes/CURRENT"),
        member("sources/.hidden"),
        member(".env"),
        member("sources/link", tarfile.SYMTYPE, "/etc/passwd"),
        member("sources/hard", tarfile.LNKTYPE, "manifest.json"),
        member("sources/device", tarfile.CHRTYPE),
        member("sources/pipe", tarfile.FIFOTYPE),
        member("sources/folder", tarfile.DIRTYPE),
    ],
    ids=lambda made: f"{made.name} {made.type.decode()}",
)
def test_a_member_that_has_no_place_in_a_backup_is_refused(hostile: tarfile.TarInfo, tmp_path: Path) -> None:
    archive = tmp_path / "b.tar.gz"
    with tarfile.open(archive, "w:gz") as made:
        made.addfile(hostile, io.BytesIO())
    with pytest.raises(BackupError, match="no place in a backup"):
        restore(archive, tmp_path / "a" / "data")
    assert [path.name for path in tmp_path.iterdir() if path.name not in ("a", "b.tar.gz")] == []
    assert tree(tmp_path / "a") == {}


def test_a_manifest_that_disagrees_with_a_member_names_it(services: Services, folder: Path, tmp_path: Path) -> None:
    whole = backed_up(services, folder, tmp_path / "whole.tar.gz")
    changed = tmp_path / "changed.tar.gz"
    with tarfile.open(whole) as source, tarfile.open(changed, "w:gz") as target:
        for each in source:
            content = source.extractfile(each)
            assert content is not None
            data = content.read()
            if each.name == "sources/bus.bin":
                data = data[:-1] + b"!"
            target.addfile(each, io.BytesIO(data))
    with pytest.raises(BackupError, match=r"sources/bus\.bin is damaged"):
        restore(changed, tmp_path / "new")


@pytest.mark.slow
def test_killed_while_writing_no_half_backup_has_the_name_and_the_next_run_tidies(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    archive = tmp_path / "out" / "b.tar.gz"
    command = [sys.executable, "-m", "chatbot", "backup", str(archive)]
    (folder / "sources" / "big.bin").write_bytes(bytes(300_000_000))  # seconds to write
    process = subprocess.Popen(command, env=environment(folder), stderr=subprocess.DEVNULL)
    while not (part := archive.with_name(".b.tar.gz.part")).exists():
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert part.exists(), "it was killed in the middle"
    assert not archive.exists()
    (folder / "sources" / "big.bin").unlink()
    assert reformqa(folder, "backup", str(archive)).returncode == 0
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]


def test_a_restore_killed_in_the_switch_starts_no_service_until_it_is_run_again(
    services: Services, folder: Path, tmp_path: Path
) -> None:
    archive = backed_up(services, folder, tmp_path / "b.tar.gz")
    killed = "import os, sys\nfrom pathlib import Path\nfrom chatbot import backup\n" \
        "backup.sync_folder = lambda _: os._exit(9)\n" \
        "backup.restore(Path(sys.argv[1]), Path(sys.argv[2]), replace=True)\n"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", killed, str(archive), str(folder)], env=environment(folder))
    assert done.returncode == 9
    refused = reformqa(folder, "ask", "谁培训校车司机？")
    assert refused.returncode == 1
    assert "CURRENT" in refused.stderr
    restore(archive, folder, replace=True)
    pointer = json.loads((folder / "indexes" / "CURRENT").read_text())
    assert pointer["generation"] == pointer["oldest"]
    assert "bus" in collection(services, folder).store.sources()
