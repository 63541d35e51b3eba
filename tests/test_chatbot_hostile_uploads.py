"""Thousands of hostile files through the upload endpoint of the real command: nothing breaks, nothing grows.

REFORMQA_TEST_HOSTILE_FILES (150; 5,000 in the exhaustive test) is how many. Prints what came of them.
"""

import collections
import gzip
import io
import os
import random
import shutil
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.bootstrap import Services
from tests import hostile
from tests.commands import Service, running
from tests.test_ingest_fuzz import damaged, seeds
from tests.uploading import OFFICE, Staff

FEW = int(os.environ.get("REFORMQA_TEST_HOSTILE_FILES", "150"))
#: Jobs that wait at once: fewer than the queue holds, so that a 503 would be a fault.
AT_ONCE = 12
#: Ids are few, so that previews replace one another.
IDS = 40
ENDINGS = [".txt", ".md", ".html", ".docx", ".pdf", ".exe", "", ".docx.zip", ".txt\x00.pdf"]
REFUSED = {400, 413, 415, 422}
#: MiB that the service and its worker may have more at the end than in the first half.
GROWTH = 60


def made(number: int, originals: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """The ``number``-th file: a name and bytes."""
    chance = random.Random(number)
    name, data = chance.choice(originals)
    match chance.randrange(10):
        case 0:
            data = chance.randbytes(chance.randint(1, 20_000))
        case 1:
            data = data[: chance.randrange(len(data)) + 1]
        case 2:
            data = flipped(data, chance)
        case 3:
            data = nested(data, chance)
        case 4:
            other = chance.choice(originals)[1]
            data = data[: len(data) // 2] + other[len(other) // 2 :]
        case 5 if zipfile.is_zipfile(io.BytesIO(data)):
            data = repacked(data, chance)
        case _:
            data = damaged(data, chance)
    stem = chance.choice([name, "../../" + name, "a" * 300, "\u202e" + name, "'; DROP TABLE jobs;--", " "])
    return stem + chance.choice(ENDINGS), data


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 10, 1000))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def nested(data: bytes, chance: random.Random) -> bytes:
    """An archive in an archive, up to five deep."""
    for _ in range(chance.randint(1, 5)):
        packed = io.BytesIO()
        match chance.randrange(4):
            case 0:
                packed.write(gzip.compress(data, mtime=0))
            case 1:
                with tarfile.open(fileobj=packed, mode="w") as tar:
                    entry = tarfile.TarInfo("../../x")
                    entry.size = len(data)
                    tar.addfile(entry, io.BytesIO(data))
            case _:
                with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                    archive.writestr(chance.choice(["word/document.xml", "inner.docx", "../../x", "/etc/x"]), data)
        data = packed.getvalue()
    return data


def repacked(data: bytes, chance: random.Random) -> bytes:
    """A .docx whose parts are damaged and whose container is sound."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, damaged(content, chance) if chance.random() < 0.5 else content)
    return packed.getvalue()


def attack(service: Service, files: int) -> dict[str, Any]:
    """Send ``files`` files; what came of them, and the memory on the way."""
    originals = [*seeds(), ("bomb.docx", hostile.xml_bomb()), ("deep.docx", hostile.deep_xml())]
    staff, statuses, ends = Staff(service.url), collections.Counter[int](), collections.Counter[str]()
    waiting: collections.deque[httpx.Response] = collections.deque()
    memory: list[int] = []

    def close(reply: httpx.Response) -> None:
        job = staff.wait(reply, 150)
        ends[job["state"] if job["state"] == "done" else f"failed: {job['error']['code']}"] += 1
        assert job["error"] is None or (job["error"]["message"] and "Traceback" not in job["error"]["message"])

    busy: set[str] = set()
    for number in range(files):
        name, data = made(number, originals)
        document_id = f"h{number % IDS}"
        while len(waiting) >= AT_ONCE or document_id in busy:
            oldest = waiting.popleft()
            busy.discard(oldest.json()["document_id"])
            close(oldest)
        reply = staff.send(data, name, id=document_id)
        statuses[reply.status_code] += 1
        assert reply.status_code == 202 or reply.status_code in REFUSED, (number, name, reply.text)
        if reply.status_code == 202:
            waiting.append(reply)
            busy.add(document_id)
        if number % max(1, files // 10) == files // 10 - 1:
            memory.append(service.memory("chatbot"))
            print(number + 1, dict(statuses), dict(ends), memory[-1], "MiB", flush=True)  # noqa: T201
    for reply in waiting:
        close(reply)
    memory.append(service.memory("chatbot"))
    staff.http.close()
    return {"statuses": dict(statuses), "jobs": dict(ends), "memory": memory}


def survives(services: Services, folder: Path, files: int) -> None:
    data = folder / "data"
    shutil.copytree(services.settings.data_dir / "indexes", data / "indexes")
    with running(data, upload_seconds=30, **OFFICE) as service:
        staff = Staff(service.url)
        before = staff.ask("第15项任务由哪些单位负责？")["answer"]
        found = attack(service, files)
        print(found)  # noqa: T201
        assert sum(count for status, count in found["statuses"].items() if status >= 500) == 0
        assert found["jobs"].keys() <= {"done", "failed: unreadable"}
        assert found["memory"][-1] - max(found["memory"][:5]) < GROWTH, found["memory"]
        assert staff.ask("第15项任务由哪些单位负责？")["answer"] == before
        assert {row["id"] for row in staff.rows().values() if row["published"]} == {"jinan-2024", "xx-reform-plan"}
        assert not (folder / "x").exists()
        assert staff.wait(staff.send("关于校车的通知\n1.校车每日检查。", publish=True))["state"] == "done"
        staff.http.close()


@pytest.mark.slow
def test_hostile_files_break_nothing(services: Services, tmp_path: Path) -> None:
    survives(services, tmp_path, FEW)


@pytest.mark.exhaustive
def test_five_thousand_hostile_files_break_nothing(services: Services, tmp_path: Path) -> None:
    survives(services, tmp_path, 5000)
