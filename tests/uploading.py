"""A client of the document endpoints."""

import time
from pathlib import Path
from typing import Any

import httpx

WRITE = "w" * 40
READ = "r" * 40
KEYS = f"clerk:write:{WRITE},reader:read:{READ}"
#: Settings of a service that they may send to.
OFFICE = {"api_keys": KEYS, "rate_limit": "off"}
POLICY = """关于校车的通知
1.校车每日检查。校车由市公安局每日检查一次。〔市公安局负责〕
2.校车司机培训。〔市教育局负责〕
"""


class Staff:
    """Somebody with a key of scope write."""

    def __init__(self, url: str, key: str = WRITE) -> None:
        self.http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60)

    def send(self, data: bytes | str, name: str = "bus.txt", **query: object) -> httpx.Response:
        """POST /api/documents."""
        content = data.encode() if isinstance(data, str) else data
        params = {key: str(value).lower() for key, value in query.items()}
        return self.http.post("/api/documents", files={"file": (name, content)}, params=params)

    def wait(self, reply: httpx.Response, seconds: float = 180) -> dict[str, Any]:
        """The job of a reply when it has ended."""
        assert reply.status_code == 202, reply.text
        job: dict[str, Any] = reply.json()
        ends = time.monotonic() + seconds
        while job["state"] in ("queued", "running"):
            assert time.monotonic() < ends, job
            time.sleep(0.1)
            job = self.http.get(f"/api/jobs/{job['id']}").json()
        return job

    def publish(self, document_id: str) -> dict[str, Any]:
        """Publish a preview, to the end."""
        return self.wait(self.http.post(f"/api/documents/{document_id}/publish"))

    def rows(self) -> dict[str, dict[str, Any]]:
        """GET /api/documents, by id."""
        return {row["id"]: row for row in self.http.get("/api/documents").json()["documents"]}

    def ask(self, question: str) -> dict[str, Any]:
        """POST /api/ask."""
        answer: dict[str, Any] = self.http.post("/api/ask", json={"question": question}).json()
        return answer


def files_with(folder: Path, *words: str) -> list[Path]:
    """The files below a folder that have one of some words in UTF-8 or as JSON escapes, jieba's cache aside."""
    forms = [form for word in words for form in (word.encode(), ascii(word)[1:-1].encode())]
    files = [path for path in folder.rglob("*") if path.is_file() and "cache" not in path.parts]
    return [path for path in files if any(form in path.read_bytes() for form in forms)]
